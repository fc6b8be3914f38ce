package services_test

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"weft/upstream"
	"weft/upstream/upstreamtest"
)

// stripeFake has charges, which may be refunded, of customers.
type stripeFake struct {
	mu        sync.Mutex // guards what follows
	charges   []object   // the newest first
	customers []object
	refund    object // as it is published
	refunds   int
	replays   map[string]replayed // by Idempotency-Key
}

// replayed is what a request with an Idempotency-Key got.
type replayed struct {
	form   string
	answer *httptest.ResponseRecorder
}

func newStripe(t testing.TB) http.Handler {
	charge, customer := published(t, "stripe/charge"), published(t, "stripe/customer")
	s := &stripeFake{
		charges: []object{
			with(charge, "id", "ch_3MmlLrLkdIwHu7ix0snN0B18", "created", 1679350140, "amount", 700, "amount_captured", 700),
			with(charge, "id", "ch_3MmlLrLkdIwHu7ix0snN0B17", "created", 1679263340, "customer", customer["id"], "status", "pending"),
			with(charge, "id", "ch_3MmlLrLkdIwHu7ix0snN0B16", "created", 1679176940, "customer", customer["id"]),
			charge,
		},
		customers: []object{customer, with(customer, "id", "cus_NffrFeUfNV2Hic", "name", `Ann "AND" Lee`, "email", "ann@example.com")},
		refund:    published(t, "stripe/refund"),
		replays:   map[string]replayed{},
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/charges", s.listCharges)
	mux.HandleFunc("GET /v1/charges/{id}", s.getCharge)
	mux.HandleFunc("POST /v1/refunds", s.idempotent(s.createRefund))
	mux.HandleFunc("GET /v1/customers/search", s.searchCustomers)
	mux.HandleFunc("GET /v1/customers/{id}", s.getCustomer)
	mux.HandleFunc("POST /v1/customers", s.idempotent(s.createCustomer))
	mux.HandleFunc("DELETE /v1/customers/{id}", s.deleteCustomer)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		w.Header().Set("Request-Id", "req_1")
		if r.Header.Get("Authorization") != "Bearer sk_test" {
			stripeError(w, http.StatusUnauthorized, "message", "You did not provide an API key.")
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func stripeError(w http.ResponseWriter, status int, members ...any) {
	problem := with(object{"type": "invalid_request_error"}, members...)
	if code, ok := problem["code"].(string); ok {
		problem["doc_url"] = "https://docs.stripe.com/error-codes/" + strings.ReplaceAll(code, "_", "-")
	}
	send(w, "application/json", status, object{"error": problem})
}

func stripeMissing(w http.ResponseWriter, status int, what, id, param string) {
	stripeError(w, status, "code", "resource_missing", "message", fmt.Sprintf("No such %s: '%s'", what, id), "param", param)
}

// known refuses parameters of other names, and those of a URL that have no value; in a form that is how a value is taken away.
func known(w http.ResponseWriter, r *http.Request, names ...string) bool {
	q := r.URL.Query()
	if r.Method == http.MethodPost {
		q = r.PostForm
	}
	for name := range q {
		if !slices.Contains(names, name) {
			stripeError(w, http.StatusBadRequest, "code", "parameter_unknown", "message", "Received unknown parameter: "+name, "param", name)
			return false
		}
		if q.Get(name) == "" && r.Method == http.MethodGet {
			stripeError(w, http.StatusBadRequest, "code", "parameter_invalid_empty", "message", "You passed an empty string for '"+name+"'.", "param", name)
			return false
		}
	}
	return true
}

func find(list []object, name, value string) int {
	return slices.IndexFunc(list, func(o object) bool { return o[name] == value })
}

// expanded has the customer in the place of its id.
func (s *stripeFake) expanded(charge object, expand []string, name string) object {
	if i := find(s.customers, "id", fmt.Sprint(charge["customer"])); i >= 0 && slices.Contains(expand, name) {
		return with(charge, "customer", s.customers[i])
	}
	return charge
}

func (s *stripeFake) listCharges(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if !known(w, r, "limit", "starting_after", "customer", "created[gt]", "created[gte]", "created[lt]", "created[lte]", "expand[]") {
		return
	}
	limit, _ := strconv.Atoi(cmp.Or(q.Get("limit"), "10"))
	if limit < 1 || limit > 100 {
		stripeError(w, http.StatusBadRequest, "message", "This value must be between 1 and 100.", "param", "limit")
		return
	}
	found := []object{}
	for _, charge := range s.charges {
		if customer := q.Get("customer"); customer != "" && charge["customer"] != customer {
			continue
		}
		if within(fmt.Sprint(charge["created"]), q) {
			found = append(found, s.expanded(charge, q["expand[]"], "data.customer"))
		}
	}
	if after := q.Get("starting_after"); after != "" {
		i := find(found, "id", after)
		if i < 0 {
			stripeMissing(w, http.StatusBadRequest, "charge", after, "starting_after")
			return
		}
		found = found[i+1:]
	}
	n := min(limit, len(found))
	send(w, "application/json", http.StatusOK, object{"object": "list", "url": "/v1/charges", "has_more": n < len(found), "data": found[:n]})
}

// within says whether a time is in created[gte] and the like.
func within(created string, q url.Values) bool {
	at, _ := strconv.Atoi(created)
	for op, holds := range map[string]func(bound int) bool{
		"gt": func(n int) bool { return at > n }, "gte": func(n int) bool { return at >= n },
		"lt": func(n int) bool { return at < n }, "lte": func(n int) bool { return at <= n },
	} {
		if bound, err := strconv.Atoi(q.Get("created[" + op + "]")); err == nil && !holds(bound) {
			return false
		}
	}
	return true
}

func (s *stripeFake) getCharge(w http.ResponseWriter, r *http.Request) {
	i, q := find(s.charges, "id", r.PathValue("id")), r.URL.Query()
	if i < 0 {
		stripeMissing(w, http.StatusNotFound, "charge", r.PathValue("id"), "id")
	} else if known(w, r, "expand[]") {
		send(w, "application/json", http.StatusOK, s.expanded(s.charges[i], q["expand[]"], "customer"))
	}
}

func (s *stripeFake) getCustomer(w http.ResponseWriter, r *http.Request) {
	if i := find(s.customers, "id", r.PathValue("id")); i >= 0 {
		send(w, "application/json", http.StatusOK, s.customers[i])
		return
	}
	stripeMissing(w, http.StatusNotFound, "customer", r.PathValue("id"), "id")
}

// clause is one of the search language, such as name:"Jenny Rosen" and created>1680000000.
var clause = regexp.MustCompile(`^(\w+)(:|>|<)(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\d+))`)

func (s *stripeFake) searchCustomers(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if !known(w, r, "query", "limit", "page") {
		return
	}
	found := slices.Clone(s.customers)
	for rest := q.Get("query"); ; {
		m := clause.FindStringSubmatch(rest)
		if m == nil {
			stripeError(w, http.StatusBadRequest, "message", "We were unable to parse your search query.", "param", "query")
			return
		}
		value := regexp.MustCompile(`\\(.)`).ReplaceAllString(m[3]+m[4], "$1") + m[5]
		found = slices.DeleteFunc(found, func(c object) bool {
			switch have := fmt.Sprint(c[m[1]]); m[2] {
			case ":":
				return have != value
			case ">":
				return have <= value
			default:
				return have >= value
			}
		})
		var more bool
		if rest, more = strings.CutPrefix(rest[len(m[0]):], " AND "); !more {
			if rest != "" {
				stripeError(w, http.StatusBadRequest, "message", "We were unable to parse your search query.", "param", "query")
				return
			}
			break
		}
	}
	first, _ := strconv.Atoi(strings.TrimPrefix(q.Get("page"), "page_"))
	limit, _ := strconv.Atoi(cmp.Or(q.Get("limit"), "10"))
	page := found[min(first, len(found)):min(first+limit, len(found))]
	answer := object{"object": "search_result", "url": "/v1/customers/search", "has_more": first+limit < len(found), "data": page}
	if first+limit < len(found) {
		answer["next_page"] = fmt.Sprintf("page_%d", first+limit)
	}
	send(w, "application/json", http.StatusOK, answer)
}

// idempotent reads the form, and answers as before where the key was used before.
func (s *stripeFake) idempotent(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
			stripeError(w, http.StatusBadRequest, "message", "Invalid request (check that your POST content type is application/x-www-form-urlencoded).")
			return
		}
		if err := r.ParseForm(); err != nil {
			stripeError(w, http.StatusBadRequest, "message", err.Error())
			return
		}
		key, form := r.Header.Get("Idempotency-Key"), r.PostForm.Encode()
		before, again := s.replays[key]
		switch {
		case !again || key == "":
			before = replayed{form, httptest.NewRecorder()}
			next(before.answer, r)
			s.replays[key] = before
		case before.form != form:
			stripeError(w, http.StatusBadRequest, "type", "idempotency_error", "message", "Keys for idempotent requests can only be used with the same parameters they were first used with.")
			return
		default:
			w.Header().Set("Idempotent-Replayed", "true")
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(before.answer.Code)
		_, _ = w.Write(before.answer.Body.Bytes())
	}
}

func (s *stripeFake) createRefund(w http.ResponseWriter, r *http.Request) {
	if !known(w, r, "charge", "amount", "reason", "metadata[order_id]") {
		return
	}
	i := find(s.charges, "id", r.PostForm.Get("charge"))
	if i < 0 {
		stripeMissing(w, http.StatusNotFound, "charge", r.PostForm.Get("charge"), "charge")
		return
	}
	charge := s.charges[i]
	var amount, refunded int
	_, _ = fmt.Sscan(fmt.Sprint(charge["amount"], " ", charge["amount_refunded"]), &amount, &refunded)
	left := amount - refunded
	wanted, err := strconv.Atoi(cmp.Or(r.PostForm.Get("amount"), strconv.Itoa(left)))
	if err != nil || wanted > left {
		stripeError(w, http.StatusBadRequest, "param", "amount",
			"message", fmt.Sprintf("Refund amount ($%.2f) is greater than unrefunded amount on charge ($%.2f)", float64(wanted)/100, float64(left)/100))
		return
	}
	refund := with(s.refund, "amount", wanted, "charge", charge["id"], "metadata", nested(r.PostForm, "metadata"))
	if reason := r.PostForm.Get("reason"); reason != "" {
		refund["reason"] = reason
	}
	if s.refunds++; s.refunds > 1 {
		refund["id"] = fmt.Sprint(refund["id"], s.refunds)
	}
	s.charges[i] = with(charge, "amount_refunded", refunded+wanted, "refunded", wanted == left)
	send(w, "application/json", http.StatusOK, refund)
}

// nested are the parameters name[member].
func nested(form url.Values, name string) object {
	o := object{}
	for key := range form {
		if member, ok := strings.CutPrefix(key, name+"["); ok {
			o[strings.TrimSuffix(member, "]")] = form.Get(key)
		}
	}
	return o
}

func (s *stripeFake) createCustomer(w http.ResponseWriter, r *http.Request) {
	if !known(w, r, "name", "email", "phone", "description", "preferred_locales[]", "address[line1]", "address[city]", "address[country]", "metadata[order_id]") {
		return
	}
	customer := with(s.customers[0], "id", fmt.Sprintf("cus_%d", len(s.customers)), "metadata", nested(r.PostForm, "metadata"), "preferred_locales", append([]string{}, r.PostForm["preferred_locales[]"]...))
	for _, name := range []string{"name", "email", "phone", "description"} {
		if customer[name] = nil; r.PostForm.Get(name) != "" {
			customer[name] = r.PostForm.Get(name)
		}
	}
	if address := nested(r.PostForm, "address"); len(address) > 0 {
		customer["address"] = address
	}
	s.customers = append(s.customers, customer)
	send(w, "application/json", http.StatusOK, customer)
}

func (s *stripeFake) deleteCustomer(w http.ResponseWriter, r *http.Request) {
	i := find(s.customers, "id", r.PathValue("id"))
	if i < 0 {
		stripeMissing(w, http.StatusNotFound, "customer", r.PathValue("id"), "id")
		return
	}
	s.customers = slices.Delete(s.customers, i, i+1)
	send(w, "application/json", http.StatusOK, object{"id": r.PathValue("id"), "object": "customer", "deleted": true})
}

// TestRefundIsRepeated has the connection be cut when Stripe has made a refund, before it can say so: Weft sends the request again with the same
// key, and there is one refund. Without a retry the client is told that nobody knows.
func TestRefundIsRepeated(t *testing.T) {
	t.Parallel()
	parts := map[string]string{"operation.graphql": `mutation { refund(charge: "ch_3MmlLrLkdIwHu7ix0snN0B17", amount: 1000, key: "k-1") { amount } }`}
	for retries, want := range []string{"UPSTREAM_UNAVAILABLE", `"amount": 1000`} {
		server, stripe := upstreamtest.New(t), newStripe(t)
		var asked atomic.Int64
		server.Handle("POST /v1/refunds", func(w http.ResponseWriter, r *http.Request) {
			if asked.Add(1) == 1 {
				stripe.ServeHTTP(httptest.NewRecorder(), r)
				panic(http.ErrAbortHandler)
			}
			stripe.ServeHTTP(w, r)
		})
		answer := ask(t, weftOver(t, "stripe", "planned", upstream.Options{
			URL: server.URL, Network: upstream.Network{Failing: upstream.Failing{Retries: retries}},
		}), parts)
		keys := map[string]int{}
		for _, call := range server.Calls() {
			keys[call.Header.Get("Idempotency-Key")]++
		}
		if !strings.Contains(answer, want) || !maps.Equal(keys, map[string]int{"k-1": 1 + retries}) {
			t.Errorf("with %d retries: got calls with keys %v, and %s", retries, keys, answer)
		}
	}
}
