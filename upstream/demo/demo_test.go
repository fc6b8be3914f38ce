package demo_test

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"weft/upstream/demo"
)

func TestStart(t *testing.T) {
	d := start(t)
	var names []string
	for name, url := range d.URLs() {
		names = append(names, name)
		got := decode[object](t, d.get(t, name, "/healthz"), 200)
		if want := (object{"service": name, "status": "ok"}); !cmp.Equal(got, want) {
			t.Errorf("%s at %s: got %v, want %v", name, url, got, want)
		}
	}
	slices.Sort(names)
	want := []string{"accounts", "catalog", "inventory", "orders", "pricing", "recommendations", "reviews"}
	if !slices.Equal(names, want) {
		t.Errorf("got services %v, want %v", names, want)
	}
}

func TestStartErrAddressTaken(t *testing.T) {
	_, err := demo.Start(t.Context(), demo.Options{Host: "203.0.113.1"}) // of nobody: RFC 5737
	if err == nil {
		t.Fatal("got no error from a host that is not ours")
	}
}

func TestTokens(t *testing.T) {
	d := start(t)
	customer := []string{"account:read", "orders:read", "orders:write", "cart:read", "cart:write"}
	want := []demo.Token{
		{User: 1, Name: "Mara Lindqvist", Value: "demo-mara", Scopes: customer},
		{User: 2, Name: "Jonas Brandt", Value: "demo-jonas", Scopes: customer},
		{User: 3, Name: "Aoife O'Sullivan", Value: "demo-aoife", Scopes: append(slices.Clone(customer), "costs:read", "admin")},
	}
	if diff := cmp.Diff(want, d.Tokens(), cmpopts.IgnoreFields(demo.Token{}, "Signed")); diff != "" {
		t.Error(diff)
	}
	for i, token := range want {
		me := decode[object](t, d.get(t, "accounts", "/me", "Authorization", d.token(i)), 200)
		if me["id"] != float64(token.User) || me["name"] != token.Name {
			t.Errorf("token %s: got %v %v", token.Value, me["id"], me["name"])
		}
		signed := decode[object](t, d.get(t, "accounts", "/me", "Authorization", "Bearer "+d.Tokens()[i].Signed), 200)
		if signed["id"] != me["id"] {
			t.Errorf("the signed token of %s: got %v", token.Name, signed["id"])
		}
	}
}

// Two runs of the services answer alike, so that a screenshot, a test and a newcomer see the same shop.
func TestSameAnswersOnEveryStart(t *testing.T) {
	one, two := start(t), start(t)
	for _, q := range []struct{ service, path string }{
		{"catalog", "/products?limit=100"},
		{"catalog", "/search?q=tent&per_page=50"},
		{"inventory", "/stock?sku=p-0001&sku=p-0002"},
		{"reviews", "/reviews?product_id=p-0001&product_id=p-0005&first=20"},
		{"accounts", "/users?id=1&id=77"},
		{"orders", "/orders"},
		{"recommendations", "/recommendations/p-0042"},
	} {
		a := one.get(t, q.service, q.path, "Authorization", one.token(0))
		b := two.get(t, q.service, q.path, "Authorization", two.token(0))
		if a.status != 200 || string(a.body) != string(b.body) {
			t.Errorf("%s%s: status %d, bodies of %d and %d bytes differ", q.service, q.path, a.status, len(a.body), len(b.body))
		}
	}
}

// A request that waits does not hold Close up, and nothing runs on behind it (TestMain looks for goroutines).
func TestCloseWhileARequestWaits(t *testing.T) {
	d := start(t)
	d.fault(t, "catalog", `{"mode": "slow", "delay": "1000h"}`)
	d.client.CloseIdleConnections() // or the request is sent anew when its connection ends
	sent, ended := make(chan struct{}), make(chan error)
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
		WroteRequest: func(httptrace.WroteRequestInfo) { close(sent) },
	})
	go func() { ended <- ask(ctx, d.client, d.url("catalog")+"/products") }()
	<-sent
	if err := d.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if err := <-ended; err == nil {
		t.Error("the request was answered, want its connection closed")
	}
	if err := d.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
}

func TestContextEndsServices(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	services, err := demo.Start(ctx, demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := services.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if err := ask(t.Context(), http.DefaultClient, services.URLs()["catalog"]+"/healthz"); err == nil {
		t.Error("catalog answered after its context had ended")
	}
}

func ask(ctx context.Context, client *http.Client, url string) error {
	req, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}
