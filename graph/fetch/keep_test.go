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
	"weft/graph/view"
)

// What is private is kept for whom it was asked, also when it was not known before that the upstream answers each one differently,
// and when another key of the same operation failed first.
func TestPrivateIsKeptForWhoAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWare(t, cache.Classes{}, func(r *http.Request) *http.Response {
			if r.URL.Path == "/wares/0" {
				return says(http.StatusInternalServerError, "")
			}
			return says(http.StatusOK, named("for "+r.Header.Get("Authorization")), "Cache-Control", "private, max-age=60")
		})
		f := byID(wareOf(nil))
		got, _ := w.get(t.Context(), token("ada"), f, "0", "1")
		if got[1] != "for Bearer ada" {
			t.Fatalf("ada got %q", got)
		}
		w.get(t.Context(), nil, f, "2") // a public look at the binding
		for who, header := range map[string]http.Header{"for ": nil, "for Bearer bob": token("bob"), "for Bearer ada": token("ada")} {
			got, _ := w.get(t.Context(), header, f, "1")
			wantTexts(t, got, who)
		}
	})
}

// An answer that sets a cookie is for one client.
func TestSetCookieIsPrivate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWare(t, cache.Classes{}, func(*http.Request) *http.Response {
			return says(http.StatusOK, named("v"), "Set-Cookie", "a=b", "Cache-Control", "max-age=60")
		})
		if _, kept := w.get(t.Context(), nil, byID(wareOf(nil)), "1"); !kept.Private && !kept.Never {
			t.Errorf("kept for all: %+v", kept)
		}
	})
}

// A 304 may forbid what the answer that it renews allowed.
func TestNotModifiedMayForbidKeeping(t *testing.T) {
	for _, c := range []struct {
		control        string
		never, private bool
	}{
		{"no-store", true, false},
		{"private, max-age=60", false, true},
		{"max-age=60", false, false},
	} {
		t.Run(c.control, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWare(t, cache.Classes{}, func(r *http.Request) *http.Response {
					if r.Header.Get("If-None-Match") == "" {
						return says(http.StatusOK, named("v"), "ETag", `"a"`, "Cache-Control", "public, max-age=0")
					}
					return says(http.StatusNotModified, "", "ETag", `"a"`, "Cache-Control", c.control)
				})
				f := byID(wareOf(nil))
				w.get(t.Context(), nil, f, "1")
				time.Sleep(time.Second)
				got, kept := w.get(t.Context(), nil, f, "1")
				wantTexts(t, got, "v")
				if kept.Never != c.never || !c.never && kept.Private != c.private {
					t.Errorf("never %v, private %v, want %v, %v", kept.Never, kept.Private, c.never, c.private)
				}
			})
		})
	}
}

// That there is nothing is kept no longer than the upstream allows.
func TestNotFoundIsKeptAsAllowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWare(t, cache.Classes{}, func(*http.Request) *http.Response {
			return says(http.StatusNotFound, "", "Cache-Control", "no-store")
		})
		f := byID(wareOf(aMinute))
		for want := 1; want <= 2; want++ {
			got, kept := w.get(t.Context(), nil, f, "1")
			wantTexts(t, got, "null")
			if n := w.called(); n != want || !kept.Never {
				t.Errorf("%d calls, want %d; kept %+v", n, want, kept)
			}
		}
	})
}

// A read by POST is not made conditional: a service may answer it with 412, or ignore it.
func TestPostIsUnconditional(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWare(t, cache.Classes{}, func(r *http.Request) *http.Response {
			if r.Header.Get("If-None-Match") != "" {
				t.Errorf("%s with If-None-Match", r.Method)
			}
			return says(http.StatusOK, named("v"), "ETag", `"a"`)
		})
		f := byID(binding.New(binding.Spec{
			Name: "Query.search", Vars: wareID,
			Origin:  binding.Origin{Upstream: "ware", Single: &binding.Call{Method: http.MethodPost, Template: "/search"}},
			Result:  binding.Result{Object: "Ware", Shape: view.NewShape("/id", "/name")},
			Caching: binding.Caching{Fingerprint: "search", Cache: forAMillisecond()},
		}))
		for range 2 {
			got, _ := w.get(t.Context(), nil, f, "1")
			wantTexts(t, got, "v")
			time.Sleep(time.Second)
		}
		if n := w.called(); n != 2 {
			t.Errorf("%d calls, want 2", n)
		}
	})
}

// An object that a kept list holds is as old as the list: who limits the age asks for it.
func TestPrimedIsAsOldAsItsList(t *testing.T) {
	for limited, want := range map[bool]string{true: "of its own", false: "of the list"} {
		synctest.Test(t, func(t *testing.T) {
			w := newWare(t, cache.Classes{}, func(r *http.Request) *http.Response {
				if r.URL.Path == "/wares" {
					return says(http.StatusOK, "["+named("of the list")+"]")
				}
				return says(http.StatusOK, named("of its own"))
			})
			entity := wareOf(aMinute)
			list := &binding.Field{Binding: binding.New(binding.Spec{
				Name:    "Query.wares",
				Origin:  binding.Origin{Upstream: "ware", Single: &binding.Call{Template: "/wares"}},
				Result:  binding.Result{List: true, Object: "Ware", Shape: entity.Shape, Primes: entity},
				Caching: binding.Caching{Fingerprint: "wares", Cache: aMinute},
			})}
			run := func(accepts map[*binding.Binding]time.Duration) []string {
				x := fetch.Begin(w.service, fetch.Options{Accepts: accepts})
				defer x.Close()
				x.Fetch(t.Context(), []fetch.Member{{Field: list, Parents: make([]view.Object, 1)}})
				return wareNames(t.Context(), x, byID(entity), "1")
			}
			run(nil)
			time.Sleep(10 * time.Second)
			var accepts map[*binding.Binding]time.Duration
			if limited {
				accepts = map[*binding.Binding]time.Duration{entity: time.Second}
			}
			wantTexts(t, run(accepts), want)
		})
	}
}

// An answer of very many calls carries few tags.
func TestManyURLsAreFewTags(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		entity := wareOf(aMinute)
		w := newWare(t, binding.Classes(entity), func(*http.Request) *http.Response { return says(http.StatusOK, named("v")) })
		ids := make([]string, 500)
		for i := range ids {
			ids[i] = fmt.Sprint(i)
		}
		_, kept := w.get(t.Context(), nil, byID(entity), ids...)
		if n := len(kept.Tags); n == 0 || n > 64 {
			t.Errorf("%d tags, want 1 to 64", n)
		}
		if kept.Never {
			t.Fatal("it is not kept at all")
		}
		at := w.service.Cache.Position()
		if err := w.service.Cache.Invalidate(t.Context(), []string{cache.OfURL("ware", "/wares/7")}); err != nil {
			t.Fatal(err)
		}
		if w.service.Cache.Valid(at, kept.Tags) {
			t.Error("none of them is of one of the calls")
		}
	})
}

// A refresh off the request path, of one key or of several, does not put what cannot be read in the place of what can be.
func TestRefreshKeepsWhatIsBetter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		body := named("v")
		w := newWare(t, cache.Classes{}, func(*http.Request) *http.Response { return says(http.StatusOK, body) })
		w.service.Readable = worse{}
		f := byID(wareOf(&binding.CachePolicy{MaxAge: time.Second, HasMaxAge: true, StaleWhileRevalidate: time.Hour}))
		w.get(t.Context(), nil, f, "1")
		body = `{"id": "1", "name": 7}`
		for range 3 {
			time.Sleep(2 * time.Second)
			got, _ := w.get(t.Context(), nil, f, "1")
			wantTexts(t, got, "v")
		}
		if n := w.called(); n < 3 {
			t.Errorf("%d calls: nobody has asked for it anew", n)
		}
	})
}

// worse is a schema that wants names to be strings.
type worse struct{}

func (worse) Worse(_ *binding.Binding, _, got []view.Object) error {
	_, err := view.Get(got[0], 2, view.String)
	return err
}

func (w worse) Unfit(b *binding.Binding, got []view.Object) (some, all bool) {
	wrong := w.Worse(b, nil, got) != nil
	return wrong, wrong
}
