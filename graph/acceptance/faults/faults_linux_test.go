package faults_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"weft/upstream/upstreamtest"
)

// fault is a way in which a service fails.
type fault struct {
	times int                       // requests that meet it; 0: all
	do    func(x *exchange)         // with a request
	greet func(net.Conn)            // with a connection, before there is a request
	away  func(s *server)           // with all of them: there is no server any more
	name  func(*upstreamtest.Names) // with its name; nil: it is called by its address
	tls   bool                      // it speaks TLS
	waits bool                      // nothing comes, so that the call's time is waited for
}

// faults are all ways, by the names that README.md has.
var faults = map[string]fault{
	"none":                      {do: func(x *exchange) { x.answer(200, x.body) }},
	"no answer":                 {waits: true, do: func(x *exchange) { hang(x.Conn) }},
	"half an answer, and stops": {waits: true, do: func(x *exchange) { x.raw(head(200, len(x.body)) + x.body[:len(x.body)/2]); hang(x.Conn) }},
	"half a header, and stops":  {waits: true, do: func(x *exchange) { x.raw("HTTP/1.1 200 OK\r\nContent-Ty"); hang(x.Conn) }},
	"a byte at a time":          {waits: true, do: drip},

	"resets":                      {do: func(x *exchange) { _ = x.tcp.SetLinger(0) }},
	"resets in the body":          {do: func(x *exchange) { x.raw(head(200, len(x.body)) + x.body[:4]); _ = x.tcp.SetLinger(0) }},
	"closes":                      {do: func(*exchange) {}},
	"closes once":                 {times: 1, do: func(*exchange) {}},
	"closes in the body":          {do: func(x *exchange) { x.raw(head(200, len(x.body)) + x.body[:4]) }},
	"closes in the body, once":    {times: 1, do: func(x *exchange) { x.raw(head(200, len(x.body)) + x.body[:4]) }},
	"refuses connections":         {away: func(s *server) { _ = s.listener.Close(); s.hangUp() }},
	"takes no connection":         {away: func(s *server) { _ = s.listener.Close(); s.hangUp(); s.fill() }},
	"an unknown certificate":      {tls: true, greet: shows(func() time.Time { return time.Now().Add(time.Hour) })},
	"an old certificate":          {tls: true, greet: shows(func() time.Time { return time.Now().Add(-time.Hour) })},
	"no answer to the handshake":  {waits: true, tls: true, greet: hang},
	"closes in the handshake":     {tls: true, greet: func(net.Conn) {}},
	"a name that nobody knows":    {name: func(n *upstreamtest.Names) { n.Set() }},
	"a name without an answer":    {name: (*upstreamtest.Names).Hang},
	"a name of another machine":   {name: func(n *upstreamtest.Names) { n.Set("127.0.0.3") }},
	"a name of a second address":  {name: func(n *upstreamtest.Names) { n.Set("127.0.0.3", "127.0.0.1") }},
	"something else than HTTP":    {do: func(x *exchange) { x.raw("SSH-2.0-OpenSSH_9.6\r\n") }},
	"bytes that nobody asked for": {do: func(x *exchange) { x.answer(200, x.body); x.raw("the secret of the service\r\n") }},

	"500":       {do: says(500)},
	"502":       {do: says(502)},
	"502 once":  {times: 1, do: says(502)},
	"503":       {do: says(503)},
	"504":       {do: says(504)},
	"400":       {do: says(400)},
	"401":       {do: says(401)},
	"403":       {do: says(403)},
	"404":       {do: says(404)},
	"410":       {do: says(410)},
	"422":       {do: says(422)},
	"429":       {do: says(429)},
	"429, once": {times: 1, do: says(429, "Retry-After", "0")},

	"429, in an hour":                  {do: says(429, "Retry-After", "3600")},
	"429, whenever":                    {do: says(429, "Retry-After", "whenever")},
	"503, once, at a date that is now": {times: 1, do: says(503, "Retry-After", "Sat, 01 Jan 2000 00:00:00 GMT")},
	"a redirect":                       {do: says(302, "Location", "http://169.254.169.254/")},

	"204":                    {do: func(x *exchange) { x.raw("HTTP/1.1 204 No Content\r\n\r\n"); x.again = true }},
	"an empty body":          {do: body(func(string) string { return "" })},
	"null":                   {do: body(func(string) string { return "null" })},
	"HTML":                   {do: func(x *exchange) { x.raw("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 3\r\n\r\n<p>") }},
	"half the JSON":          {do: body(func(right string) string { return right[:len(right)/2] })},
	"another kind of JSON":   {do: body(func(string) string { return `"fine"` })},
	"a member of a bad type": {do: body(func(right string) string { return strings.Replace(right, `"Tent p-1"`, `{"en":"Tent"}`, 1) })},
	"a member left out":      {do: body(func(right string) string { return strings.Replace(right, `"name":"Tent p-1",`, "", 1) })},
	"a member that is null":  {do: body(func(right string) string { return strings.Replace(right, `"Tent p-1"`, "null", 1) })},
	"a number beyond 32 bit": {do: body(func(right string) string { return strings.Replace(right, "900", "9000000000", 1) })},
	"no UTF-8":               {do: body(func(right string) string { return strings.Replace(right, "Tent p-1", "Tent \xff", 1) })},
	"more than 8 MiB":        {do: endless("", strings.Repeat(" ", 64<<10))},
	"gzip that grows":        {do: endless("Content-Encoding: gzip\r\n", zipped(strings.Repeat(" ", 1<<20)))},
	"gzip that is none":      {do: func(x *exchange) { x.answer(200, "not gzip", "Content-Encoding", "gzip") }},
	"an unknown coding":      {do: func(x *exchange) { x.answer(200, x.body, "Content-Encoding", "rot13") }},
	"headers without end":    {do: func(x *exchange) { x.answer(200, x.body, "X-Long", strings.Repeat("x", 1<<20)) }},

	"an element is missing":       {do: body(func(string) string { return `{"data":[{"id":"p-2","name":"Two","weightGrams":900}]}` })},
	"an element is twice there":   {do: body(func(string) string { return elements("p-1 p-2 p-1", "One", "Two", "Three") })},
	"elements in another order":   {do: body(func(string) string { return elements("p-2 p-1", "Two", "One") })},
	"an element nobody asked for": {do: body(func(string) string { return elements("p-1 p-3 p-2", "One", "Three", "Two") })},
	"an element that is a number": {do: body(func(string) string { return `{"data":[7,{"id":"p-2","name":"Two","weightGrams":900}]}` })},
	"an element without its key":  {do: body(func(string) string { return `{"data":[{"name":"One"},{"id":"p-2","name":"Two","weightGrams":900}]}` })},
	"an element with a bad member": {do: body(func(string) string {
		return `{"data":[{"id":"p-1","name":7},{"id":"p-2","name":"Two","weightGrams":900}]}`
	})},
}

func head(status, length int) string {
	return fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", status, http.StatusText(status), length)
}

// drip answers slower than any time-out allows.
func drip(x *exchange) {
	x.raw(head(200, len(x.body)))
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for i := range len(x.body) {
		<-tick.C
		if _, err := x.Write([]byte{x.body[i]}); err != nil {
			return
		}
	}
}

func says(status int, headers ...string) func(*exchange) {
	return func(x *exchange) { x.answer(status, `{"detail":"secret of the service"}`, headers...) }
}

func body(of func(right string) string) func(*exchange) {
	return func(x *exchange) { x.answer(200, of(x.body)) }
}

// elements is a list of products with keys and names.
func elements(keys string, names ...string) string {
	var list []string
	for i, key := range strings.Fields(keys) {
		list = append(list, fmt.Sprintf(`{"id":%q,"name":%q,"weightGrams":900}`, key, names[i]))
	}
	return `{"data":[` + strings.Join(list, ",") + `]}`
}

// endless is an answer that ends where nobody reads on, or after a gigabyte.
func endless(header, chunk string) func(*exchange) {
	return func(x *exchange) {
		x.raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + header + "\r\n")
		for n := 0; n < 1<<30; n += len(chunk) {
			if _, err := x.Write([]byte(chunk)); err != nil {
				return
			}
		}
	}
}

func zipped(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return b.String()
}
