package demo_test

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestOrdersPages(t *testing.T) {
	d := start(t)
	path, seen, pages, last := "/orders?per_page=6", map[any]bool{}, 0, "9999"
	for path != "" {
		a := d.get(t, "orders", path, "Authorization", d.token(0))
		pages++
		wantHeader(t, a, "X-Total-Count", "27")
		for _, o := range decode[[]object](t, a, 200) {
			seen[o["id"]] = true
			placed := o["placedAt"].(string)
			if _, err := time.Parse(time.RFC3339, placed); err != nil || placed > last {
				t.Errorf("placed at %s, after one of %s (%v)", placed, last, err)
			}
			last = placed
		}
		path = ""
		link := a.header.Get("Link")
		if next := regexp.MustCompile(`<` + d.url("orders") + `([^>]*)>; rel="next"`).FindStringSubmatch(link); next != nil {
			path = next[1]
		}
		if want := fmt.Sprintf(`<%s/orders?page=5&per_page=6>; rel="last"`, d.url("orders")); !strings.Contains(link, want) {
			t.Errorf("got Link %s, want it to contain %s", link, want)
		}
	}
	if len(seen) != 27 || pages != 5 {
		t.Errorf("got %d orders on %d pages, want 27 on 5", len(seen), pages)
	}
	beyond := d.get(t, "orders", "/orders?page=9", "Authorization", d.token(0))
	if string(beyond.body) != "[]" || strings.Contains(beyond.header.Get("Link"), `"next"`) {
		t.Errorf("beyond the end: got %s and Link %s", beyond.body, beyond.header.Get("Link"))
	}
}

func TestOrdersBelongToTheirHolder(t *testing.T) {
	d := start(t)
	mine := decode[[]object](t, d.get(t, "orders", "/orders", "Authorization", d.token(0)), 200)[0]
	id := mine["id"].(string)
	own := d.get(t, "orders", "/orders/"+id, "Authorization", d.token(0))
	wantHeader(t, own, "Cache-Control", "private, no-cache")
	wantHeader(t, own, "Vary", "Authorization")
	if decode[object](t, own, 200)["id"] != id {
		t.Errorf("got %s, want order %s", own.body, id)
	}
	wantProblem(t, d.get(t, "orders", "/orders/"+id, "Authorization", d.token(1)), 404, id)
	for _, path := range []string{"/orders", "/orders/" + id, "/cart"} {
		wantProblem(t, d.get(t, "orders", path), 401, "token")
	}
}

func TestOrdersPlaceOncePerKey(t *testing.T) {
	d := start(t)
	place := func(holder int, body string, headers ...string) answer {
		t.Helper()
		return d.send(t, "POST", "orders", "/orders", body, append(headers, "Authorization", d.token(holder))...)
	}
	const lines = `"lines": [{"productId": "p-0001", "quantity": 2}, {"productId": "p-0002", "quantity": 1}, {"productId": "p-0001", "quantity": 1}]`
	first := place(0, `{`+lines+`}`, "Idempotency-Key", "k1")
	order := decode[object](t, first, 201)
	wantHeader(t, first, "Location", "/orders/"+order["id"].(string))
	if order["id"] != "o-101001" || order["status"] != "placed" || len(order["lines"].([]any)) != 2 {
		t.Errorf("got %v, want two lines", order)
	}
	checkTotals(t, order)

	again := place(0, `{"requestKey": "k1", `+lines+`}`)
	wantHeader(t, again, "Idempotency-Replayed", "true")
	if got := decode[object](t, again, 200)["id"]; got != order["id"] {
		t.Errorf("same key: got order %v, want %v", got, order["id"])
	}
	if got := decode[object](t, place(1, `{"requestKey": "k1", `+lines+`}`), 201)["id"]; got == order["id"] {
		t.Error("another user with the same key got the order of the first")
	}
	wantHeader(t, d.get(t, "orders", "/orders", "Authorization", d.token(0)), "X-Total-Count", "28")
}

// checkTotals holds the sums of an order against its wrapped lines.
func checkTotals(t *testing.T, order object) {
	t.Helper()
	sum := order["shippingCents"].(float64)
	for _, wrapped := range order["lines"].([]any) {
		line := wrapped.(object)["line"].(object)
		if line["totalCents"] != line["unitCents"].(float64)*line["quantity"].(float64) || line["title"] == "" {
			t.Errorf("got line %v", line)
		}
		sum += line["totalCents"].(float64)
	}
	if order["totalCents"] != sum {
		t.Errorf("got total %v, want %v", order["totalCents"], sum)
	}
}

// Many at once with one key place one order.
func TestOrdersPlaceConcurrently(t *testing.T) {
	d := start(t)
	ids := make([]any, 16)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			a, err := d.try(t, "POST", "orders", "/orders", `{"requestKey": "same", "lines": [{"productId": "p-0009", "quantity": 1}]}`, "Authorization", d.token(1))
			ids[i] = fmt.Sprint(err, regexp.MustCompile(`o-\d+`).FindString(string(a.body)))
		})
	}
	wg.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Fatalf("got several orders: %v", ids)
		}
	}
	wantHeader(t, d.get(t, "orders", "/orders", "Authorization", d.token(1)), "X-Total-Count", "15")
}

func TestOrdersCart(t *testing.T) {
	d := start(t)
	auth := []string{"Authorization", d.token(0)}
	put := func(id string, quantity int) object {
		t.Helper()
		return decode[object](t, d.send(t, "POST", "orders", "/cart", fmt.Sprintf(`{"productId": %q, "quantity": %d}`, id, quantity), auth...), 200)
	}
	a := d.get(t, "orders", "/cart", auth...)
	wantHeader(t, a, "Cache-Control", "no-store")
	before := decode[object](t, a, 200)
	if before["count"].(float64) < 1 {
		t.Errorf("got %v, want something in the cart of a token holder", before)
	}
	if got := put("p-0499", 3); got["count"] != before["count"].(float64)+3 || len(got["lines"].([]any)) != len(before["lines"].([]any))+1 {
		t.Errorf("got %v, want three more than %v", got, before)
	}
	if got := put("p-0499", 1); got["count"] != before["count"].(float64)+1 {
		t.Errorf("got %v, want the quantity set, not added", got)
	}
	if got := put("p-0499", 0); got["totalCents"] != before["totalCents"] {
		t.Errorf("got %v, want the line gone", got)
	}
	if got := put("p-0498", 0); got["totalCents"] != before["totalCents"] {
		t.Errorf("got %v, want nothing changed", got)
	}

	order := decode[object](t, d.send(t, "POST", "orders", "/orders", `{"requestKey": "cart"}`, auth...), 201)
	if len(order["lines"].([]any)) != len(before["lines"].([]any)) {
		t.Errorf("got %v, want the lines of the cart", order)
	}
	if got := d.get(t, "orders", "/cart", auth...); !strings.Contains(string(got.body), `"lines":[],"count":0`) {
		t.Errorf("got %s, want an empty cart", got.body)
	}
	wantProblem(t, d.send(t, "POST", "orders", "/orders", `{"requestKey": "cart again"}`, auth...), 400, "empty")
}

func TestOrdersCartIsBounded(t *testing.T) {
	d := start(t)
	auth := []string{"Authorization", d.token(1)}
	var last answer
	for i := range 51 {
		last = d.send(t, "POST", "orders", "/cart", fmt.Sprintf(`{"productId": "p-%04d", "quantity": 1}`, i+1), auth...)
	}
	wantProblem(t, last, 400, "full")
}

func TestOrdersErrors(t *testing.T) {
	d := start(t)
	auth := []string{"Authorization", d.token(0)}
	for body, detail := range map[string]string{
		`{"lines": []}`: "requestKey",
		`{"requestKey": "a", "lines": [{"productId": "p-9999", "quantity": 1}]}`: "lines/0/productId",
		`{"requestKey": "a", "lines": [{"productId": "p-0001", "quantity": 0}]}`: "lines/0/quantity",
		`{"requestKey": "a", "lines": [` + strings.Repeat(`{},`, 50) + `{}]}`:    "at most 50",
		`[]`: "body",
	} {
		wantProblem(t, d.send(t, "POST", "orders", "/orders", body, auth...), 400, detail)
	}
	wantProblem(t, d.send(t, "POST", "orders", "/orders", `{"requestKey": "a"}`, append(auth, "Idempotency-Key", "b")...), 400, "Idempotency-Key")
	wantProblem(t, d.send(t, "POST", "orders", "/cart", `{"productId": "p-9999", "quantity": 1}`, auth...), 400, "p-9999")
	wantProblem(t, d.send(t, "POST", "orders", "/cart", `{"productId": "p-0001", "quantity": 100}`, auth...), 400, "quantity")
	wantProblem(t, d.get(t, "orders", "/orders?page=x", auth...), 400, "page")
	wantProblem(t, d.get(t, "orders", "/orders/o-1", auth...), 404, "o-1")
}
