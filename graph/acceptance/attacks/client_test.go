package attacks_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// answer is what came back.
type answer struct {
	status int // 0: the connection was closed
	header http.Header
	body   string
}

// kind is the status of an answer, and the code of its first error.
func (a answer) kind() string {
	if a.status == 0 {
		return "closed"
	}
	var decoded struct {
		Errors []struct{ Extensions struct{ Code string } }
	}
	if json.Unmarshal([]byte(a.body), &decoded) != nil || len(decoded.Errors) == 0 {
		return strconv.Itoa(a.status)
	}
	return strconv.Itoa(a.status) + " " + decoded.Errors[0].Extensions.Code
}

// kinds are the kinds of answers, each once.
func kinds(answers []answer) string {
	var list []string
	for _, a := range answers {
		if kind := a.kind(); !slices.Contains(list, kind) {
			list = append(list, kind)
		}
	}
	return strings.Join(list, ", ")
}

// send sends a request with headers, given as name, value, name, value.
func (s *service) send(t *testing.T, method, query, body string, headers ...string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+query, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "application/graphql-response+json")
	r.Header.Set("Accept-Encoding", "identity")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return answer{} // the service need not read all of what is too much
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Error(err)
	}
	return answer{response.StatusCode, response.Header, string(text)}
}

// post sends a body of JSON.
func (s *service) post(t *testing.T, body string, headers ...string) answer {
	t.Helper()
	return s.send(t, http.MethodPost, "", body, append([]string{"Content-Type", "application/json"}, headers...)...)
}

// ask sends documents, one after the other.
func (s *service) ask(t *testing.T, documents ...string) []answer {
	t.Helper()
	var answers []answer
	for _, document := range documents {
		body, err := json.Marshal(map[string]string{"query": document})
		if err != nil {
			t.Fatal(err)
		}
		answers = append(answers, s.post(t, string(body)))
	}
	return answers
}

// asks is an attack by documents alone. Whatever is wrong with them, the answer is short.
func asks(documents ...string) func(*testing.T, *service) []answer {
	return func(t *testing.T, s *service) []answer {
		t.Helper()
		return short(t, s.ask(t, documents...))
	}
}

// short holds that answers do not repeat at length what was sent.
func short(t *testing.T, answers []answer) []answer {
	t.Helper()
	for _, a := range answers {
		if len(a.body) > 32<<10 {
			t.Errorf("got an answer of %d bytes: %.300s", len(a.body), a.body)
		}
	}
	return answers
}

// dial opens a connection and writes text.
func (s *service) dial(t *testing.T, text string) net.Conn {
	t.Helper()
	host, _, _ := strings.Cut(strings.TrimPrefix(s.URL, "http://"), "/")
	conn, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	return conn
}

// raw sends a request as it is written.
func (s *service) raw(t *testing.T, text string) answer {
	t.Helper()
	return read(s.dial(t, text))
}

// read reads an answer; a connection that is closed without one is no error.
func read(conn net.Conn) answer {
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return answer{}
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, string(text)}
}
