package playground_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"weft/graph/edge/playground"
)

// faults are those of two services.
type faults map[string]string

func (f faults) Faults() map[string]string { return maps.Clone(f) }

func (f faults) SetFault(service, mode string) error {
	if _, ok := f[service]; !ok {
		return fmt.Errorf("there is no service %q", service)
	}
	f[service] = mode
	return nil
}

func TestFaults(t *testing.T) {
	h := playground.Handler(playground.Options{Faults: faults{"orders": "none", "reviews": "none"}})
	post := func(body, site string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, "/playground/faults", strings.NewReader(body))
		r.Header.Set("Sec-Fetch-Site", site)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	for _, tt := range []struct {
		name, body, site string
		status           int
		says             string
	}{
		{"OK", `{"service": "reviews", "mode": "down"}`, "same-origin", 200, `{"orders":"none","reviews":"down"}`},
		{"OtherOrigin", `{"service": "orders", "mode": "down"}`, "cross-site", 403, "cross-origin"},
		{"NoService", `{"service": "review", "mode": "down"}`, "same-origin", 400, `there is no service "review"`},
		{"NoJSON", "reviews", "same-origin", 400, "the body is not"},
		{"Large", `{"service": "` + strings.Repeat("x", 2000) + `"}`, "same-origin", 400, "the body is not"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := post(tt.body, tt.site); got.Code != tt.status || !strings.Contains(got.Body.String(), tt.says) {
				t.Errorf("got %d %s, want %d %s", got.Code, got.Body, tt.status, tt.says)
			}
			if got := get(t, h, "/playground/faults").Body.String(); got != `{"orders":"none","reviews":"down"}`+"\n" {
				t.Errorf("afterwards: got %s", got)
			}
		})
	}
}

func TestNoFaults(t *testing.T) {
	h := playground.Handler(playground.Options{})
	if got := get(t, h, "/playground/faults"); got.Code != http.StatusNotFound {
		t.Errorf("GET without faults: got %d, want 404", got.Code)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/playground/faults", strings.NewReader(`{}`)))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST without faults: got %d, want 405", w.Code)
	}
}
