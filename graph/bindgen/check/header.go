package check

import (
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"

	"weft/graph/binding"
)

// keptFromCalls are request headers that no call sets, each with the reason.
var keptFromCalls = map[string]string{
	"accept-encoding": "what is decoded is decided by who decodes it", "content-encoding": "bodies are sent as they are", "expect": "it is about one connection",
	"authorization": "credentials are configuration, or forwarded", "set-cookie": "it is of answers",
	"forwarded": "it says who asks", "x-real-ip": "it says who asks",
	"if-none-match": "what is kept is validated by itself", "if-modified-since": "what is kept is validated by itself", "if-range": "parts of answers are not read", "range": "parts of answers are not read",
}

// headers compiles the headers of a call. path is where they stand in the directive, for messages; changes says that the call changes something.
func (b *binder) headers(l *literal, path string, changes bool) (list []binding.Header) {
	b.failed = b.failed || l.wrong["headers"]
	for i, n := range l.list("headers") {
		if h := b.header(n.fields, fmt.Sprintf("%sheaders[%d]", path, i)); h != nil {
			if slices.ContainsFunc(list, func(o binding.Header) bool { return o.Name == h.Name }) {
				b.report(n.fields.at("name"), "%sheaders has %s twice; keep one", path, h.Name)
			}
			b.checkHeader(n.fields, path, h, changes)
			list = append(list, *h)
		}
	}
	return list
}

// header reads one; nil after a mistake.
func (b *binder) header(l *literal, path string) *binding.Header {
	if len(l.wrong) > 0 {
		b.failed = true
		return nil
	}
	name, value := l.text("name"), l.text("value")
	h := &binding.Header{Name: http.CanonicalHeaderKey(name)}
	m := bodyVariable.FindStringSubmatch(value)
	switch {
	case !headerName.MatchString(name):
		b.report(l.at("name"), `%s.name: %q is not the name of a header; write one such as "Accept"`, path, name)
		return nil
	case m == nil && likelyVariable.MatchString(value):
		b.report(l.at("value"), `%s.value: only a whole value can be a variable, got %q; write "{name}" without anything around it`, path, value)
		return nil
	case m == nil && (strings.TrimSpace(value) != value || value == "" || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' })):
		b.report(l.at("value"), "%s.value %q cannot be sent; write visible ASCII", path, value)
		return nil
	case m == nil:
		h.Value = value
		return h
	}
	v := b.urlVariable(l.at("value"), m[1])
	switch {
	case v == nil:
		return nil
	case b.isList(v):
		b.report(l.at("value"), "%s.value: {%s} is a list, and a header has one value; use another", path, m[1])
		return nil
	}
	b.add(v)
	h.Var = v.Name
	return h
}

// checkHeader checks that a call may set the header.
func (b *binder) checkHeader(l *literal, path string, h *binding.Header, changes bool) {
	name := strings.ToLower(h.Name)
	why := keptFromCalls[name]
	switch {
	case why != "":
	case strings.HasPrefix(name, "x-forwarded-"):
		why = "it says who asks"
	case slices.Contains([]string{"if-match", "if-unmodified-since"}, name):
		if !changes {
			why = "it is for what changes something"
		}
	case h.Name == idempotencyHeader && changes:
		why = "idempotencyKey says what it has, so that the call may be repeated"
	case h.Name == idempotencyHeader:
		why = "it is for what changes something"
	case slices.Contains(neverForwarded, name):
		why = "it is about one connection or one call, or says who asks"
	case name == "accept" && h.Var != "":
		why = "what can be read is known beforehand: write a constant"
	case name == "content-type":
		why = b.contentTypeMistake(l, h)
	default:
		why = b.taken[name]
	}
	if why != "" {
		b.report(l.at("name"), "%sheaders: %s is not set by a call: %s; remove it", path, h.Name, why)
	}
}

// contentTypeMistake says why a body cannot be called what a header says; "" when it can.
func (b *binder) contentTypeMistake(l *literal, h *binding.Header) string {
	media, _, err := mime.ParseMediaType(h.Value)
	switch {
	case h.Var != "":
		return "how the body is written is known beforehand: write a constant"
	case err != nil || media != "application/json" && !strings.HasSuffix(media, "+json"):
		return "a body is JSON, or what encoding says"
	}
	return ""
}
