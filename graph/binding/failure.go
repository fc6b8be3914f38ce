package binding

import (
	"net/url"
	"strings"

	"weft/graph/view"
	"weft/upstream"
)

// Failure is where an upstream says that it failed, and why. Each member is a JSON pointer from the answer's body; "": it does not say.
type Failure struct {
	When          string // a 2xx answer is a failure when this finds neither null nor false; "": none is
	Code          string
	Message       string
	Parameter     string // which parameter of the request it is about
	Documentation string // the URL of a page about it
	Fields        Fields
}

// Fields is where a failure says what is wrong with each field of the request. At leads to a list of objects, or of texts, or to an object
// whose names are those of fields, with a text, an object or a list of these for each. The other pointers are from such an object.
type Fields struct {
	At      string
	Field   string // which field it is; of an object whose names are those of fields, instead of that
	Code    string
	Message string
}

// in returns the failure that a 2xx answer tells; nil: none.
func (f Failure) in(r *upstream.Response, b *Binding) error {
	if f.When == "" {
		return nil
	}
	v, ok := view.Find(r.Body, f.When)
	if !ok || v.IsNull() || string(v.Raw()) == "false" {
		return nil
	}
	return &upstream.Error{
		Upstream: b.Upstream, Endpoint: b.Name, At: b.At, Kind: upstream.Rejected, Status: r.Status, Problem: f.Problem(r.Body),
	}
}

// Problem is what the JSON of a failure says of it, at these pointers and nowhere else; nil: nothing.
func (f Failure) Problem(body []byte) *upstream.Problem {
	return upstream.NewProblem(upstream.Problem{
		Detail: find(body, f.Message), Code: find(body, f.Code), Parameter: find(body, f.Parameter),
		Documentation: page(find(body, f.Documentation)), Fields: f.Fields.in(body),
	})
}

// page is the URL of a page that may be shown as a link; "" for anything else.
func page(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || !strings.EqualFold(u.Scheme, "https") && !strings.EqualFold(u.Scheme, "http") {
		return ""
	}
	return text
}

// in is what the JSON of a failure says of fields.
func (f Fields) in(body []byte) (list []upstream.ProblemField) {
	if f.At == "" {
		return nil
	}
	v, _ := view.Find(body, f.At)
	if v.Kind() == view.KindList {
		return f.add(list, "", v)
	}
	for name, about := range v.Members() {
		if len(list) == upstream.MaxProblemFields {
			break
		}
		list = f.add(list, name, about)
	}
	return list
}

// add adds what is said of a field, or, of one without a name, of each field that it names.
func (f Fields) add(list []upstream.ProblemField, name string, v view.Value) []upstream.ProblemField {
	switch v.Kind() {
	case view.KindList:
		elements := v.Elements()
		for about, ok := elements.Next(); ok && len(list) < upstream.MaxProblemFields; about, ok = elements.Next() {
			if about.Kind() != view.KindList {
				list = f.add(list, name, about)
			}
		}
	case view.KindObject:
		field := upstream.ProblemField{Field: name, Code: find(v.Raw(), f.Code), Detail: find(v.Raw(), f.Message)}
		if name == "" {
			field.Field = find(v.Raw(), f.Field)
		}
		list = append(list, field)
	case view.KindString:
		list = append(list, upstream.ProblemField{Field: name, Detail: v.Text()})
	}
	return list
}

// find is the text at a pointer; "" where there is none.
func find(body []byte, pointer string) string {
	if pointer == "" {
		return ""
	}
	v, _ := view.Find(body, pointer)
	return v.Text()
}
