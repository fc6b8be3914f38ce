package acceptance_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// graphRequest is an operation on its way to a service.
type graphRequest struct {
	Body      string // "": Query and Variables are sent
	URL       string // of a GET, its query string; "": it is a POST
	Query     string
	Variables string // a JSON object or ""
	Header    http.Header
}

// graphAnswer is what a service says to it.
type graphAnswer struct {
	Errors     []json.RawMessage `json:"errors,omitempty"`
	Data       json.RawMessage   `json:"data,omitempty"`
	Extensions struct {
		Weft struct {
			Calls []tracedCall    `json:"calls"`
			Cost  json.RawMessage `json:"cost"`
		} `json:"weft"`
	} `json:"extensions,omitzero"`
}

// tracedCall is a call to a service, as extensions.weft.calls shows it.
type tracedCall struct {
	Upstream, Method, Path, Error string
	Status, Keys                  int
}

// send asks for the calls, too.
func (s openShop) send(t testing.TB, r graphRequest) graphAnswer {
	t.Helper()
	answer, err := s.try(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func (s openShop) try(ctx context.Context, r graphRequest) (answer graphAnswer, err error) {
	request, err := r.http(ctx, s.url)
	if err != nil {
		return answer, err
	}
	for name, values := range r.Header {
		request.Header[name] = values
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Weft-Report", "calls")
	response, err := s.client.Do(request)
	if err != nil {
		return answer, err
	}
	defer response.Body.Close()
	return answer, json.NewDecoder(response.Body).Decode(&answer)
}

// http is the request as it is sent.
func (r graphRequest) http(ctx context.Context, url string) (*http.Request, error) {
	if r.URL != "" {
		return http.NewRequestWithContext(ctx, http.MethodGet, url+"?"+r.URL, nil)
	}
	if r.Body != "" {
		return http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(r.Body))
	}
	body := map[string]any{"query": r.Query}
	if r.Variables != "" {
		body["variables"] = json.RawMessage(r.Variables)
	}
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	return http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(text))
}

// transcript writes down the answers of one case, so that they are the same on every run.
//
//   - Errors are sorted: fields that fail at the same time report in any order.
//   - A cursor is opaque, and stands as (cursor 1), (cursor 2) and so on, by first appearance in the case: equal ones have
//     one number. In the requests of later steps the same text stands for the cursor.
//   - A time that lies within the case stands as (now).
//   - Calls are sorted; a parameter of more than four keys is shortened (shorten).
type transcript struct {
	began   time.Time
	cursors cursors
}

// cursors are those seen so far, in order of appearance.
type cursors []string

func (c cursors) name(i int) string { return fmt.Sprintf("(cursor %d)", i+1) }

// Replace puts cursors in the places of their names.
func (c cursors) Replace(text string) string {
	for i := range c {
		text = strings.ReplaceAll(text, c.name(i), c[i])
	}
	return text
}

var (
	cursorMember = regexp.MustCompile(`("(?:cursor|startCursor|endCursor)": )"([^"]+)"`)
	timeText     = regexp.MustCompile(`"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"`)
)

// write returns the parts response.json and calls.
func (s *transcript) write(t *testing.T, a graphAnswer) (response, calls string) {
	t.Helper()
	lines := make([]string, 0, len(a.Extensions.Weft.Calls))
	for _, call := range a.Extensions.Weft.Calls {
		lines = append(lines, call.String())
	}
	slices.Sort(lines)
	a.Extensions.Weft.Calls = nil
	slices.SortFunc(a.Errors, func(a, b json.RawMessage) int { return bytes.Compare(a, b) })
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(struct {
		Errors []json.RawMessage `json:"errors,omitempty"`
		Data   json.RawMessage   `json:"data,omitempty"`
	}{a.Errors, a.Data}); err != nil {
		t.Fatal(err)
	}
	response = cursorMember.ReplaceAllStringFunc(text.String(), s.nameCursor)
	response = timeText.ReplaceAllStringFunc(response, s.nameTime)
	return response, strings.Join(append(lines, ""), "\n")
}

func (s *transcript) nameCursor(member string) string {
	parts := cursorMember.FindStringSubmatch(member)
	i := slices.Index(s.cursors, parts[2])
	if i < 0 {
		i = len(s.cursors)
		s.cursors = append(s.cursors, parts[2])
	}
	return parts[1] + `"` + s.cursors.name(i) + `"`
}

func (s *transcript) nameTime(quoted string) string {
	at, err := time.Parse(`"`+time.RFC3339+`"`, quoted)
	if err != nil || at.Before(s.began.Truncate(time.Second)) || at.After(time.Now()) {
		return quoted
	}
	return `"(now)"`
}

// String is a line of calls: SERVICE METHOD PATH, then the number of keys, and status and kind of a failure.
func (c tracedCall) String() string {
	line := c.Upstream + " " + c.Method + " " + shorten(c.Path)
	if c.Keys > 0 {
		line += fmt.Sprintf(" keys=%d", c.Keys)
	}
	if c.Status > 299 {
		line += fmt.Sprintf(" status=%d", c.Status)
	}
	if c.Error != "" {
		line += " error=" + c.Error
	}
	return line
}

// shorten leaves out what is between the first and the last of more than four values of a parameter, and says how many and
// which by a digest: ids=p-0001,…18·5f2c…,p-0020 for twenty ids.
func shorten(path string) string {
	path, query, ok := strings.Cut(path, "?")
	if !ok {
		return path
	}
	var short []string
	for params := strings.Split(query, "&"); len(params) > 0; {
		name, _, _ := strings.Cut(params[0], "=")
		n := 1
		for n < len(params) && strings.HasPrefix(params[n], name+"=") {
			n++
		}
		short = append(short, middle(params[:n], "&"))
		params = params[n:]
	}
	for i, param := range short {
		if values := strings.Split(param, ","); !strings.Contains(param, "…") {
			short[i] = middle(values, ",")
		}
	}
	return path + "?" + strings.Join(short, "&")
}

func middle(list []string, separator string) string {
	if len(list) <= 4 {
		return strings.Join(list, separator)
	}
	inner := list[1 : len(list)-1]
	sum := sha256.Sum256([]byte(strings.Join(inner, separator)))
	return fmt.Sprintf("%s%s…%d·%x…%s%s", list[0], separator, len(inner), sum[:2], separator, list[len(list)-1])
}
