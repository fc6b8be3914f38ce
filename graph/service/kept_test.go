package service_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"weft/bench/posts/generated"
	"weft/bench/posts/resolver"
	"weft/graph/config"
	"weft/graph/service"
)

// BenchmarkKept is all of a service between a request and its answer, but for net/http, where the operation is known and the answer is kept.
//
//	posts      100 posts with their users, 14 KB
//	few        one post
//	variables  one post, by a variable
//	authorized one post, with an Authorization that the service does not forward
//	byID       the posts, by GET, and by a digest
//	unchanged  the same, of which the client has an answer already: 304
func BenchmarkKept(b *testing.B) {
	s := newKeeping(b)
	for _, row := range keptRows {
		b.Run(row.name, func(b *testing.B) {
			c := s.client(b, row)
			b.ReportAllocs()
			before := processorTime(b)
			for b.Loop() {
				c.ask()
			}
			b.ReportMetric(float64(processorTime(b)-before)/float64(b.N), "cpu-ns/op")
			c.check(b)
		})
	}
}

// TestKeptAllocates bounds what such a request allocates. The test's own is one of them, which is a copy of its request.
func TestKeptAllocates(t *testing.T) {
	s := newKeeping(t)
	for _, row := range keptRows {
		c := s.client(t, row)
		if got := testing.AllocsPerRun(200, c.ask); got > row.most+forgotten {
			t.Errorf("%s: %v allocations, want %v at most", row.name, got, row.most+forgotten)
		}
	}
}

// processorTime is what this process has used so far.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// keptRow is a request whose answer is kept.
type keptRow struct {
	name, body string
	header     [2]string
	unchanged  bool
	most       float64 // allocations
}

const postsQuery = `{posts{id,userId,title,user{id,name,email}}}`

var keptRows = []keptRow{
	{name: "posts", body: `{"query":"` + postsQuery + `"}`, most: 5},
	{name: "few", body: `{"query":"{post(id:1){id title}}"}`, most: 5},
	{name: "variables", body: `{"query":"query($id:Int!){post(id:$id){id title}}","variables":{"id":1}}`, most: 13},
	{name: "authorized", body: `{"query":"{post(id:1){id title}}"}`, header: [2]string{"Authorization", "Bearer x"}, most: 5},
	{name: "byID", most: 6},
	{name: "unchanged", unchanged: true, most: 6},
}

// newKeeping is a service whose upstream's answers are kept for an hour.
func newKeeping(tb testing.TB) *keeping {
	tb.Helper()
	return &keeping{newCaching(tb, config.UpstreamCache{MaxAge: time.Hour, Share: true}, func() {})}
}

// newCaching is a service of posts that are kept like this. Its upstream does something before each answer.
func newCaching(tb testing.TB, kept config.UpstreamCache, before func()) *service.Service {
	tb.Helper()
	post, _ := json.Marshal(map[string]any{"id": 1, "userId": 1, "title": "title", "body": ""})
	posts, users := hundred()
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		before()
		w.Header().Set("Content-Type", "application/json")
		body := post
		switch r.URL.Path {
		case "/posts":
			body = posts
		case "/users":
			body = users
		}
		_, _ = w.Write(body)
	}))
	tb.Cleanup(origin.Close)
	conf, err := config.Load(config.Program{Name: "posts", Upstreams: generated.Upstreams}, nil, []string{"WEFT_UPSTREAM_JSONPLACEHOLDER_URL=" + origin.URL})
	if err != nil {
		tb.Fatal(err)
	}
	conf.UpstreamCache[upstreamName] = kept
	s, err := service.New(generated.Service(resolver.Resolver{}), conf, service.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(s.Close)
	return s
}

// hundred is 100 posts of 10 users, and these.
func hundred() (posts, users []byte) {
	var allPosts, allUsers []any
	for i := range 100 {
		allPosts = append(allPosts, map[string]any{"id": i, "userId": i % 10, "title": fmt.Sprintf("the title of the post with number %d", i), "body": ""})
	}
	for i := range 10 {
		allUsers = append(allUsers, map[string]any{"id": i, "name": fmt.Sprintf("Name of user %d", i), "email": fmt.Sprintf("user%d@example.org", i), "username": "x"})
	}
	posts, _ = json.Marshal(allPosts)
	users, _ = json.Marshal(allUsers)
	return posts, users
}

type keeping struct{ *service.Service }

// client sends one request again and again.
type client struct {
	to      http.Handler
	request *http.Request
	text    []byte
	body    bodyAgain
	answer  answerAgain
	want    string // the answer's body
	status  int
}

func (s *keeping) client(tb testing.TB, row keptRow) *client {
	tb.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	tb.Cleanup(cancel)
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", nil)
	if row.body == "" {
		digest := registered(tb, s)
		r = httptest.NewRequestWithContext(ctx, http.MethodGet, "/graphql?extensions="+digest, nil)
		r.Header.Set("Apollo-Require-Preflight", "true")
	} else {
		r.Header.Set("Content-Type", "application/json")
		r.ContentLength = int64(len(row.body))
	}
	if row.header[0] != "" {
		r.Header.Set(row.header[0], row.header[1])
	}
	c := newClient(s, r, row.body)
	for range 20 { // the second is the first that finds it kept
		c.ask()
	}
	if row.unchanged {
		r.Header.Set("If-None-Match", c.answer.header["Etag"][0])
		c.status = http.StatusNotModified
		c.ask()
	}
	c.want = c.answer.String()
	c.check(tb)
	return c
}

// newClient sends a request with a body again and again.
func newClient(to http.Handler, r *http.Request, body string) *client {
	return &client{to: to, request: r, text: []byte(body), answer: answerAgain{header: http.Header{}}, status: http.StatusOK}
}

// registered has the posts' text registered, and returns what asks for it.
func registered(tb testing.TB, s *keeping) string {
	tb.Helper()
	sum := sha256.Sum256([]byte(postsQuery))
	envelope := fmt.Sprintf(`{"persistedQuery":{"version":1,"sha256Hash":"%x"}}`, sum)
	r := httptest.NewRequestWithContext(tb.Context(), http.MethodPost, "/graphql", strings.NewReader(`{"query":"`+postsQuery+`","extensions":`+envelope+`}`))
	r.Header.Set("Content-Type", "application/json")
	s.ServeHTTP(httptest.NewRecorder(), r)
	return url.QueryEscape(envelope)
}

func (c *client) ask() {
	c.body.Reset(c.text)
	c.answer.reset()
	r := *c.request
	r.Body = &c.body
	c.to.ServeHTTP(&c.answer, &r)
}

func (c *client) check(tb testing.TB) {
	tb.Helper()
	if got := c.answer.String(); c.answer.status != c.status || got != c.want || strings.Contains(got, "errors") {
		tb.Fatalf("got %d %.300s, want %d", c.answer.status, got, c.status)
	}
}

// bodyAgain is a request's body that can be read again.
type bodyAgain struct{ bytes.Reader }

func (*bodyAgain) Close() error { return nil }

// answerAgain is a response that the next one overwrites.
type answerAgain struct {
	bytes.Buffer

	header http.Header
	status int
}

var (
	_ io.ReadCloser       = (*bodyAgain)(nil)
	_ http.ResponseWriter = (*answerAgain)(nil)
)

func (a *answerAgain) Header() http.Header    { return a.header }
func (a *answerAgain) WriteHeader(status int) { a.status = status }

func (a *answerAgain) reset() {
	clear(a.header)
	a.Reset()
}
