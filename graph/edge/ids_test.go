package edge_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"

	"weft/graph/edge"
	"weft/graph/operation"
	"weft/graph/persisted"
)

const greetingText = "{ greeting }"

// serveIDs returns the URL of a service that has greetingText installed, by its digest and as "greet", and a mutation as "rename".
func serveIDs(t *testing.T, o operation.Persisted, ids ...string) string {
	t.Helper()
	return serveIDsIn(t, o, edge.Options{IDs: ids})
}

func serveIDsIn(t *testing.T, o operation.Persisted, places edge.Options) string {
	t.Helper()
	exec := func(ctx context.Context) *graphql.Response {
		data, err := json.Marshal(graphql.GetOperationContext(ctx).RawQuery)
		if err != nil {
			panic(err)
		}
		return &graphql.Response{Data: data}
	}
	engine := newEngine(exec, operation.Options{Persisted: o, Logger: slog.New(slog.DiscardHandler)})
	_, err := engine.Install(t.Context(), []persisted.Operation{
		{ID: persisted.Digest(greetingText), Text: greetingText},
		{ID: "greet", Text: greetingText},
		{ID: "a/b", Text: greetingText},
		{ID: "rename", Text: `mutation { rename(name: "x") }`},
	})
	if err != nil {
		t.Fatal(err)
	}
	return serveEngine(t, engine, places)
}

func get(parameters ...string) request {
	query := url.Values{}
	for i := 0; i < len(parameters); i += 2 {
		query.Add(parameters[i], parameters[i+1])
	}
	return request{method: http.MethodGet, path: edge.Endpoint + "?" + query.Encode()}
}

// An id may stand in any place that it is configured to, and in Apollo's, by POST and by GET.
func TestIDPlaces(t *testing.T) {
	digest := persisted.Digest(greetingText)
	apollo := func(members string) string { return `{"persistedQuery":{` + members + `}}` }
	body := func(members string, args ...any) request {
		return request{body: "{" + fmt.Sprintf(members, args...) + "}"}
	}
	const greeted = `{"data":"{ greeting }"}`
	for name, tt := range map[string]struct {
		ids     []string // where they may stand; nil: as by default
		request request
		want    string
		status  int
	}{
		"DocumentID":            {nil, body(`"documentId": "sha256:%s"`, digest), greeted, 200},
		"DocumentIDBare":        {nil, body(`"documentId": "%s", "variables": {}`, digest), greeted, 200},
		"DocumentIDCustom":      {nil, body(`"documentId": "greet"`), greeted, 200},
		"DocumentIDByGET":       {nil, get("documentId", "sha256:"+digest), greeted, 200},
		"DocIDElsewhere":        {nil, body(`"doc_id": "greet"`), "the parameter query is missing", 400},
		"DocID":                 {[]string{"doc_id", "id"}, body(`"doc_id": "greet"`), greeted, 200},
		"ID":                    {[]string{"doc_id", "id"}, body(`"id": "greet"`), greeted, 200},
		"IDByGET":               {[]string{"doc_id", "id"}, get("id", "greet"), greeted, 200},
		"DocumentIDNot":         {[]string{"doc_id"}, body(`"documentId": "greet"`), "the parameter query is missing", 400},
		"Apollo":                {nil, body(`"extensions": %s`, apollo(`"version": 1, "sha256Hash": "`+digest+`"`)), greeted, 200},
		"ApolloWithMore":        {nil, body(`"extensions": {"clientLibrary": {"name": "a"}, "persistedQuery": {"version": 1, "sha256Hash": "%s", "miss": true}}, "x": 1`, digest), greeted, 200},
		"ApolloWithoutVersion":  {nil, body(`"extensions": %s`, apollo(`"sha256Hash": "greet"`)), greeted, 200},
		"ApolloByGET":           {nil, get("extensions", apollo(`"version":1,"sha256Hash":"`+digest+`"`), "operationName", ""), greeted, 200},
		"ApolloVersion":         {nil, body(`"extensions": %s`, apollo(`"version": 2, "sha256Hash": "greet"`)), "of a version other than 1", 400},
		"ApolloWithoutHash":     {nil, body(`"extensions": %s`, apollo(`"version": 1`)), "has no sha256Hash", 400},
		"ApolloOdd":             {nil, body(`"extensions": {"persistedQuery": "greet"}`), "has no sha256Hash", 400},
		"ApolloNull":            {nil, body(`"query": "{greeting}", "extensions": {"persistedQuery": null}`), `{"data":"{greeting}"}`, 200},
		"SameTwice":             {nil, body(`"documentId": "sha256:%s", "extensions": %s`, digest, apollo(`"sha256Hash": "`+digest+`"`)), greeted, 200},
		"TwoDifferent":          {nil, body(`"documentId": "greet", "extensions": %s`, apollo(`"sha256Hash": "`+digest+`"`)), "two different ids", 400},
		"TwoDifferentByGET":     {[]string{"id", "doc_id"}, get("id", "greet", "doc_id", "rename"), "two different ids", 400},
		"TwiceByGET":            {nil, get("documentId", "greet", "documentId", "rename"), "given twice", 400},
		"NoString":              {nil, body(`"documentId": 1`), "the member documentId must be a string", 400},
		"Empty":                 {nil, body(`"documentId": ""`), "the parameter query is missing", 400},
		"KeyCase":               {nil, body(`"documentID": "greet", "query": "{greeting}"`), `{"data":"{greeting}"}`, 200},
		"WithItsText":           {nil, body(`"documentId": "greet", "query": "{ greeting }"`), greeted, 200},
		"WithAnotherText":       {nil, body(`"documentId": "greet", "query": "{ __typename }"`), "PERSISTED_QUERY_HASH_MISMATCH", 200},
		"Mutation":              {nil, body(`"documentId": "rename"`), `{"data":"mutation`, 200},
		"MutationByGET":         {nil, get("documentId", "rename"), "GET executes queries only", 405},
		"UnknownByGET":          {nil, get("documentId", "unknown"), "PersistedQueryNotFound", 200},
		"AutomaticNotSupported": {nil, body(`"extensions": %s`, apollo(`"version": 1, "sha256Hash": "unknown"`)), "PersistedQueryNotSupported", 200},
	} {
		t.Run(name, func(t *testing.T) {
			got := tt.request.send(t, serveIDs(t, operation.Persisted{}, tt.ids...))
			if got.status != tt.status || !strings.Contains(got.body, tt.want) {
				t.Errorf("got %d %s, want %d with %s", got.status, got.body, tt.status, tt.want)
			}
			if strings.Contains(got.body, `"errors"`) && got.header.Get("Cache-Control") != "no-store" {
				t.Errorf("an error may be kept: %q", got.header.Get("Cache-Control"))
			}
		})
	}
}

// What runs sees all of a request's extensions, that with the id among them, as encoding/json decodes them.
func TestExtensionsReachTheExecutor(t *testing.T) {
	const extensions = `{"persistedQuery":{"version":1,"sha256Hash":"greet"},"client":{"tags":["a",{"b":null}],"beta":true,"share":0.10,"é\n":"\"é\""}}`
	want := map[string]any{
		"persistedQuery": map[string]any{"version": json.Number("1"), "sha256Hash": "greet"},
		"client": map[string]any{
			"tags": []any{"a", map[string]any{"b": nil}}, "beta": true, "share": json.Number("0.10"), "é\n": `"é"`,
		},
	}
	var got map[string]any
	engine := newEngine(func(ctx context.Context) *graphql.Response {
		got = graphql.GetOperationContext(ctx).Extensions
		return greet(ctx)
	}, operation.Options{})
	if _, err := engine.Install(t.Context(), []persisted.Operation{{ID: "greet", Text: greetingText}}); err != nil {
		t.Fatal(err)
	}
	base := serveEngine(t, engine, edge.Options{})
	check := func(r request, want map[string]any) {
		got = nil
		if a := r.send(t, base); a.status != http.StatusOK {
			t.Errorf("got %d %s", a.status, a.body)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%+v: (-want +got):\n%s", r, diff)
		}
	}
	for _, r := range []request{{body: `{"extensions":` + extensions + `}`}, get("extensions", extensions)} {
		check(r, want)
	}
	digest := persisted.Digest(greetingText)
	for _, members := range []string{`"version":1,"sha256Hash":"` + digest + `"`, `"sha256Hash":"` + digest + `","version":1`, `"version": 1, "sha256Hash":"` + digest + `"`} {
		only := map[string]any{"persistedQuery": map[string]any{"version": json.Number("1"), "sha256Hash": digest}}
		check(request{body: `{"query":"` + greetingText + `","extensions":` + `{"persistedQuery":{` + members + `}}` + `}`}, only)
		check(get("query", greetingText, "extensions", `{"persistedQuery":{`+members+`}}`), only)
	}
}

// An id may stand in a header and in the path, where that is configured: by GET, for a CDN, and by POST.
func TestIDInHeaderAndPath(t *testing.T) {
	const greeted = `{"data":"{ greeting }"}`
	in := func(r request, headers ...string) request {
		r.header = map[string]string{}
		for i := 0; i < len(headers); i += 2 {
			r.header[headers[i]] = headers[i+1]
		}
		r.bare = r.header["Sec-Fetch-Site"] != ""
		return r
	}
	at := func(path string) request { return request{method: http.MethodGet, path: edge.Endpoint + path} }
	places := edge.Options{IDHeaders: []string{"X-Doc-id"}, IDPath: true, Playground: http.NotFoundHandler()}
	for name, tt := range map[string]struct {
		places  edge.Options
		request request
		want    string
		status  int
	}{
		"Header":             {places, in(at(""), "X-Doc-Id", "greet"), greeted, 200},
		"HeaderByPOST":       {places, in(request{body: "{}"}, "X-Doc-Id", "greet"), greeted, 200},
		"HeaderElsewhere":    {edge.Options{}, in(at(""), "X-Doc-Id", "greet"), "the parameter query is missing", 400},
		"HeaderEmpty":        {places, in(at(""), "X-Doc-Id", ""), "the parameter query is missing", 400},
		"HeaderAndParameter": {places, in(get("documentId", "rename"), "X-Doc-Id", "greet"), "two different ids", 400},
		"HeaderUnknown":      {places, in(at(""), "X-Doc-Id", "unknown"), "PersistedQueryNotFound", 200},
		"HeaderWithText":     {places, in(request{body: `{"query": "{ __typename }"}`}, "X-Doc-Id", "greet"), "PERSISTED_QUERY_HASH_MISMATCH", 200},
		"Path":               {places, at("/greet?variables={}"), greeted, 200},
		"PathWithPrefix":     {places, at("/sha256:" + persisted.Digest(greetingText)), greeted, 200},
		"PathEscaped":        {places, at("/a%2Fb"), greeted, 200},
		"PathOfTwoSegments":  {places, at("/a/b"), "nothing is here", 404},
		"PathEmpty":          {places, at("/"), "nothing is here", 404},
		"PathByPOST":         {places, request{path: edge.Endpoint + "/greet", body: "{}"}, greeted, 200},
		"PathInBrowser":      {places, in(at("/greet"), "Accept", "text/html,*/*"), greeted, 200},
		"PathElsewhere":      {edge.Options{}, at("/greet"), "nothing is here", 404},
		"PathAndMember":      {places, request{path: edge.Endpoint + "/greet", body: `{"documentId": "rename"}`}, "two different ids", 400},
		"PathMutation":       {places, at("/rename"), "GET executes queries only", 405},
		"PathUnknown":        {places, at("/unknown"), "PersistedQueryNotFound", 200},
		"PathFromOtherSite":  {places, in(at("/greet"), "Sec-Fetch-Site", "cross-site"), greeted, 200},
		"UnknownFromThere":   {places, in(at("/unknown"), "Sec-Fetch-Site", "cross-site"), "cors.origins", 403},
	} {
		t.Run(name, func(t *testing.T) {
			got := tt.request.send(t, serveIDsIn(t, operation.Persisted{}, tt.places))
			if got.status != tt.status || !strings.Contains(got.body, tt.want) {
				t.Errorf("got %d %s, want %d with %s", got.status, got.body, tt.status, tt.want)
			}
			if vary := got.header.Get("Vary"); tt.status == 200 && !strings.Contains(vary, "X-Doc-Id") {
				t.Errorf("got Vary: %s, want X-Doc-Id in it", vary)
			}
		})
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, serveIDsIn(t, operation.Persisted{}, places)+edge.Endpoint, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header["X-Doc-Id"] = []string{"greet", "rename"}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusBadRequest {
		t.Errorf("with the header twice: got %s", answer.Status)
	}
}

// Clients look for an unknown id's error in answers with 200 alone, whatever they accept; a text that is refused is an error of the
// request.
func TestIDStatuses(t *testing.T) {
	base := serveIDs(t, operation.Persisted{Mode: operation.Locked})
	for body, want := range map[string]int{
		`{"documentId": "unknown"}`: http.StatusOK,
		`{"query": "{ greeting }"}`: http.StatusBadRequest,
		`{"documentId": "greet"}`:   http.StatusOK,
	} {
		got := request{body: body, header: map[string]string{"Accept": "application/graphql-response+json"}}.send(t, base)
		if got.status != want || got.header.Get("Content-Type") != "application/graphql-response+json; charset=utf-8" {
			t.Errorf("%s: got %d %s, want %d", body, got.status, got.header.Get("Content-Type"), want)
		}
	}
}

// A page of another site may have a browser read what a manifest has, as a preload or through a CDN; nothing else by GET, and no
// mutation.
func TestIDsFromOtherSites(t *testing.T) {
	registry := persisted.NewRegistry(persisted.RegistryOptions{})
	const text = "{ __typename }"
	if err := registry.Register(t.Context(), persisted.Digest(text), text); err != nil {
		t.Fatal(err)
	}
	base := serveIDs(t, operation.Persisted{Registry: registry})
	for name, tt := range map[string]struct {
		request request
		status  int
	}{
		"Installed":         {get("documentId", "greet"), http.StatusOK},
		"InstalledByDigest": {get("extensions", `{"persistedQuery":{"version":1,"sha256Hash":"`+persisted.Digest(greetingText)+`"}}`), http.StatusOK},
		"WithItsText":       {get("documentId", "greet", "query", greetingText), http.StatusForbidden},
		"Text":              {get("query", greetingText), http.StatusForbidden},
		"Registered":        {get("documentId", persisted.Digest(text)), http.StatusForbidden},
		"Unknown":           {get("documentId", "unknown"), http.StatusForbidden},
		"Mutation":          {get("documentId", "rename"), http.StatusMethodNotAllowed},
		"Broken":            {get("documentId", "greet", "variables", "x"), http.StatusForbidden},
	} {
		tt.request.bare, tt.request.header = true, map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}
		if got := tt.request.send(t, base); got.status != tt.status {
			t.Errorf("%s: got %d %s, want %d", name, got.status, got.body, tt.status)
		}
	}
	for name, tt := range map[string]struct { // such as a CDN's, or an image's over plain HTTP
		request request
		status  int
	}{
		"Installed":   {get("documentId", "greet"), http.StatusOK},
		"Registered":  {get("documentId", persisted.Digest(text)), http.StatusOK},
		"Unknown":     {get("documentId", "unknown"), http.StatusOK},
		"WithItsText": {get("documentId", "greet", "query", greetingText), http.StatusForbidden},
		"Text":        {get("query", text), http.StatusForbidden},
		"Mutation":    {get("documentId", "rename"), http.StatusMethodNotAllowed},
		"Broken":      {get("documentId", "greet", "variables", "x"), http.StatusBadRequest},
	} {
		tt.request.bare = true
		if got := tt.request.send(t, base); got.status != tt.status {
			t.Errorf("%s that nothing marks: got %d %s, want %d", name, got.status, got.body, tt.status)
		}
	}
}

// When locked, nothing that a request may say makes a text run.
func TestLocked(t *testing.T) {
	base := serveIDs(t, operation.Persisted{Mode: operation.Locked, Registry: persisted.NewRegistry(persisted.RegistryOptions{})})
	const text = "{ __typename }"
	digest := persisted.Digest(text)
	apq := func(hash string) string {
		return fmt.Sprintf(`"extensions": {"persistedQuery": {"version": 1, "sha256Hash": %q}}`, hash)
	}
	for range 2 {
		for _, r := range []request{
			{body: `{"query": "{ __typename }"}`},
			{body: `{"query": "{ greeting }"}`},
			{body: `{"query": "{ __typename }", "documentId": "greet"}`},
			{body: `{"query": "{ __typename }", "documentId": "unknown"}`},
			{body: `{"query": "{ __typename }", "documentId": ""}`},
			{body: `{"query": "{ __typename }", "documentId": null}`},
			{body: `{"query": "{ __typename }", ` + apq(digest) + `}`},
			{body: `{"query": "{ __typename }", ` + apq("greet") + `}`},
			{body: `{` + apq(digest) + `}`},
			{body: `{"documentId": "sha256:` + digest + `"}`},
			{body: `{"documentId": "greet", "operationName": "Other"}`},
			get("query", text),
			get("query", text, "documentId", "greet"),
			get("query", text, "extensions", `{"persistedQuery":{"version":1,"sha256Hash":"`+digest+`"}}`),
		} {
			if got := r.send(t, base); !strings.Contains(got.body, `"errors"`) || strings.Contains(got.body, `"data"`) {
				t.Errorf("%+v: got %d %s", r, got.status, got.body)
			}
		}
	}
}
