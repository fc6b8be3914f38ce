package upstream_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/upstream"
	"weft/upstream/upstreamtest"
)

// What a name stands for is looked at when a connection is made, whatever it stood for before.
func TestNameThatComesToLeadElsewhere(t *testing.T) {
	dns := upstreamtest.NewNames(t)
	s := upstreamtest.New(t)
	s.JSON("GET /p", `1`)
	here, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	const (
		linkLocal = "its name leads to a link-local or multicast address, which no service has"
		metadata  = "its name leads to an address of a cloud's metadata, which is never called"
		loopback  = "its name leads to this machine, and egress.loopback is false"
		private   = "its name leads to an address of a private network, and egress.private is false"
	)
	for _, tt := range []struct {
		addresses []string
		egress    upstream.Egress
		want      string // "": the service here answers
	}{
		{[]string{"127.0.0.1"}, upstream.Egress{}, ""},
		{[]string{"169.254.169.254"}, upstream.Egress{}, linkLocal},
		{[]string{"169.254.169.254", "127.0.0.1"}, upstream.Egress{}, ""},
		{[]string{"fe80::1"}, upstream.Egress{}, linkLocal},
		{[]string{"224.0.0.251"}, upstream.Egress{}, linkLocal},
		{[]string{"ff02::1"}, upstream.Egress{}, linkLocal},
		{[]string{"::ffff:169.254.169.254"}, upstream.Egress{}, linkLocal},
		{[]string{"64:ff9b::a9fe:a9fe"}, upstream.Egress{}, linkLocal},
		{[]string{"2002:a9fe:a9fe::"}, upstream.Egress{}, linkLocal},
		{[]string{"::a9fe:a9fe"}, upstream.Egress{}, linkLocal},
		{[]string{"fd00:ec2::254"}, upstream.Egress{}, metadata},
		{[]string{"fd20:ce::254"}, upstream.Egress{}, metadata},
		{[]string{"168.63.129.16"}, upstream.Egress{}, metadata},
		{[]string{"100.100.100.200"}, upstream.Egress{}, metadata},
		{[]string{"192.0.0.192"}, upstream.Egress{}, metadata},
		{[]string{"127.0.0.1"}, upstream.Egress{NoPrivate: true}, ""},
		{[]string{"127.0.0.1"}, upstream.Egress{NoLoopback: true}, loopback},
		{[]string{"::1"}, upstream.Egress{NoLoopback: true}, loopback},
		{[]string{"0.0.0.0"}, upstream.Egress{NoLoopback: true}, loopback},
		{[]string{"::"}, upstream.Egress{NoLoopback: true}, loopback},
		{[]string{"0.0.0.0"}, upstream.Egress{}, ""},
		{[]string{"::ffff:127.0.0.1"}, upstream.Egress{NoLoopback: true}, loopback},
		{[]string{"64:ff9b::7f00:1"}, upstream.Egress{NoLoopback: true}, loopback},
		{[]string{"10.0.0.7"}, upstream.Egress{NoPrivate: true}, private},
		{[]string{"172.16.0.7"}, upstream.Egress{NoPrivate: true}, private},
		{[]string{"192.168.0.7"}, upstream.Egress{NoPrivate: true}, private},
		{[]string{"100.64.0.7"}, upstream.Egress{NoPrivate: true}, private},
		{[]string{"198.18.0.7"}, upstream.Egress{NoPrivate: true}, private},
		{[]string{"fd12::7"}, upstream.Egress{NoPrivate: true}, private},
		{[]string{"fec0::7"}, upstream.Egress{NoPrivate: true}, private},
	} {
		dns.Set("127.0.0.1") // as it is when the service starts
		c := newClient(t, upstream.Options{URL: "http://shop.example:" + here.Port(), Network: upstream.Network{Egress: tt.egress}})
		dns.Set(tt.addresses...)
		s.Forget()
		_, err := c.Do(t.Context(), get("/p"))
		switch {
		case tt.want == "" && (err != nil || len(s.Calls()) != 1):
			t.Errorf("%v with %+v: got %v after %d calls, want an answer", tt.addresses, tt.egress, err, len(s.Calls()))
		case tt.want == "":
		case kind(t, err) != upstream.Unavailable || err.Error() != "upstream catalog, product: unavailable: "+tt.want || len(s.Calls()) > 0:
			t.Errorf("%v with %+v: got %v after %d calls, want %s", tt.addresses, tt.egress, err, len(s.Calls()), tt.want)
		case err.(*upstream.Error).OutcomeUnknown():
			t.Errorf("%v: a call that was refused may have been sent", tt.addresses)
		}
	}
}

// The same client, whose name is given another address between two calls.
func TestNameIsLookedUpAnew(t *testing.T) {
	dns := upstreamtest.NewNames(t)
	dns.Set("127.0.0.1")
	s := upstreamtest.New(t)
	s.Handle("/p", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "close")
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`1`))
	})
	c := newClient(t, upstream.Options{URL: strings.Replace(s.URL, "127.0.0.1", "shop.example", 1)})
	if _, err := c.Do(t.Context(), get("/p")); err != nil {
		t.Fatal(err)
	}
	dns.Set("169.254.169.254")
	write := upstream.Request{Method: "POST", Path: "/p", Body: []byte(`{}`)}
	for _, r := range []upstream.Request{get("/p"), write} {
		_, err := c.Do(t.Context(), r)
		if kind(t, err) != upstream.Unavailable || !strings.Contains(err.Error(), "link-local") || err.(*upstream.Error).OutcomeUnknown() {
			t.Errorf("got %v, want that the address is refused, and nothing sent", err)
		}
		assertSilent(t, err, "http://169.254.169.254:80")
	}
	dns.Set("127.0.0.1")
	if _, err := c.Do(t.Context(), get("/p")); err != nil {
		t.Errorf("its own address again: %v", err)
	}
	if diff := cmp.Diff([]string{"GET /p", "GET /p"}, s.Lines()); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

// Nothing that a client or a service says makes a call to another place.
func TestNothingLeadsElsewhere(t *testing.T) {
	s, other := upstreamtest.New(t), upstreamtest.New(t)
	other.JSON("/", `{"token": "canary"}`)
	there := strings.TrimPrefix(other.URL, "http://")
	c := newClient(t, upstream.Options{URL: s.URL + "/v1", Redirects: true, Links: []string{"https://api.example"}})
	references := []string{
		other.URL + "/v1/x", "//" + there + "/v1/x", "http://user@" + there + "/v1/x", "@" + there, ":" + there, "/\\" + there + "/v1", `\\` + there + `\v1`,
		"/%2f" + there, "/..//" + there, "http:" + there, "HTTP://" + there + "/v1/", " " + other.URL, "http://169.254.169.254/latest", "http://[fe80::1%25lo]/",
		"http://2852039166/", "http://0xa9fea9fe/", "gopher://" + there, "file:///etc/passwd", "unix:/run/docker.sock", "/v1/../../" + there,
	}
	for _, ref := range references {
		_, _ = c.Do(t.Context(), get(ref)) // a template, whatever it has become
		s.Handle("GET /v1/redirect", func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Location"] = []string{ref}
			w.WriteHeader(http.StatusTemporaryRedirect)
		})
		_, _ = c.Do(t.Context(), get("/redirect"))
		if path, err := c.Link(ref); err == nil { // a URL in data, or of a next page
			_, _ = c.Do(t.Context(), get(path))
		}
	}
	if calls := other.Lines(); len(calls) > 0 {
		t.Errorf("called elsewhere: %v", calls)
	}
	for _, call := range s.Calls() {
		if !strings.HasPrefix(call.Path, "/v1/") {
			t.Errorf("called %s, which is not below the base URL", call.Path)
		}
	}
}

func TestNewClientOutsideEgress(t *testing.T) {
	_, err := upstream.NewClient(upstream.Spec{Name: "catalog"}, upstream.Options{
		URL: "http://10.0.0.7/v1", Network: upstream.Network{Egress: upstream.Egress{NoPrivate: true}},
	})
	if want := `upstream "catalog": url leads to an address of a private network, and egress.private is false`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
