package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
)

// maxChange is the most bytes that the body of a change may have.
const maxChange = 4 << 10

// Switches are what can be turned off.
type Switches struct {
	// Set turns one. The text of an error is for the client, and nothing was turned, unless the error is NotShared: then this process obeys,
	// and the others will later.
	Set func(ctx context.Context, name string, off bool, by, why string) error
	// NotShared is such an error.
	NotShared error
	// Off returns those that are off, which encoding/json can write.
	Off func() any
}

// serveSwitches answers {"off": […]}, to POST when it has turned one. 503 means that this process obeys, and that the other replicas do not
// know of it yet: they will when that is possible, as long as this process lives. To ask again is safe.
func (h *handler) serveSwitches(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost && !h.change(w, r) {
		return
	}
	text, err := json.Marshal(map[string]any{"off": h.options.Switches.Off()})
	if err != nil {
		h.options.Logger.ErrorContext(r.Context(), "switches cannot be written", "error", err)
		writeProblem(w, http.StatusInternalServerError, "the switches cannot be written as JSON")
		return
	}
	writeJSON(w, http.StatusOK, "application/json", text)
}

// change turns a switch, or answers why it does not.
func (h *handler) change(w http.ResponseWriter, r *http.Request) bool {
	body, ok := readBody(w, r, maxChange, "")
	if !ok {
		return false
	}
	var change struct {
		Name, By, Why string
		Off           *bool
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	err := dec.Decode(&change)
	if err == nil {
		_, end := dec.Token()
		if !errors.Is(end, io.EOF) {
			err = errors.New("something follows")
		}
	}
	if err != nil || change.Off == nil {
		writeProblem(w, http.StatusBadRequest, `the body must be JSON like {"name": "upstream/NAME", "off": true, "by": "who asks", "why": "may be left out"}`)
		return false
	}
	ctx := context.WithoutCancel(r.Context()) // Set bounds itself
	err = h.options.Switches.Set(ctx, change.Name, *change.Off, change.By, change.Why)
	switch {
	case err == nil:
		return true
	case errors.Is(err, h.options.Switches.NotShared):
		writeProblem(w, http.StatusServiceUnavailable, "this process obeys, and the others will when Redis takes it, which it did not in time")
	default:
		writeProblem(w, http.StatusBadRequest, err.Error())
	}
	return false
}
