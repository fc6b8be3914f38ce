package upstream_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/upstream"
	"weft/upstream/upstreamtest"
)

func TestNewClientProblems(t *testing.T) {
	t.Setenv("EMPTY", " \n")
	t.Setenv("TOKEN", "t0ken")
	t.Setenv("SPLIT", "a\r\nX-Admin: 1")
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	const base = "http://catalog.test"
	url := "url is not of the form http(s)://host[:port][/path]"
	tests := map[string]struct {
		forward []string
		options upstream.Options
		want    string // lines, without the upstream's name
	}{
		"Scheme":           {nil, upstream.Options{URL: "ftp://catalog.test"}, url},
		"NoScheme":         {nil, upstream.Options{URL: "catalog.test:80"}, url},
		"NoHost":           {nil, upstream.Options{URL: "http://:80/x"}, url},
		"Unparsable":       {nil, upstream.Options{URL: "http://u:s3cret@catalog.test:port/"}, url},
		"Port":             {nil, upstream.Options{URL: "http://catalog.test:99999"}, "url has a port that is none: ports are from 1 to 65535"},
		"User":             {nil, upstream.Options{URL: "http://u:s3cret@catalog.test"}, "url holds a user or password: use credential"},
		"QueryAndFragment": {nil, upstream.Options{URL: base + "?key=s3cret#f"}, "url holds a query: use query\nurl holds a fragment"},
		"Dots":             {nil, upstream.Options{URL: base + "/a/../b"}, `url: path holds an empty segment, "." or ".."`},
		"Links": {
			nil,
			upstream.Options{URL: base, Links: []string{base, "/v1", base + "?key=s3cret"}},
			"links[1] is no base URL, of the form http(s)://host[:port][/path]\nlinks[2] is no base URL, of the form http(s)://host[:port][/path]",
		},
		"ContentTypes": {
			nil,
			upstream.Options{URL: base, ContentTypes: []string{"text/html", "html", "text/*", "text/html; charset=utf-8"}},
			"contentTypes[1] is no media type, of the form text/html\ncontentTypes[2] is no media type, of the form text/html\n" +
				"contentTypes[3] is no media type, of the form text/html",
		},
		"Numbers": {
			nil,
			upstream.Options{URL: base, Timeout: -1, InFlight: -2, MaxBody: -3},
			"timeout must not be negative, is -1ns\ninFlight must not be negative, is -2\nmaxBody must not be negative, is -3",
		},
		"ForwardHeaders": {
			[]string{"cookie", "Idempotency-Key", "HOST", "Content-Length", "connection", "a b", "", "Accept", "X-Fine"},
			upstream.Options{URL: base},
			`forwardHeaders: Cookie cannot be forwarded: cookies belong to the graph's own origin
forwardHeaders: Idempotency-Key cannot be forwarded: net/http would send writes that carry it a second time
forwardHeaders: Host cannot be forwarded: it belongs to one HTTP message
forwardHeaders: Content-Length cannot be forwarded: it belongs to one HTTP message
forwardHeaders: Connection cannot be forwarded: it is a hop-by-hop header (RFC 9110 §7.6.1)
forwardHeaders: "a b" is not a header name
forwardHeaders: "" is not a header name
forwardHeaders: Accept cannot be forwarded: it describes the GraphQL exchange, not this call`,
		},
		"Header": {
			nil,
			upstream.Options{URL: base, Header: map[string]string{"Host": "x", "accept-encoding": "br", "X-A": "a\nb", "b:": "c"}},
			`header: Host cannot be set: it belongs to one HTTP message
header: "X-A" is not a header name or its value has control characters
header: Accept-Encoding cannot be set: the client decodes what it asks for
header: "b:" is not a header name or its value has control characters`,
		},
		"HeaderTwice": {nil, upstream.Options{URL: base, Header: map[string]string{"X-A": "1", "x-a": "2"}}, "header: X-A is set by header already"},
		"HeaderForwarded": {
			[]string{"authorization"},
			upstream.Options{URL: base, Header: map[string]string{"authorization": "1"}, Credential: upstream.Credential{Env: "TOKEN"}},
			"header: Authorization is forwarded from the request already\ncredential: Authorization is set by header already",
		},
		"CredentialForwarded": {
			[]string{"authorization"},
			upstream.Options{URL: base, Credential: upstream.Credential{Env: "TOKEN"}},
			"credential: Authorization is forwarded from the request already",
		},
		"CredentialNowhere":   {nil, upstream.Options{URL: base, Credential: upstream.Credential{Prefix: "Bearer "}}, "credential: set exactly one of env and file"},
		"CredentialTwice":     {nil, upstream.Options{URL: base, Credential: upstream.Credential{Env: "TOKEN", File: empty}}, "credential: set exactly one of env and file"},
		"CredentialEnvUnset":  {nil, upstream.Options{URL: base, Credential: upstream.Credential{Env: "WEFT_NO_SUCH"}}, "credential: environment variable WEFT_NO_SUCH is empty"},
		"CredentialEnvEmpty":  {nil, upstream.Options{URL: base, Credential: upstream.Credential{Env: "EMPTY"}}, "credential: environment variable EMPTY is empty"},
		"CredentialEnvSplit":  {nil, upstream.Options{URL: base, Credential: upstream.Credential{Env: "SPLIT"}}, "credential: prefix and secret must not contain control characters"},
		"CredentialFileEmpty": {nil, upstream.Options{URL: base, Credential: upstream.Credential{File: empty}}, "credential: file " + empty + " is empty"},
		"CredentialNoFile":    {nil, upstream.Options{URL: base, Credential: upstream.Credential{File: empty + "x"}}, "credential: open " + empty + "x: no such file or directory"},
		"CredentialBoth":      {nil, upstream.Options{URL: base, Credential: upstream.Credential{Header: "X-A", Query: "a", Env: "TOKEN"}}, "credential: set one of header and query, not both"},
		"CredentialQuery":     {nil, upstream.Options{URL: base, Query: map[string]string{"a": "1"}, Secrets: []upstream.Credential{{Query: "a", Env: "TOKEN"}}}, `credential: the parameter "a" is set already`},
		"SecretTwice":         {nil, upstream.Options{URL: base, Secrets: []upstream.Credential{{Header: "x-a", Env: "TOKEN"}, {Header: "X-A", Env: "TOKEN"}}}, "credential: X-A is set by credential already"},
		"CredentialHeader":    {nil, upstream.Options{URL: base, Credential: upstream.Credential{Header: "a:", Env: "TOKEN"}}, `credential: "a:" is not a header name`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := upstream.NewClient(upstream.Spec{Name: "catalog", ForwardHeaders: tt.forward}, tt.options)
			if err == nil {
				t.Fatal("got no error")
			}
			if diff := cmp.Diff(tt.want, strings.ReplaceAll(err.Error(), `upstream "catalog": `, "")); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if strings.Count(err.Error(), "catalog\"") != strings.Count(err.Error(), "\n")+1 {
				t.Errorf("not every line names the upstream:\n%v", err)
			}
		})
	}
}

func TestNewClients(t *testing.T) {
	specs := []upstream.Spec{{Name: "catalog"}, {Name: "user-accounts"}, {Name: "reviews"}, {Name: "reviews"}}
	_, err := upstream.NewClients(specs, map[string]upstream.Options{
		"catalogue": {URL: "http://a.test"}, "weather": {}, "reviews": {URL: "http://r.test", Timeout: -1},
	})
	want := `upstream "catalog" has no URL: set upstreams.catalog.url or WEFT_UPSTREAM_CATALOG_URL
upstream "user-accounts" has no URL: set upstreams.user-accounts.url or WEFT_UPSTREAM_USER_ACCOUNTS_URL
upstream "reviews": timeout must not be negative, is -1ns
upstream "reviews" is declared twice
upstreams.catalogue: the schema has no such upstream; did you mean "catalog"?
upstreams.weather: the schema has no such upstream`
	if err == nil {
		t.Fatal("got no error")
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}

	clients, err := upstream.NewClients(specs[:2], map[string]upstream.Options{"catalog": {URL: "http://a.test"}, "user-accounts": {URL: "https://b.test/x"}})
	if err != nil {
		t.Fatal(err)
	}
	defer clients.Close()
	if clients["catalog"] == nil || clients["user-accounts"] == nil || len(clients) != 2 {
		t.Errorf("got %d clients, want catalog and user-accounts", len(clients))
	}
}

// TestSecretsStayInside puts secrets wherever a configuration may hold one, and looks for them wherever text comes out.
func TestSecretsStayInside(t *testing.T) {
	t.Setenv("CATALOG_TOKEN", "s3cret-token")
	options := upstream.Options{
		Header:     map[string]string{"X-Api-Key": "s3cret-header"},
		Query:      map[string]string{"key": "s3cret-query"},
		Credential: upstream.Credential{Prefix: "Bearer ", Env: "CATALOG_TOKEN"},
		Secrets:    []upstream.Credential{{Header: "X-Other", File: secretFile(t, "s3cret-file")}, {Query: "account", File: secretFile(t, "s3cret-account")}},
	}
	s := upstreamtest.New(t)
	var out strings.Builder
	show := func(values ...any) {
		for _, v := range values {
			fmt.Fprintf(&out, "%v %+v %#v %s %d\n", v, v, v, v, v)
			j, _ := json.Marshal(v)
			out.Write(j)
			var logged bytes.Buffer
			slog.New(slog.NewTextHandler(&logged, nil)).Info("x", "v", v)
			slog.New(slog.NewJSONHandler(&logged, nil)).Info("x", "v", v)
			out.Write(logged.Bytes())
		}
	}
	echo := roundTrip(func(r *http.Request) (*http.Response, error) {
		return nil, fmt.Errorf("%s %s %v", r.Method, r.URL, r.Header)
	})
	panics := roundTrip(func(r *http.Request) (*http.Response, error) { panic(r.URL.String() + r.Header.Get("Authorization")) })
	recorder := newRecorder()
	for _, transport := range []http.RoundTripper{nil, echo, panics} {
		for _, fault := range append(upstreamtest.Faults(), "400", "401", "500") {
			if fault == upstreamtest.Slow || fault == upstreamtest.Hang {
				continue // they end in the context, which knows nothing
			}
			s.FaultAll(fault)
			o := options
			o.URL, o.Transport = s.URL, transport
			o.MaxBody = 1 << 16
			clients, err := upstream.NewClients([]upstream.Spec{{Name: "catalog"}}, map[string]upstream.Options{"catalog": o})
			if err != nil {
				t.Fatal(err)
			}
			res, err := clients["catalog"].Do(t.Context(), upstream.Request{
				Recorder: recorder, Path: "/p", Header: http.Header{"Cookie": {"s3cret-cookie"}},
			})
			if res == nil {
				show(err)
			}
			show(o, &o, clients, clients["catalog"])
			clients.Close()
		}
	}
	show(recorder.Calls())
	for _, url := range []string{"http://u:s3cret-password@h.test?key=s3cret-url#s3cret-fragment", "http://u:s3cret-password@h.test:x", "u:s3cret-password@h"} {
		o := options
		o.URL = url
		_, err := upstream.NewClient(upstream.Spec{Name: "catalog"}, o)
		show(o, err)
	}
	if at := strings.Index(out.String(), "s3cret"); at >= 0 {
		t.Errorf("a secret is shown: …%s…", out.String()[max(0, at-200):min(out.Len(), at+50)])
	}
	if !strings.Contains(out.String(), "X-Api-Key") || !strings.Contains(out.String(), "CATALOG_TOKEN") {
		t.Error("the names of headers and of the secret's variable are not shown")
	}
}

func TestOptionsShown(t *testing.T) {
	o := upstream.Options{URL: "https://catalog.test/api/?key=1", Query: map[string]string{"key": "1"}, InFlight: 7}
	want := `{"url":"https://catalog.test/api","query":["key"],"timeout":"0s","inFlight":7,"maxBody":0}`
	got, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}
