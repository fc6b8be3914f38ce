package edge_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/edge"
	"weft/graph/limit"
	"weft/graph/operation"
)

const (
	hello     = `{"query":"{ greeting }"}`
	helloData = `{"data":{"greeting":"hello"}}`
	getHello  = "/graphql?query=%7B+greeting+%7D"
)

func refused(message string) string {
	text, _ := json.Marshal(message)
	return `{"errors":[{"message":` + string(text) + `,"extensions":{"code":"BAD_REQUEST"}}]}`
}

func TestRequests(t *testing.T) {
	base := serveEngine(t, newEngine(greet, operation.Options{Limits: limit.Document{Tokens: 2000, Variables: 20}}), edge.Options{MaxBody: 4096})
	const (
		json_   = "application/json; charset=utf-8"
		graphQL = "application/graphql-response+json; charset=utf-8"
	)
	tests := []struct {
		name    string
		request request
		status  int
		body    string // all of it, or a part when it starts with "…"
	}{
		{"Post", request{body: hello}, 200, helloData},
		{"PostCharset", request{body: hello, header: map[string]string{"Content-Type": "application/json; charset=UTF-8"}}, 200, helloData},
		{"PostNulls", request{body: `{"query":"{ greeting }","operationName":null,"variables":null,"extensions":null}`}, 200, helloData},
		{"PostUnknownMember", request{body: `{"query":"{ greeting }","documentIds":["x"]}`}, 200, helloData},
		{"PostVariables", request{body: `{"query":"query Q($n: String) { greeting(name: $n) }","variables":{"n":"ä"},"operationName":"Q"}`}, 200, helloData},
		{"Mutation", request{body: `{"query":"mutation { rename(name: \"x\") }"}`}, 200, helloData},

		{"PostForm", request{body: "query={greeting}", header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}}, 415, "…Content-Type: application/json"},
		{"PostMultipart", request{body: "x", header: map[string]string{"Content-Type": "multipart/form-data; boundary=x"}}, 415, "…Content-Type: application/json"},
		{"PostTextPlain", request{body: hello, header: map[string]string{"Content-Type": "text/plain"}}, 415, "…Content-Type: application/json"},
		{"PostNoContentType", request{body: hello, header: map[string]string{"Content-Type": ""}}, 415, "…Content-Type: application/json"},
		{"PostUTF16", request{body: hello, header: map[string]string{"Content-Type": "application/json; charset=utf-16"}}, 415, "…Content-Type: application/json"},
		{"PostTooLarge", request{body: `{"query":"` + strings.Repeat("x", 5000) + `"}`}, 413, refused("the body is larger than 4096 bytes")},
		{"PostBrokenJSON", request{body: `{"query":"{ greeting }","variables":{"password":"canary"`}, 400, "…the body is not valid JSON near byte "},
		{"PostEmptyBody", request{body: ``}, 400, "…not valid JSON"},
		{"PostTrailing", request{body: hello + `x`}, 400, refused("something follows the JSON object")},
		{"PostBatch", request{body: `[` + hello + `]`}, 400, refused("batches of requests are not served: send one JSON object")},
		{"PostString", request{body: `"canary"`}, 400, refused("the body must be a JSON object")},
		{"PostDuplicate", request{body: `{"query":"{ greeting }","query":"{ canary }"}`}, 400, refused("the member query is given twice")},
		{"PostCase", request{body: `{"QUERY":"{ greeting }"}`}, 400, "…the parameter query is missing"},
		{"PostQueryNumber", request{body: `{"query":1}`}, 400, refused("the member query must be a string")},
		{"PostVariablesArray", request{body: `{"query":"{ greeting }","variables":[]}`}, 400, refused("the member variables must be an object")},
		{"PostBadUTF8", request{body: "{\"query\":\"{ greeting }\xff\"}"}, 400, refused("the body is not valid UTF-8")},
		{"PostNoQuery", request{body: `{"operationName":"x"}`}, 400, "…the parameter query is missing"},
		{"PostNullQuery", request{body: `{"query":null}`}, 400, "…the parameter query is missing"},

		{"Get", request{method: "GET", path: getHello}, 200, helloData},
		{"GetVariables", request{method: "GET", path: "/graphql?query=query($n:String){greeting(name:$n)}&variables=%7B%22n%22:%22x%22%7D"}, 200, helloData},
		{"GetNoQuery", request{method: "GET"}, 400, "…the parameter query is missing"},
		{"GetTwice", request{method: "GET", path: getHello + "&query=x"}, 400, refused("the parameter query is given twice")},
		{"GetBadVariables", request{method: "GET", path: getHello + "&variables=canary"}, 400, refused("the parameter variables must be a JSON object")},
		{"GetTrailingVariables", request{method: "GET", path: getHello + "&variables=%7B%7Dx"}, 400, refused("the parameter variables must be a JSON object")},
		{"GetBadEscape", request{method: "GET", path: "/graphql?query=%7Bgreeting%7D&x=%zz"}, 400, refused("the URL's query string is not valid")},
		{"GetLong", request{method: "GET", path: "/graphql?documentId=" + strings.Repeat("a", 16<<10-len("/graphql?documentId="))}, 200, `…PERSISTED_QUERY_NOT_FOUND`},
		{"GetTooLong", request{method: "GET", path: "/graphql?documentId=" + strings.Repeat("a", 16<<10+1-len("/graphql?documentId="))}, 414, refused("the URL is longer than 16384 bytes: send the operation by POST, in the body")},
		{"HeadTooLong", request{method: "HEAD", path: getHello + "&variables=" + strings.Repeat("%20", 6<<10)}, 414, ""},
		{"GetMutation", request{method: "GET", path: "/graphql?query=mutation%7Brename(name:%22x%22)%7D"}, 405, refused("GET executes queries only: send a mutation by POST")},
		{"Query", request{method: "QUERY", body: hello, header: map[string]string{"Content-Type": "application/json"}}, 200, helloData},
		{"QueryNoContentType", request{method: "QUERY", body: hello}, 415, refused("a QUERY needs the header Content-Type: application/json")},
		{"QueryMutation", request{method: "QUERY", body: `{"query":"mutation { rename(name: \"x\") }"}`, header: map[string]string{"Content-Type": "application/json"}}, 405, refused("QUERY executes queries only: send a mutation by POST")},
		{"QueryOtherSite", request{method: "QUERY", body: hello, header: map[string]string{"Content-Type": "application/json", "Sec-Fetch-Site": "cross-site"}}, 403, "…a page of another origin"},
		{"Head", request{method: "HEAD", path: getHello}, 200, ""},
		{"HeadMutation", request{method: "HEAD", path: "/graphql?query=mutation%7Brename(name:%22x%22)%7D"}, 405, ""},
		{"HeadOtherSite", request{method: "HEAD", path: getHello, bare: true, header: map[string]string{"Sec-Fetch-Site": "cross-site"}}, 403, ""},
		{"Put", request{method: "PUT", body: hello}, 405, refused("/graphql is answered to POST, GET, HEAD and QUERY only")},
		{"Options", request{method: "OPTIONS"}, 204, ""},
		{"NotAcceptable", request{body: hello, header: map[string]string{"Accept": "text/event-stream"}}, 406, "…answers are application/json"},

		{"Syntax", request{body: `{"query":"{"}`}, 200, `…"code":"GRAPHQL_PARSE_FAILED"`},
		{"Validation", request{body: `{"query":"{ greetin }"}`}, 200, `…Did you mean \"greeting\"?`},
		{"ValidationGraphQL", request{body: `{"query":"{ greetin }"}`, header: map[string]string{"Accept": "application/graphql-response+json"}}, 400, `…"code":"GRAPHQL_VALIDATION_FAILED"`},
		{"Variables", request{body: `{"query":"query($id:ID!){product(id:$id){name}}"}`}, 200, `…variable $id: expected a value of the type ID!, got none`},
		{"TooDeep", request{body: `{"query":"{` + strings.Repeat("...{", 100) + "greeting" + strings.Repeat("}", 100) + `}"}`}, 200, `…raise limits.depth","locations":[{"line":1,"column":402}],"extensions":{"code":"DOCUMENT_TOO_COSTLY","limit":"depth","most":100}}]}`},
		{
			"TooDeepAsGraphQL",
			request{body: `{"query":"{` + strings.Repeat("...{", 100) + "greeting" + strings.Repeat("}", 100) + `}"}`, header: map[string]string{"Accept": "application/graphql-response+json"}},
			400, "…DOCUMENT_TOO_COSTLY",
		},
		{"VariablesUsedTooOften", request{body: `{"query":"query Q($n: String) {a: greeting(name: $n) b: greeting(name: $n)}","variables":{"n":[1` + strings.Repeat(",1", 20) + `]}}`}, 200, `…raise limits.variables","locations":[{"line":1,"column":9}],"extensions":{"code":"DOCUMENT_TOO_COSTLY","limit":"variables","most":20}}]}`},
		{"LongNameIsNotRepeated", request{body: `{"query":"{ ` + strings.Repeat("x", 300) + ` }"}`}, 200, `{"errors":[{"message":"A name is too long: this is a name's length in bytes, which may be 256 at most: ask for less at once, or raise limits.name","locations":[{"line":1,"column":3}],"extensions":{"code":"DOCUMENT_TOO_COSTLY","limit":"name","most":256}}]}`},
		{"TooManyTokens", request{body: `{"query":"{` + strings.Repeat("a ", 2001) + `}"}`, header: map[string]string{}}, 200, `{"errors":[{"message":"The document is too long: these are names, literals and punctuation in it, which may be 2000 at most: ask for less at once, or raise limits.tokens","extensions":{"code":"DOCUMENT_TOO_COSTLY","limit":"tokens","most":2000}}]}`},
		{"Subscription", request{body: `{"query":"subscription { ticks }"}`}, 200, `{"errors":[{"message":"subscriptions are not served here","locations":[{"line":1,"column":1}],"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}`},
		{"Defer", request{body: `{"query":"{ ... @ defer { greeting } }"}`}, 200, `…@defer is not served here: leave it out`},
		{"DeferInFragment", request{body: `{"query":"{ ...F } fragment F on Query { product(id: 1) { ... @defer { name } } }"}`}, 200, `…@defer is not served here: leave it out`},

		{"Root", request{method: "GET", path: "/"}, 404, "nothing is here: the GraphQL endpoint is /graphql, by POST or GET\n"},
		{"Below", request{path: "/graphql/x"}, 404, "…/graphql"},
		{"Health", request{method: "GET", path: "/healthz"}, 200, "ok\n"},
		{"Ready", request{method: "GET", path: "/readyz"}, 200, "ready\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.request.send(t, base)
			if got.status != tt.status {
				t.Errorf("got status %d, want %d; body %s", got.status, tt.status, got.body)
			}
			if part, isPart := strings.CutPrefix(tt.body, "…"); isPart && !strings.Contains(got.body, part) || !isPart && got.body != tt.body {
				t.Errorf("got body %s, want %s", got.body, tt.body)
			}
			if strings.Contains(got.body, "canary") {
				t.Errorf("the answer echoes the request: %s", got.body)
			}
			if strings.HasPrefix(got.body, "{") {
				want := json_
				if tt.request.header["Accept"] == "application/graphql-response+json" {
					want = graphQL
				}
				if media := got.header.Get("Content-Type"); media != want {
					t.Errorf("got Content-Type %s, want %s", media, want)
				}
				if !json.Valid([]byte(got.body)) {
					t.Errorf("the answer is not JSON: %s", got.body)
				}
			}
			if got.status == 405 && got.header.Get("Allow") != "GET, HEAD, POST, QUERY, OPTIONS" {
				t.Errorf("got Allow %q", got.header.Get("Allow"))
			}
		})
	}
}

func TestAccept(t *testing.T) {
	base := serve(t, greet, edge.Options{})
	tests := []struct{ accept, want string }{
		{"*/*", "application/json"},
		{"application/*", "application/json"},
		{"text/html,application/xhtml+xml,*/*;q=0.8", "application/json"},
		{"application/graphql-response+json, application/json", "application/graphql-response+json"},
		{"application/json, application/graphql-response+json", "application/json"},
		{"application/json;q=0.5, application/graphql-response+json;q=0.9", "application/graphql-response+json"},
		{"application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed", "application/graphql-response+json"},
		{"multipart/mixed;deferSpec=20220824,application/json", "application/json"},
		{"application/json;q=0", ""},
		{"application/json;q=x", ""},
		{"application/json;q=2", ""},
		{"application/json;q=NaN", ""},
		{"application/json;q=0, */*", "application/graphql-response+json"},
		{"*/*, application/json;q=0", "application/graphql-response+json"},
		{"application/graphql-response+json;q=0, */*", "application/json"},
		{"*/*, application/graphql-response+json", "application/json"},
		{"application/*;q=0.5, application/json;q=0.1", "application/graphql-response+json"},
		{"application/graphql-response+json;q=0, application/json;q=0, */*", ""},
		{"application/json;charset=utf-8", "application/json"},
	}
	for _, tt := range tests {
		got := request{body: hello, header: map[string]string{"Accept": tt.accept}}.send(t, base)
		if tt.want == "" {
			if got.status != http.StatusNotAcceptable {
				t.Errorf("Accept: %s: got status %d, want 406", tt.accept, got.status)
			}
			continue
		}
		if media := got.header.Get("Content-Type"); got.status != 200 || media != tt.want+"; charset=utf-8" {
			t.Errorf("Accept: %s: got %d %s, want %s", tt.accept, got.status, media, tt.want)
		}
	}
}

func TestAnswerNeverEncodesData(t *testing.T) {
	base := serve(t, func(context.Context) *graphql.Response {
		return &graphql.Response{Data: json.RawMessage(`{"greeting": "<é>"}`)}
	}, edge.Options{})
	if got, want := post(t, base, "{ greeting }"), `{"data":{"greeting": "<é>"}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestUnwritableExtensionIsInternal(t *testing.T) {
	base := serve(t, func(ctx context.Context) *graphql.Response {
		graphql.RegisterExtension(ctx, "channel", make(chan int))
		return greet(ctx)
	}, edge.Options{})
	got := request{body: hello}.send(t, base)
	if want := `{"errors":[{"message":"internal error","extensions":{"code":"INTERNAL"}}]}`; got.status != 500 || got.body != want {
		t.Errorf("got %d %s, want 500 %s", got.status, got.body, want)
	}
}

// FuzzPost holds that no body is answered with anything but one JSON object, or with a 5xx.
func FuzzPost(f *testing.F) {
	for _, seed := range []string{
		hello, `{"query":"{`, `[]`, `{"query":"{a}","variables":{"a":[1,{"b":null}]}}`, `{"query":"query($a:Int){greeting}","variables":{"a":1e999}}`,
		`{"query":"{ product(id: 1) { ...F } } fragment F on Product { ... @defer { name } }"}`, "{\"query\":\"\\ud83d\"}",
	} {
		f.Add(seed)
	}
	handler := edge.NewHandler(newEngine(greet, operation.Options{}), edge.Options{})
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequest(http.MethodPost, edge.Endpoint, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		var answer map[string]json.RawMessage
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || w.Code >= 500 {
			t.Fatalf("body %q: got %d %s (%v)", body, w.Code, w.Body, err)
		}
	})
}

func TestQueryReachesTheExecutor(t *testing.T) {
	var op *graphql.OperationContext
	base := serve(t, func(ctx context.Context) *graphql.Response {
		op = graphql.GetOperationContext(ctx)
		return greet(ctx)
	}, edge.Options{})
	request{
		body:   `{"query":"query Q($id: ID!) { product(id: $id) { name } }","operationName":"Q","variables":{"id":9007199254740993},"extensions":{"x":1}}`,
		header: map[string]string{"X-Client": "c"},
	}.send(t, base)
	if op == nil || op.OperationName != "Q" || op.Operation.Operation != ast.Query || op.Headers.Get("X-Client") != "c" {
		t.Fatalf("got operation %+v", op)
	}
	if got := op.Variables["id"]; got != "9007199254740993" {
		t.Errorf("a large number lost digits: got %v (%T)", got, got)
	}
	if got := op.Extensions["x"]; got != json.Number("1") {
		t.Errorf("got extension %v", got)
	}
}
