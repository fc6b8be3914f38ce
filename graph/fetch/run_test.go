package fetch_test

import (
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
		const anyAge, warm = 0, 2 * time.Minute
		want := func(maxAge time.Duration, want string) {
			t.Helper()
			x := fetch.Begin(w.service, fetch.Options{MaxAge: maxAge})
			wantTexts(t, wareNames(t.Context(), x, f, "1"), want)
			x.Close()
		}
		want(anyAge, "version 1")
		time.Sleep(time.Minute)
		want(warm, "version 1")
		time.Sleep(3 * time.Minute)
		want(warm, "version 2")
		want(anyAge, "version 2")
		time.Sleep(3 * time.Minute)
		want(anyAge, "version 2")
	})
}
