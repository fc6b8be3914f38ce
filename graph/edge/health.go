package edge

import (
	"io"
	"net/http"

	"weft/graph/process"
)

// serveHealth is liveness: 200 for as long as the process answers at all.
func serveHealth(w http.ResponseWriter, _ *http.Request) {
	writeText(w, http.StatusOK, "ok\n")
}

// serveReadiness is 503 until the server has warmed up, 200, and 503 once it drains. It asks no upstream: when a shared one fails, taking
// every replica out of service would turn missing fields into missing answers.
func serveReadiness(w http.ResponseWriter, r *http.Request) {
	if process.Starting(r.Context()) {
		writeText(w, http.StatusServiceUnavailable, "starting\n")
		return
	}
	if process.Draining(r.Context()) {
		writeText(w, http.StatusServiceUnavailable, "draining\n")
		return
	}
	writeText(w, http.StatusOK, "ready\n")
}

func writeText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}
