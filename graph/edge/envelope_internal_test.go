package edge

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"weft/graph/operation"
	"weft/graph/persisted"
)

// bodies are requests, and what is nearly one: in every place where one of them may go wrong, it does.
var bodies = []string{
	`{"query":"{a}"}`, ` { "query" : "{a}" , "operationName" : "A" , "variables" : {"a":[1,{"b":null}]} , "extensions" : { } } `,
	`{"documentId":"a","variables":{}}`, `{"documentId":null,"doc_id":"a"}`, `{"documentId":"a","doc_id":"b"}`, `{"documentId":1}`, `{"documentId":""}`, `{"documentId":"\u0061","doc_id":"a"}`,
	`{}`, `{ }`, `{"query":null,"operationName":null,"variables":null,"extensions":null}`, `{"variables":{}}`, `{"variables":{"a":1e999,"b":12345678901234567890}}`,
	`{"query":"a\nb\t\"c\"\\\/\b\f\r"}`, `{"query":"\u0061\ud83d\ude00"}`, `{"query":"\ud83d"}`, `{"query":"\\ud83d"}`, `{"query":"\u0041\ude00\ud83d"}`, `{"x":"\ud83d\ud83d\ude00"}`, `{"query":"é"}`, `{"qu\u0065ry":"x","query":"y"}`, `{"\query":"x"}`,
	`{"query":"a\qb"}`, `{"query":"a\u12"}`, `{"query":"a\`, `{"query":"a\"`, `{"query":"a`, `{"query":"`, `{"query":`, `{"query"`, `{"`, `{`, ``,
	"{\"query\":\"a\nb\"}", "{\"query\":\"a\\n\nb\"}", "{\"\x00\":1}", "{\"query\":\"\xff\"}", "{\"x\":\"\xff\"}", "\xef\xbb\xbf{}",
	`{"query":"x","query":"x"}`, `{"operationName":null,"operationName":"x"}`, `{"variables":{},"variables":{}}`, `{"extensions":{},"extensions":null}`,
	`{"query":1}`, `{"query":tru}`, `{"query":true}`, `{"query":{}}`, `{"query":[]}`, `{"query":nul}`, `{"query":-}`, `{"query":"x"y}`, `{"query":tru"x"}`,
	`{"variables":[]}`, `{"variables":"x"}`, `{"variables":1}`, `{"variables":{"a":}}`, `{"variables":{"a":1]}`, `{"variables":{"a":1,"a":2}}`, `{"variables":{}x}`, `{"variables":}`,
	`{"x":1,"x":2,"X":{"y":[[[]]]},"":null}`, `{"x":01}`, `{"x":{]}`, `{"x":[1,]}`, `{"x":"\q"}`, `{"x":}`, `{"x":1}}`, `{"x":1}x`, `{"x":1} {`, "{\"x\":1}\x00", `{"x":1}]`,
	`{"x":1,}`, `{,}`, `{"x" 1}`, `{"x"::1}`, `{x:1}`, `{1:1}`, `{"x":1 "y":2}`, `{"x":1;"y":2}`, `{"x":{"y":1}"z":2}`,
	`{"extensions":` + apollosOf(digestA) + `}`, `{"extensions": ` + apollosOf(digestA) + ` ,"query":"x","documentId":"sha256:` + digestA + `"}`, `{"documentId":"b","extensions":` + apollosOf(digestA) + `}`,
	`{"extensions":` + apollosOf(digestA) + `,"extensions":` + apollosOf(digestA) + `}`, `{"extensions":null,"extensions":` + apollosOf(digestA) + `}`, `{"extensions":` + apollosOf(digestA) + `,"extensions":null}`,
	`{"extensions":` + apollosOf(`\u0061`) + `}`, `{"extensions":{"persistedQuery":{"sha256Hash":"` + digestA + `","version":1}}}`, `{"extensions":` + apollosOf(digestA) + `x}`,
	`[]`, `[{"query":"{a}"}]`, `[`, `null`, `1`, `"x"`, `"x`, `x`, `}`, `]`, `,`, "\x00", " ", `true false`,
	`{"x":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}`, `{"x":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}`,
}

var digestA = persisted.Digest("a")

// apollosOf is Apollo's envelope around a text that JSON has.
func apollosOf(id string) string { return `{"persistedQuery":{"version":1,"sha256Hash":"` + id + `"}}` }

// spelled has the extensions of a request spelled out that were left out of it.
func spelled(t *testing.T, r operation.Request) operation.Request {
	t.Helper()
	if !r.Automatic || r.Extensions != nil {
		return r
	}
	if !persisted.IsDigest(persisted.Bare(r.ID)) {
		t.Errorf("got %+v", r)
	}
	r.Extensions = map[string]any{"persistedQuery": map[string]any{"version": json.Number("1"), "sha256Hash": persisted.Bare(r.ID)}}
	return r
}

// FuzzDecodeRequest holds decodeRequest against encoding/json: it accepts the same bodies, reads the same of them, and leaves no
// reference to a body behind.
func FuzzDecodeRequest(f *testing.F) {
	for _, body := range bodies {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		want, valid := decodeSlowly(body)
		scratch := bytes.Clone(body)
		got, refused := decodeRequest(scratch, known(nil), []string{"documentId", "doc_id"}, defaultMaxValues)
		clear(scratch)
		if refused == nil {
			refused = identifyByExtension(&got)
		}
		if got = spelled(t, got); got.Automatic { // with sha256: or without
			got.ID, want.ID = persisted.Bare(got.ID), persisted.Bare(want.ID)
		}
		if (refused == nil) != valid {
			t.Fatalf("%q: got %+v, want it accepted: %t", body, refused, valid)
		}
		if !valid {
			if refused.status != 400 {
				t.Errorf("%q: got status %d", body, refused.status)
			}
			return
		}
		empty := cmp.Transformer("empty", func(m map[string]any) map[string]any { // none and an empty one mean the same
			if len(m) == 0 {
				return nil
			}
			return m
		})
		noCredentials := cmpopts.IgnoreFields(operation.Request{}, "Peer", "Caller") // no body has them
		if diff := cmp.Diff(want, got, cmp.FilterPath(func(p cmp.Path) bool { return len(p) == 2 }, empty), noCredentials); diff != "" {
			t.Errorf("%q: (-want +got):\n%s", body, diff)
		}
	})
}

// decodeSlowly is what decodeRequest means, said with encoding/json.
func decodeSlowly(body []byte) (params operation.Request, ok bool) {
	if !json.Valid(body) || !bytes.Equal(body, bytes.ToValidUTF8(body, nil)) || hasHalf(string(body)) {
		return params, false
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return params, false
	}
	into := map[string]any{
		"query": &params.Text, "operationName": &params.Name,
		"variables": &params.Variables, "extensions": &params.Extensions,
	}
	for dec.More() {
		name, _ := dec.Token()
		value, known := into[name.(string)]
		if name == "documentId" || name == "doc_id" {
			var id string
			if dec.Decode(&id) != nil || id != "" && params.ID != "" && id != params.ID {
				return params, false
			}
			if id != "" {
				params.ID = id
			}
			continue
		}
		switch {
		case !known:
			value = new(json.RawMessage)
		case value == nil:
			return params, false
		default:
			into[name.(string)] = nil
		}
		if dec.Decode(value) != nil {
			return params, false
		}
	}
	_, err := dec.Token()
	if err != nil {
		return params, false
	}
	_, err = dec.Token()
	return params, errors.Is(err, io.EOF) && identifySlowly(&params)
}

// identifySlowly gives a request the id in its extensions, and reports whether it may have that.
func identifySlowly(r *operation.Request) (ok bool) {
	envelope := r.Extensions["persistedQuery"]
	if envelope == nil {
		return true
	}
	members, _ := envelope.(map[string]any)
	version, given := members["version"]
	hash, _ := members["sha256Hash"].(string)
	if hash == "" || given && version != json.Number("1") || r.ID != "" && persisted.Bare(r.ID) != persisted.Bare(hash) {
		return false
	}
	r.ID, r.Automatic = hash, true
	return true
}

var escapes = regexp.MustCompile(`(?s)(?:\\u[0-9a-fA-F]{4})+|\\.`)

// hasHalf is what loneSurrogate means, said with unicode/utf16.
func hasHalf(text string) bool {
	for _, run := range escapes.FindAllString(text, -1) {
		var units []uint16
		for _, digits := range strings.Split(run, `\u`)[1:] {
			unit, _ := strconv.ParseUint(digits, 16, 16)
			units = append(units, uint16(unit))
		}
		for _, r := range utf16.Decode(units) {
			if r == '\uFFFD' && !slices.Contains(units, 0xFFFD) {
				return true
			}
		}
	}
	return false
}

// known are operations by their documents' texts and their names.
type known map[[2]string]*operation.Prepared

func (k known) Find(text []byte, name string) *operation.Prepared {
	return k[[2]string{string(text), name}]
}

// unasked are operations that nobody may look for.
type unasked struct{ *testing.T }

func (u unasked) Find(text []byte, _ string) *operation.Prepared {
	u.Errorf("%q is looked up", text)
	return nil
}

// What comes without a text is not looked up by that.
func TestDecodeRequestWithoutText(t *testing.T) {
	for _, body := range []string{`{"documentId": "a"}`, `{"documentId": "a", "query": ""}`, `{"documentId": "a", "query": null}`} {
		got, refused := decodeRequest([]byte(body), unasked{t}, []string{"documentId"}, 1)
		if refused != nil || got.ID != "a" || got.Text != "" || got.Prepared != nil {
			t.Errorf("%s: got %+v, %v", body, got, refused)
		}
	}
}

func TestDecodeRequestFindsTheOperation(t *testing.T) {
	prepared := new(operation.Prepared)
	all := known{{"{ a }\n", ""}: prepared, {"query A { a }", "A"}: prepared}
	for body, want := range map[string]operation.Request{
		`{"query": "{ a }\n"}`:                             {Prepared: prepared},
		`{"query": "query A { a }", "operationName": "A"}`: {Prepared: prepared, Name: "A"},
		`{"operationName": "A", "query": "query A { a }"}`: {Prepared: prepared, Name: "A"},
		`{"operationName": "B", "query": "query A { a }"}`: {Text: "query A { a }", Name: "B"},
		`{"query": "{ a }"}`:                               {Text: "{ a }"},
	} {
		got, refused := decodeRequest([]byte(body), all, nil, defaultMaxValues)
		if refused != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %+v, want %+v", body, got, refused, want)
		}
	}
}

// TestValuesAreCounted: a member of many values is refused before it is decoded; what stands in texts is none.
func TestValuesAreCounted(t *testing.T) {
	const most = 6
	for body, status := range map[string]int{
		`{"variables":{"a":[1,2,3,4,5]}}`:                      0,
		`{"variables":{"a":[1,2,3,4,5,6]}}`:                    413,
		`{"variables":{"a":",[{,[{,[{,"}}`:                     0,
		`{"variables":{"a":"\",[{,[{,","b":[{}]}}`:             0,
		`{"variables":{"a":[{},{},{}]}}`:                       413,
		`{"extensions":{"a":[[],[],[]]}}`:                      413,
		`{"variables":{"a":[1,2,3]},"extensions":{"a":[1,2]}}`: 0,
		`{"other":[1,2,3,4,5,6,7,8,9],"variables":{"a":1}}`:    0,
	} {
		got := 0
		if _, refused := decodeRequest([]byte(body), known(nil), nil, most); refused != nil {
			got = refused.status
		}
		if got != status {
			t.Errorf("%s: got %d, want %d", body, got, status)
		}
	}
}
