package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

// Bounds of an invalidation.
const (
	maxBody  = 1 << 20 // bytes
	maxNames = 10_000
	maxName  = 1 << 10 // bytes
)

// invalidate answers {"invalidated": n}, n being how many names were given. 503 means that this process has forgotten them, and
// that the other replicas have not yet: they will be told when that is possible, as long as this process lives. To ask again is safe.
func (h *handler) invalidate(w http.ResponseWriter, r *http.Request) {
	body, ok := readBody(w, r, maxBody, ": send several")
	if !ok {
		return
	}
	what, err := parse(body)
	if err == nil {
		err = h.checkTypes(what)
	}
	if err != nil {
		writeProblem(w, http.StatusBadRequest, err.Error())
		return
	}
	ctx := context.WithoutCancel(r.Context()) // half of it forgotten would be worse than a client that has left
	if err := h.options.Invalidate(ctx, what); err != nil {
		h.options.Logger.WarnContext(ctx, "invalidation not shared", "error", err)
		writeProblem(w, http.StatusServiceUnavailable,
			"this process has forgotten them, and the others will when the shared tier takes it, which it did not in time: until then they may serve them still")
		return
	}
	writeJSON(w, http.StatusOK, "application/json", fmt.Appendf(nil, `{"invalidated": %d}`, what.count()))
}

// readBody reads a body of at most limit bytes. Where it cannot, it answers why; advice is what to do about one that is larger.
func readBody(w http.ResponseWriter, r *http.Request, limit int64, advice string) (body []byte, ok bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		writeProblem(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is larger than %d bytes%s", limit, advice))
		return nil, false
	}
	if err != nil {
		writeProblem(w, http.StatusBadRequest, "the body could not be read to its end")
		return nil, false
	}
	return body, true
}

// checkTypes returns an error that names the first type which the schema has not.
func (h *handler) checkTypes(what Invalidation) error {
	if h.options.Types == nil {
		return nil
	}
	for n, name := range what.Types {
		if !slices.Contains(h.options.Types, name) {
			return fmt.Errorf("types[%d]: the schema has no object type %q", n, name)
		}
	}
	for n, key := range what.Keys {
		if name, _, _ := strings.Cut(key, ":"); !slices.Contains(h.options.Types, name) {
			return fmt.Errorf("keys[%d]: the schema has no object type %q", n, name)
		}
	}
	return nil
}

func (i Invalidation) count() int { return len(i.Tags) + len(i.Types) + len(i.Keys) }

// parse reads and checks an invalidation. Its errors are for the client, and quote nothing but names of members and places in them.
func parse(body []byte) (Invalidation, error) {
	var what Invalidation
	if !utf8.Valid(body) {
		return what, errors.New("the body is not valid UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	if err := what.decode(dec); err != nil {
		return what, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return what, errors.New("something follows the JSON object")
	}
	return what, what.check()
}

// decode reads an object. A member that is given twice is an error, because only one of the two would count.
func (i *Invalidation) decode(dec *json.Decoder) error {
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return errors.New(`the body must be a JSON object: {"tags": [], "types": [], "keys": []}`)
	}
	members := map[string]*[]string{"tags": &i.Tags, "types": &i.Types, "keys": &i.Keys}
	given := map[string]bool{}
	for dec.More() {
		token, err := dec.Token()
		name, _ := token.(string)
		into, known := members[name]
		switch {
		case err != nil:
			return notJSON(dec)
		case !known:
			return errors.New("the body has a member other than tags, types and keys")
		case given[name]:
			return fmt.Errorf("the member %s is given twice", name)
		}
		given[name] = true
		err = dec.Decode(into)
		if _, wrongType := errors.AsType[*json.UnmarshalTypeError](err); wrongType {
			return fmt.Errorf("the member %s must be a list of strings", name)
		}
		if err != nil {
			return notJSON(dec)
		}
	}
	if _, err := dec.Token(); err != nil {
		return notJSON(dec)
	}
	return nil
}

func notJSON(dec *json.Decoder) error {
	return fmt.Errorf("the body is not valid JSON near byte %d", dec.InputOffset())
}

// check checks the names and how many there are.
func (i Invalidation) check() error {
	switch n := i.count(); {
	case n == 0:
		return errors.New("nothing is named: give at least one of tags, types and keys")
	case n > maxNames:
		return fmt.Errorf("more than %d are named: send several requests", maxNames)
	}
	for _, names := range [][]string{i.Tags, i.Types, i.Keys} {
		for _, name := range names {
			if name == "" || len(name) > maxName {
				return fmt.Errorf("a name must have 1 to %d bytes", maxName)
			}
		}
	}
	for n, key := range i.Keys {
		if strings.IndexByte(key, ':') < 1 {
			return fmt.Errorf("keys[%d] must be TYPE:KEY, such as Product:7", n)
		}
	}
	return nil
}
