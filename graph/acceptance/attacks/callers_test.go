package attacks_test

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	"weft/upstream/upstreamtest"
)

// mine asks for what is everybody's own.
const mine = `{"query":"{user(id:1){name}}"}`

// callers are requests for what belongs to others.
func callers() []attack {
	return []attack{
		{number: 39, name: "50 callers at once", send: func(t *testing.T, s *service) []answer {
			t.Helper()
			const n = 50
			s.upstream.Barrier(upstreamtest.NewBarrier(n), "GET /users/{id}")
			defer s.upstream.Barrier(nil, "GET /users/{id}")
			answers := make([]answer, n)
			var asking sync.WaitGroup
			for i := range n {
				asking.Go(func() { answers[i] = s.post(t, mine, "Authorization", fmt.Sprintf("Bearer %d", i)) })
			}
			asking.Wait()
			for i, a := range answers {
				if want := fmt.Sprintf(`"name":"Bearer %d"`, i); !strings.Contains(a.body, want) {
					t.Errorf("caller %d got %s", i, a.body)
				}
			}
			return answers
		}, want: "200"},
		{number: 40, name: "what is kept for one is asked for by another", send: func(t *testing.T, s *service) []answer {
			t.Helper()
			answers := []answer{s.post(t, mine, "Authorization", "Alice"), s.post(t, mine, "Authorization", "Bob", "Cookie", "session=Alice"), s.post(t, mine)}
			for i, want := range []string{"Alice", "Bob", ""} {
				if !strings.Contains(answers[i].body, `"name":"`+want+`"`) {
					t.Errorf("got %s, want %q", answers[i].body, want)
				}
			}
			return answers
		}, want: "200"},
		{number: 41, name: "headers that no key has", send: func(t *testing.T, s *service) []answer {
			t.Helper()
			const body = `{"query":"{product(id:\"poisoned\"){name}}"}`
			evil := s.post(t, body, "X-Forwarded-Host", "evil.example", "X-Original-URL", "/evil", "X-Host", "evil.example", "Cookie", "evil=1",
				"Accept-Language", "evil", "User-Agent", "evil")
			good := s.post(t, body)
			if all := fmt.Sprintf("%+v %+v", s.upstream.Calls(), good); strings.Contains(all, "evil") || good.body != evil.body {
				t.Errorf("got %v, %s", evil, all)
			}
			return []answer{evil, good}
		}, want: "200"},
	}
}

// rest is what is sent to logs, past manifests, and for codings that tell of others.
func rest() []attack {
	return []attack{
		{number: 44, name: "names with line ends for the log", send: func(t *testing.T, s *service) []answer {
			t.Helper()
			a := s.post(t, `{"documentId":"unknown","operationName":"A\nlevel=ERROR msg=forged\u001b[31m"}`,
				"Apollographql-Client-Name", "shop level=ERROR msg=forged")
			line := s.Logged("forged")
			if strings.HasPrefix(line, "level=ERROR") || strings.Contains(line, "\x1b") || !strings.Contains(line, "no manifest has") {
				t.Errorf("the log has %q", line)
			}
			return []answer{a}
		}, want: "200 PERSISTED_QUERY_NOT_FOUND"},
		{
			number: 45, name: "texts where only ids are taken", environ: []string{"WEFT_OPERATIONS_MODE=locked"},
			send: func(t *testing.T, s *service) []answer {
				t.Helper()
				const evil, good = `"query":"{me{name}}"`, "{product(id:\"fine\"){name}}"
				return s.without(t,
					s.post(t, "{"+evil+"}"),
					s.post(t, "{"+evil+`,"documentId":"listed"}`),
					s.post(t, "{"+evil+`,"DocumentId":"listed"}`),
					s.post(t, digested("{me{name}}", sha("{me{name}}"))),
					s.post(t, "{"+evil+`,"documentId":"listed","documentId":"listed"}`),
					s.send(t, "GET", "?documentId=listed&query="+url.QueryEscape("{me{name}}"), "", "Apollo-Require-Preflight", "true"),
					s.send(t, "GET", "?documentId=listed&documentId=other", ""),
					s.post(t, `{"documentId":"LISTED"}`),
					s.post(t, digested(good, sha(good))))
			}, want: "400 PERSISTED_QUERY_ID_REQUIRED, 400 PERSISTED_QUERY_HASH_MISMATCH, 400 BAD_REQUEST, 200 PERSISTED_QUERY_NOT_FOUND",
		},
		{
			number: 46, name: "answers that would go on for ever",
			send: func(t *testing.T, s *service) []answer {
				t.Helper()
				return s.without(t,
					s.post(t, question, "Accept", "multipart/mixed;deferSpec=20220824"),
					s.post(t, question, "Accept", "text/event-stream"),
					s.post(t, question, "Accept", "text/event-stream, multipart/mixed, application/json;q=0.1"))
			},
			want: "406 BAD_REQUEST, 200",
		},
		{number: 47, name: "dictionaries that others' data are in", send: func(t *testing.T, s *service) []answer {
			t.Helper()
			a := s.send(t, "GET", "?query="+url.QueryEscape(`{products(first:20){nodes{name description}}}`), "",
				"Apollo-Require-Preflight", "true", "Accept-Encoding", "dcb, dcz, identity;q=0.1",
				"Available-Dictionary", ":pZGm1Av0IEBKARczz7exkNYsZb8LzaMrV7J32a2fFG4=:")
			if a.header.Get("Content-Encoding") != "" || a.header.Get("Use-As-Dictionary") != "" {
				t.Errorf("got %v", a.header)
			}
			return []answer{a}
		}, want: "200"},
	}
}
