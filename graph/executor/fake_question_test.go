package executor_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"weft/graph/binding"
)

// question is one request, understood.
type question struct {
	*route
	path  map[string]string   // the variables of the path
	query map[string][]string // those of the query, undecoded commas split
	body  any
	text  string // method, path, query and body
}

func (r *route) match(request *http.Request, body []byte) (*question, bool) {
	segments := strings.Split(request.URL.EscapedPath(), "/")
	method := r.call.Method
	if method == "" {
		method = http.MethodGet
	}
	if method != request.Method || len(segments) != len(r.segments) {
		return nil, false
	}
	q := &question{route: r, path: map[string]string{}, query: map[string][]string{}}
	for i, s := range r.segments {
		name, variable := strings.CutPrefix(s, "{")
		if !variable && s != segments[i] {
			return nil, false
		}
		if variable {
			q.path[strings.TrimSuffix(name, "}")], _ = url.PathUnescape(segments[i])
		}
	}
	for pair := range strings.SplitSeq(request.URL.RawQuery, "&") {
		name, value, _ := strings.Cut(pair, "=")
		for part := range strings.SplitSeq(value, ",") {
			part, _ = url.QueryUnescape(part)
			q.query[name] = append(q.query[name], part)
		}
	}
	if len(body) > 0 {
		decoder := json.NewDecoder(bytes.NewReader(body))
		decoder.UseNumber()
		_ = decoder.Decode(&q.body)
	}
	q.text = request.Method + " " + request.URL.EscapedPath() + "?" + request.URL.RawQuery + " " + string(body)
	return q, r.batch == nil || len(q.keys()) > 0
}

// keys are the keys that a batch asks for, each as its parts.
func (q *question) keys() [][]string {
	var list [][]string
	if n := len(q.binding.Vars); q.call.Body == nil && q.binding.Entity && n > 1 {
		parts := make([][]string, n)
		for i, v := range q.binding.Vars {
			parts[i] = q.query[q.parameter(q.batch.Keys+"."+v.Name)]
		}
		for i := range parts[0] {
			if i < len(parts[n-1]) {
				list = append(list, []string{parts[0][i], parts[n-1][i]})
			}
		}
		return list
	}
	if q.call.Body == nil {
		for _, key := range q.query[q.batch.Keys] {
			list = append(list, []string{key})
		}
		return list
	}
	found, _ := wanted(q.call.Body, q.batch.Keys, q.body).([]any)
	for _, key := range found {
		parts, composite := key.(map[string]any)
		if !composite {
			list = append(list, []string{fmt.Sprint(key)})
			continue
		}
		var texts []string
		for _, v := range q.binding.Vars {
			texts = append(texts, fmt.Sprint(parts[v.Name]))
		}
		list = append(list, texts)
	}
	return list
}

// parameter is the name of the one that is a variable.
func (q *question) parameter(variable string) string {
	for _, p := range q.call.Query {
		if p.Value == "{"+variable+"}" {
			return p.Name
		}
	}
	return ""
}

// wanted is what stands in a body where its template has a variable.
func wanted(b *binding.Body, name string, v any) any {
	if b.Var == name {
		return v
	}
	object, _ := v.(map[string]any)
	for _, m := range b.Object {
		if found := wanted(m.Value, name, object[m.Name]); found != nil {
			return found
		}
	}
	return nil
}
