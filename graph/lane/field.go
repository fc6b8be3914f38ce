package lane

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// appendHead appends what stands before an answer's body, but for what is only known at its end, and for the empty line.
func (w *response) appendHead(b []byte) []byte {
	b = appendStatus(b, w.status)
	for name := range w.header {
		if w.leaves(name) {
			w.names = append(w.names, name)
		}
	}
	slices.Sort(w.names)
	for _, name := range w.names {
		for _, value := range w.header[name] {
			b = appendField(b, name, value)
		}
	}
	if !w.has("Date") {
		b = w.on.server.date.append(b, time.Now())
	}
	return b
}

// leaves reports whether a field that a handler has set is sent. How the answer is framed is not a handler's to say, but for its length.
func (w *response) leaves(name string) bool {
	switch name {
	case "Transfer-Encoding", "Trailer":
		return false
	case "Content-Length":
		return w.declared >= 0 && w.hasBody()
	case "Content-Type":
		return w.status != http.StatusNotModified
	}
	return all(name, inName)
}

func appendStatus(b []byte, status int) []byte {
	b = append(b, "HTTP/1.1 "...)
	b = strconv.AppendInt(b, int64(status), 10)
	b = append(b, ' ')
	if text := http.StatusText(status); text != "" {
		b = append(b, text...)
	} else {
		b = strconv.AppendInt(append(b, "status code "...), int64(status), 10)
	}
	return append(b, "\r\n"...)
}

// appendField appends a field, whose value cannot leave it.
func appendField(b []byte, name, value string) []byte {
	b = append(append(b, name...), ": "...)
	if !all(value, inValue) {
		value = oneLine.Replace(value)
	}
	return append(append(b, strings.Trim(value, " \t\n\r")...), "\r\n"...)
}

var oneLine = strings.NewReplacer("\n", " ", "\r", " ")

// date is the field Date, made once a second. It may be used by any number of goroutines at once.
type date struct{ known atomic.Pointer[second] }

type second struct {
	unix int64
	text []byte
}

func (d *date) append(b []byte, now time.Time) []byte {
	s := d.known.Load()
	if s == nil || s.unix != now.Unix() {
		s = &second{now.Unix(), appendField(nil, "Date", now.UTC().Format(http.TimeFormat))}
		d.known.Store(s)
	}
	return append(b, s.text...)
}
