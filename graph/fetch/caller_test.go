package fetch_test

import (
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"weft/cache"
	"weft/graph/auth"
	"weft/graph/fetch"
	"weft/graph/view"
)

// What Go answers is only for the caller whom it was asked for, also one whom no header names.
func TestFunctionsByCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, asked := newWare(t, cache.Classes{}, nil), 0
		w.service.Functions = map[string]fetch.Func{"Names": func(ctx context.Context, keys []string) ([]view.Object, []error) {
			asked++
			out := make([]view.Object, len(keys))
			for i, k := range keys {
				out[i] = view.Object(*view.Build[object](wareShape, []byte(`"`+k+`"`), []byte(`"of `+auth.From(ctx).Subject()+`"`)))
			}
			return out, make([]error, len(keys))
		}}
		a, err := auth.New(auth.Options{Certificates: &auth.CertificateOptions{}})
		if err != nil {
			t.Fatal(err)
		}
		f := fromGo([]string{"Authorization"}, aMinute)
		for i, name := range []string{"ada", "bea", "", "ada", "bea"} {
			var who *auth.Caller
			if name != "" {
				shown := &x509.Certificate{
					Raw: []byte(name), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
				}
				if who, err = a.Authenticate(t.Context(), auth.Credentials{Certificates: []*x509.Certificate{shown}}); err != nil {
					t.Fatal(err)
				}
			}
			x := fetch.Begin(w.service, fetch.Options{Behalf: fetch.Behalf{Header: http.Header{}, Caller: who}})
			got := wareNames(auth.With(t.Context(), who), x, f, "1")
			if kept := x.Close().Kept(); len(got) != 1 || got[0] != "of "+name || kept.Private != (name != "") {
				t.Errorf("%d, %q: got %q, private %t", i, name, got, kept.Private)
			}
		}
		if asked != 3 {
			t.Errorf("Go was asked %d times, want once for each caller", asked)
		}
	})
}
