package fetch_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"weft/cache"
	"weft/graph/binding"
	"weft/graph/fetch"
)

// Who keeps an answer warm takes what is young enough, asks for the rest anew, and keeps that for everybody.
func TestWarmTakesWhatIsYoung(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		version := 0
		w := newWare(t, cache.Classes{}, func(*http.Request) *http.Response {
			version++
			return says(http.StatusOK, named(fmt.Sprint("version ", version)))
		})
		f := byID(wareOf(&binding.CachePolicy{MaxAge: 10 * time.Minute, HasMaxAge: true}))
		want := func(ctx context.Context, want string) {
			t.Helper()
			got, _ := w.get(ctx, nil, f, "1")
			wantTexts(t, got, want)
		}
		warm, _ := fetch.Warm(t.Context(), 2*time.Minute)
		want(t.Context(), "version 1")
		time.Sleep(time.Minute)
		want(warm, "version 1")
		time.Sleep(3 * time.Minute)
		want(warm, "version 2")
		want(t.Context(), "version 2")
		anyAge, _ := fetch.Warm(t.Context(), 0)
		time.Sleep(3 * time.Minute)
		want(anyAge, "version 2")
	})
}
