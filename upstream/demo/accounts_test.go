package demo_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAccountsUsers(t *testing.T) {
	d := start(t)
	a := d.get(t, "accounts", "/users?id=2&id=999&id=1&id=-5")
	if diff := cmp.Diff([]any{2.0, 1.0}, column(decode[[]object](t, a, 200), "id")); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(string(a.body), "\n  {\n    \"id\": 2,") {
		t.Errorf("got %s, want it indented", a.body)
	}
	var all strings.Builder
	for id := 1; id <= 200; id++ {
		all.WriteString("&id=" + strconv.Itoa(id))
	}
	if got := decode[[]object](t, d.get(t, "accounts", "/users?"+all.String()), 200); len(got) != 200 {
		t.Errorf("got %d users, want all 200", len(got))
	}
	one := decode[object](t, d.get(t, "accounts", "/users/3"), 200)
	if one["id"] != 3.0 || one["name"] != "Aoife O'Sullivan" || one["email"] != nil {
		t.Errorf("got %v, want the public part of Aoife O'Sullivan", one)
	}
}

func TestAccountsMe(t *testing.T) {
	d := start(t)
	a := d.get(t, "accounts", "/me", "Authorization", d.token(0))
	wantHeader(t, a, "Cache-Control", "private, max-age=30")
	wantHeader(t, a, "Vary", "Authorization")
	me := decode[object](t, a, 200)
	if me["email"] != "mara.lindqvist@example.org" || len(me["addresses"].([]any)) == 0 {
		t.Errorf("got %v, want the whole account", me)
	}
	if other := decode[object](t, d.get(t, "accounts", "/me", "Authorization", d.token(1)), 200); other["email"] != "jonas.brandt@example.org" {
		t.Errorf("got %v, want the other holder", other)
	}
}

func TestAccountsErrors(t *testing.T) {
	d := start(t)
	wantProblem(t, d.get(t, "accounts", "/users"), 400, "id")
	wantProblem(t, d.get(t, "accounts", "/users?id=one"), 400, "one")
	wantProblem(t, d.get(t, "accounts", "/users/201"), 404, "201")
	wantProblem(t, d.get(t, "accounts", "/users/me"), 400, "integer")
	none := d.get(t, "accounts", "/me")
	wantProblem(t, none, 401, "needs")
	wantHeader(t, none, "WWW-Authenticate", `Bearer realm="shop"`)
	wrong := d.get(t, "accounts", "/me", "Authorization", "Bearer demo-nobody")
	wantProblem(t, wrong, 401, "not known")
	wantHeader(t, wrong, "WWW-Authenticate", `Bearer realm="shop", error="invalid_token"`)
	wantHeader(t, wrong, "Cache-Control", "no-store")
	wantProblem(t, d.get(t, "accounts", "/me", "Authorization", "Basic "+d.Tokens()[0].Value), 401, "")
}
