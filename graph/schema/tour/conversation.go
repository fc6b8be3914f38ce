package tour

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"weft/graph/protocol"
)

// service is what is asked.
type service struct {
	url    string
	client *http.Client
}

// request is one way to ask for an operation. The zero ones of its options are not sent.
type request struct {
	query   string
	report  bool
	without string // techniques, with commas
	coding  string // that is accepted; "": none
	byID    bool   // by GET, with the text's digest instead of the text
	known   string // the entity tag of the answer that is there already
}

// answer is what came of a request.
type answer struct {
	status int
	etag   string
	body   []byte // as it was sent
	took   time.Duration

	data   json.RawMessage
	errors []failure
	report *report // nil: none
	stale  []stale
}

// failure is an error of an answer.
type failure struct {
	Message string `json:"message"`
	Path    []any  `json:"path"`
}

// report is what extensions.weft says, as far as it is shown.
type report struct {
	Calls   []json.RawMessage `json:"calls"`
	Avoided struct {
		Prefetched int `json:"prefetched"`
	} `json:"avoided"`
}

// stale is a value that was served beyond its age since a service fails.
type stale struct {
	Path []any   `json:"path"`
	Age  float64 `json:"age"` // s
}

// http is the request as it is sent.
func (s service) http(ctx context.Context, r request) (*http.Request, error) {
	method, target, body := http.MethodPost, s.url+"/graphql", ""
	if r.byID {
		method, target = http.MethodGet, target+"?"+url.Values{"extensions": {persisted(r.query)}}.Encode()
	} else {
		text, err := json.Marshal(map[string]string{"query": r.query})
		if err != nil {
			return nil, err
		}
		body = string(text)
	}
	out, err := http.NewRequestWithContext(ctx, method, target, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	if body != "" {
		out.Header.Set("Content-Type", "application/json")
	}
	for name, value := range map[string]string{
		"Accept-Encoding": r.coding, protocol.WithoutHeader: r.without, "If-None-Match": r.known,
	} {
		if value != "" {
			out.Header.Set(name, value)
		}
	}
	if r.report {
		out.Header.Set(protocol.ReportHeader, "calls")
	}
	return out, nil
}

// persisted is the extension that names a text by its digest.
func persisted(query string) string {
	digest := sha256.Sum256([]byte(query))
	return fmt.Sprintf(`{"persistedQuery":{"version":1,"sha256Hash":"%s"}}`, hex.EncodeToString(digest[:]))
}

// ask sends a request and reads its answer.
func (s service) ask(ctx context.Context, r request) (*answer, error) {
	sent, err := s.http(ctx, r)
	if err != nil {
		return nil, err
	}
	return s.send(sent)
}

// register makes the service know a text by its digest.
func (s service) register(ctx context.Context, query string) error {
	body := fmt.Sprintf(`{"query":%s,"extensions":%s}`, quoted(query), persisted(query))
	sent, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+"/graphql", strings.NewReader(body))
	if err != nil {
		return err
	}
	sent.Header.Set("Content-Type", "application/json")
	a, err := s.send(sent)
	if err == nil && a.status != http.StatusOK {
		err = fmt.Errorf("%s: %d: %s", s.url, a.status, a.body)
	}
	return err
}

// breaks changes what is wrong with a service behind this one; "none" mends it. It is false where there is nothing to break.
func (s service) breaks(ctx context.Context, name, mode string) (bool, error) {
	sent, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+faults, strings.NewReader(fmt.Sprintf(`{"service":%q,"mode":%q}`, name, mode)))
	if err != nil {
		return false, err
	}
	a, err := s.send(sent)
	return err == nil && a.status == http.StatusOK, err
}

// faults is where a demo's services are broken.
const faults = "/playground/faults"

func (s service) send(r *http.Request) (*answer, error) {
	began := time.Now()
	response, err := s.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	a := &answer{status: response.StatusCode, etag: response.Header.Get("ETag"), body: body, took: time.Since(began)}
	if response.Header.Get("Content-Encoding") == "" {
		a.parse()
	}
	return a, nil
}

// parse reads the body of an answer that is GraphQL's; of any other, nothing is known.
func (a *answer) parse() {
	var read struct {
		Data       json.RawMessage `json:"data"`
		Errors     []failure       `json:"errors"`
		Extensions struct {
			Weft  *report `json:"weft"`
			Stale []stale `json:"stale"`
		} `json:"extensions"`
	}
	if json.Unmarshal(a.body, &read) == nil {
		a.data, a.errors, a.report, a.stale = read.Data, read.Errors, read.Extensions.Weft, read.Extensions.Stale
	}
}

// calls is how many the report has.
func (a *answer) calls() int {
	if a.report == nil {
		return 0
	}
	return len(a.report.Calls)
}

// bytes is how long the body would be with nothing but data.
func (a *answer) bytes() int { return len(`{"data":}`) + len(a.data) }

// quoted is a text as JSON.
func quoted(text string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(text) // a string always can be
	return strings.TrimSpace(b.String())
}
