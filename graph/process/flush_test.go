package process_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"

	"weft/graph/process"
)

// TestFlush holds that what a handler flushes arrives while the rest of its answer is still being made, over each protocol: an answer
// passes through nothing that collects it, whichever codings its client likes. (Package edge compresses answers that are complete.)
func TestFlush(t *testing.T) {
	files := certificateFiles(t)
	writeCertificate(t, files, 1)
	more := make(chan struct{})
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "part")
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
		<-more
		_, _ = io.WriteString(w, "rest")
	})
	for name, tt := range map[string]struct {
		options process.ServeOptions
		scheme  string
		speak   func(*http.Protocols, bool)
	}{
		"HTTP1": {process.ServeOptions{}, "http", (*http.Protocols).SetHTTP1},
		"H2C":   {process.ServeOptions{H2C: true}, "http", (*http.Protocols).SetUnencryptedHTTP2},
		"HTTP2": {process.ServeOptions{TLS: files}, "https", (*http.Protocols).SetHTTP2},
	} {
		t.Run(name, func(t *testing.T) {
			ready, ended := make(chan string, 1), make(chan error, 1)
			tt.options.Ready = func(a net.Addr) { ready <- a.String() }
			ctx, cancel := context.WithCancel(t.Context())
			go func() { ended <- listenAndServe(ctx, "127.0.0.1:0", h, tt.options) }()
			addr := <-ready
			client := &http.Client{Transport: transport(t, tt.speak)}
			for _, codings := range []string{"identity", "gzip", "br", "zstd"} {
				r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, tt.scheme+"://"+addr, nil)
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("Accept-Encoding", codings)
				resp, err := client.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				part := make([]byte, len("part"))
				if _, err := io.ReadFull(resp.Body, part); err != nil || string(part) != "part" {
					t.Errorf("%s: got %s, %v", codings, part, err)
				}
				more <- struct{}{} // until here the answer is open
				if rest, err := io.ReadAll(resp.Body); err != nil || string(rest) != "rest" {
					t.Errorf("%s: then %s, %v", codings, rest, err)
				}
				resp.Body.Close()
			}
			cancel()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
	}
}
