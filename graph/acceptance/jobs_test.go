package acceptance_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"weft/cache/tiers"
	"weft/graph/edge"
	storefront "weft/graph/generated"
	"weft/graph/jobs"
	"weft/graph/operation"
)

// kept is a page that is fresh for a minute, less a tenth at most.
const kept = `{ product(id: "p-1") { name } }`

// A page that a job keeps warm is never older than the job's period, and no request for it waits for a call: there are the job's calls
// and no others, while values of all ages may be served to requests, and the whole answer is kept, too.
func TestJobKeepsAPageWarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		services := newScripts(storefront.Upstreams)
		services.handle("catalog", "GET /products/{id}", func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(time.Second)
			_, _ = fmt.Fprintf(w, `{"data": {"id": %q, "name": "Tent"}}`, r.PathValue("id"))
		})
		caching, err := tiers.Open(tiers.Options{Classes: storefront.CacheClasses})
		if err != nil {
			t.Fatal(err)
		}
		defer caching.Close()
		clients := services.clients(t, storefront.Upstreams)
		defer clients.Close()
		tasks := newSchedule(t)
		schema, err := openCachedStorefront(tasks, clients, caching.Cache, nil)
		if err != nil {
			t.Fatal(err)
		}
		engine := operation.New(schema, operation.Options{})
		runner, err := jobs.New(t.Context(), []jobs.Job{{Name: "front", Document: kept, Every: 40 * time.Second, Warm: true}}, jobs.Options{
			Engine: engine, Schedule: tasks,
		})
		if err != nil {
			t.Fatal(err)
		}
		runner.Start(t.Context())
		handler := edge.NewHandler(engine, edge.Options{})
		for range 200 {
			time.Sleep(5 * time.Second)
			if age, took := askAge(t, handler); age > 45 || took > 0 {
				t.Errorf("an answer is %d s old and took %s, want 45 s at most, and no time", age, took)
			}
		}
		tasks.Close(context.Background())
		status := runner.Status()[0]
		if calls := services.count(); calls != int(status.Runs) || status.Failures > 0 || status.Runs < 20 {
			t.Errorf("got %d calls and %+v, want a call for each run, of which there are 22 or more", calls, status)
		}
	})
}

// askAge asks for the page, and returns its age in seconds, and how long it took.
func askAge(t *testing.T, h http.Handler) (age int, took time.Duration) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(fmt.Sprintf(`{"query": %q}`, kept)))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	began := time.Now()
	h.ServeHTTP(w, r)
	age, err := strconv.Atoi(w.Header().Get("Age"))
	if err != nil || !strings.Contains(w.Body.String(), "Tent") {
		t.Fatalf("got %s, %v, %v", w.Body, w.Header(), err)
	}
	return age, time.Since(began)
}
