package attacks_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"strings"
	"testing"
)

// digested is a body with a text and what is said to be its digest.
func digested(text, digest string) string {
	query := ""
	if text != "" {
		query = `"query":` + quote(text) + ","
	}
	return "{" + query + `"extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + digest + `"}}}`
}

func sha(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// floods are many requests, each of which leaves something behind.
func floods() []attack {
	return []attack{
		{number: 26, name: "a text registered as another one's", send: func(t *testing.T, s *service) []answer {
			t.Helper()
			good, evil := "{product(id:\"good\"){name}}", "{product(id:\"evil\"){name}}"
			return []answer{
				s.post(t, digested(evil, sha(good))),
				s.post(t, digested("", sha(good))),
				s.post(t, digested("{broken", sha("{broken"))),
				s.post(t, digested("", sha("{broken"))),
			}
		}, want: "400 PERSISTED_QUERY_HASH_MISMATCH, 200 PERSISTED_QUERY_NOT_FOUND, 400 GRAPHQL_PARSE_FAILED"},
		{number: 27, name: "300 texts of 200 KB are registered", send: func(t *testing.T, s *service) []answer {
			t.Helper()
			var answers []answer
			for i := range 300 {
				text := fmt.Sprintf("{a%d:__typename %s}", i, strings.Repeat(",", 200_000))
				answers = append(answers, s.post(t, digested(text, sha(text))))
			}
			return answers
		}, want: "200"},
		{number: 28, name: "300 texts of 45 KB", send: func(t *testing.T, s *service) []answer {
			t.Helper()
			var answers []answer
			for i := range 300 {
				text := fmt.Sprintf("{a%d:__typename ", i) + repeat("long_name_of_an_alias_%d:__typename ", 1100) + "}"
				answers = append(answers, s.ask(t, text)...)
			}
			return answers
		}, want: "200"},
	}
}

const question = `{"query":"{__typename}"}`

// connections are those that take long, or want to be something else.
func connections() []attack {
	return []attack{
		{
			number: 32, name: "200 connections with half a header", waits: true,
			send: slow("POST /graphql HTTP/1.1\r\nHost: shop\r\nX-Slow: "), want: "200, closed",
		},
		{
			number: 32, name: "200 connections with half a body", waits: true,
			send: slow("POST /graphql HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"),
			want: "200, 408 BAD_REQUEST",
		},
		{number: 33, name: "a WebSocket", send: func(t *testing.T, s *service) []answer {
			t.Helper()
			const upgrade = "GET /graphql HTTP/1.1\r\nHost: shop\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
				"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
			return []answer{s.raw(t, upgrade)}
		}, want: refused},
		{number: 33, name: "a body for two servers to read differently", send: func(t *testing.T, s *service) []answer {
			t.Helper()
			const head = "POST /graphql HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n"
			return []answer{
				s.raw(t, head+"Content-Length: 4\r\nContent-Length: 5\r\n\r\n{}{}x"),
				s.raw(t, head+"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
				s.raw(t, head+"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
				s.raw(t, strings.Replace(head, "Host: shop\r\n", "Host: a\r\nHost: b\r\n", 1)+"\r\n"),
			}
		}, want: "400, 501"},
	}
}

// slow opens connections that send the beginning of a request and no more, and asks something meanwhile. It waits until the service has
// ended them all.
func slow(beginning string) func(*testing.T, *service) []answer {
	return func(t *testing.T, s *service) []answer {
		t.Helper()
		var waiting []net.Conn
		for range 200 {
			waiting = append(waiting, s.dial(t, beginning))
		}
		answers := []answer{s.post(t, question)}
		for _, conn := range waiting {
			answers = append(answers, read(conn))
		}
		return answers
	}
}

// paths are values that would reach something else of an upstream's, or something else than an upstream.
func paths() []attack {
	return []attack{
		{number: 34, name: "ids that would change a path", send: func(t *testing.T, s *service) []answer {
			t.Helper()
			var answers []answer
			ids := []string{
				"../secret", "..%2fsecret", "a/../../secret", "a;b", "a?x=1", "a#b", "a%00b", "\x00", "", ".", "..", "a\\..\\b", "a&ids=b", "é",
			}
			for _, id := range ids {
				answers = append(answers, s.ask(t, fmt.Sprintf(`{product(id:%s){name}}`, quote(id)))...)
			}
			for _, call := range s.upstream.Calls() {
				if id, below := strings.CutPrefix(call.Path, "/products/"); !below || strings.ContainsAny(id, "/?=") || id == "." || id == ".." {
					t.Errorf("an upstream was asked for %s", call.Path)
				}
			}
			return answers
		}, want: "200"},
		{number: 35, name: "line ends in headers that upstreams get", send: func(t *testing.T, s *service) []answer {
			t.Helper()
			head := "POST /graphql HTTP/1.1\r\nHost: shop\r\nConnection: close\r\nContent-Type: application/json\r\n" +
				fmt.Sprintf("Content-Length: %d\r\nAuthorization: ", len(mine))
			var answers []answer
			for _, value := range []string{"a\r\n X-Evil: 1", "a\rX-Evil: 1", "a\nX-Evil: 1", "a\x00b"} {
				answers = append(answers, s.raw(t, head+value+"\r\n\r\n"+mine))
			}
			for _, call := range s.upstream.Calls() {
				if call.Header.Get("X-Evil") != "" {
					t.Errorf("an upstream got %v", call.Header)
				}
			}
			return answers
		}, want: "200, 400"},
		{number: 36, name: "another server's address", send: func(t *testing.T, s *service) []answer {
			t.Helper()
			const body = `{"query":"{product(id:\"b\"){name}}"}`
			rest := fmt.Sprintf(" HTTP/1.1\r\nHost: 169.254.169.254\r\nConnection: close\r\nX-Forwarded-Host: evil.example\r\n"+
				"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
			answers := s.ask(t, `{product(id:"http://169.254.169.254/"){name}}`, `{product(id:"//evil.example"){name}}`)
			answers = append(answers, s.raw(t, "POST /graphql"+rest), s.raw(t, "POST http://evil.example/graphql"+rest))
			for _, call := range s.upstream.Calls() {
				if strings.Contains(fmt.Sprint(call.Header), "evil") || strings.Contains(call.Path, "//") {
					t.Errorf("an upstream got %s %v", call.Path, call.Header)
				}
			}
			return answers
		}, want: "200"},
		{number: 36, name: "a redirect of an upstream's", send: func(t *testing.T, s *service) []answer {
			t.Helper()
			s.upstream.Fault("GET /products/{id}", "redirect")
			defer s.upstream.Fault("GET /products/{id}", "")
			answers := s.ask(t, `{product(id:"redirected"){name}}`)
			if calls := s.upstream.Lines(); len(calls) != 1 || calls[0] != "GET /products/redirected" {
				t.Errorf("got the calls %s", calls)
			}
			return answers
		}, want: "200 UPSTREAM_REJECTED"},
	}
}
