package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"weft/graph/config"
	"weft/graph/service"

	"shop/generated"
	"shop/model"
	"shop/suppliers"
)

// shop is the service, its admin listener, and how often its database was asked.
type shop struct {
	url, admin string
	db         *sql.DB
	queries    atomic.Int64
}

const token = "sixteen-bytes-or-more"

// open starts a shop of n products, each of a supplier of its own, over a service and a database that are real.
func open(t *testing.T, n int) *shop {
	t.Helper()
	var products []string
	db, err := sql.Open("sqlite", "file:"+t.Name()+"?mode=memory&cache=shared")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if _, err := db.Exec(suppliers.Schema + "DELETE FROM suppliers"); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		products = append(products, fmt.Sprintf(`{"id": "p-%d", "supplierId": "s-%d"}`, i, i))
		if _, err := db.Exec("INSERT INTO suppliers VALUES (?, ?, NULL)", fmt.Sprintf("s-%d", i), "before"); err != nil {
			t.Fatal(err)
		}
	}
	catalog := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, "["+strings.Join(products, ",")+"]")
	}))
	t.Cleanup(catalog.Close)

	s := &shop{db: db}
	byID := suppliers.ByID(db)
	definition := generated.Service(generated.Functions{SuppliersByID: func(ctx context.Context, ids []string) ([]*model.Supplier, []error) {
		s.queries.Add(1)
		return byID(ctx, ids)
	}})
	conf, err := config.Load(config.Program{Name: "shop", Upstreams: definition.Upstreams}, nil, []string{
		"WEFT_UPSTREAM_CATALOG_URL=" + catalog.URL, "WEFT_ADMIN_ADDR=localhost:0", "WEFT_ADMIN_TOKEN=" + token,
	})
	if err != nil {
		t.Fatal(err)
	}
	running, err := service.New(definition, conf, service.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(running.Close)
	front, admin := httptest.NewServer(running), httptest.NewServer(running.Admin())
	t.Cleanup(front.Close)
	t.Cleanup(admin.Close)
	s.url, s.admin = front.URL+"/graphql", admin.URL
	return s
}

// post sends JSON and returns what comes back.
func post(t *testing.T, url, body string, into any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= 300 {
		t.Fatalf("%s: %d %v %s", url, response.StatusCode, err, text)
	}
	if into != nil {
		if err := json.Unmarshal(text, into); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
	}
}

// names are those of the suppliers of all products.
func (s *shop) names(t *testing.T) (names []string) {
	t.Helper()
	var answer struct {
		Data struct {
			Products []struct{ Supplier struct{ Name string } }
		}
		Errors []any
	}
	post(t, s.url, `{"query": "{ products { supplier { name } } }"}`, &answer)
	if answer.Errors != nil {
		t.Fatal(answer.Errors)
	}
	for _, p := range answer.Data.Products {
		names = append(names, p.Supplier.Name)
	}
	return names
}

// A hundred keys are one query, the second operation makes none, and a tag makes one, for the row that has changed.
func TestRowsAreKept(t *testing.T) {
	s := open(t, 100)
	for i, step := range []struct {
		change      bool
		first, last string
		queries     int64
	}{
		{false, "before", "before", 1},
		{false, "before", "before", 1},
		{true, "after", "before", 2},
		{false, "after", "before", 2},
	} {
		if step.change {
			if _, err := s.db.Exec("UPDATE suppliers SET name = 'after' WHERE id = 's-0'"); err != nil {
				t.Fatal(err)
			}
			post(t, s.admin+"/invalidate", `{"tags": ["supplier-s-0"]}`, nil)
		}
		names := s.names(t)
		if len(names) != 100 || names[0] != step.first || names[99] != step.last || s.queries.Load() != step.queries {
			t.Errorf("step %d: got %d names, %q to %q, after %d queries, want %+v", i, len(names), names[0], names[len(names)-1], s.queries.Load(), step)
		}
	}
}
