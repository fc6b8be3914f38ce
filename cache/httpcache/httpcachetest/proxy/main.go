// Command proxy is the caching proxy of package httpcachetest, for suites that judge HTTP caches.
package main

import (
	"flag"
	"log"
	"net/http"
	"net/url"

	"weft/cache/httpcache/httpcachetest"
)

func main() {
	addr := flag.String("addr", "localhost:8080", "where the proxy listens")
	origin := flag.String("origin", "http://localhost:8000", "the `URL` of the server behind it")
	flag.Parse()
	u, err := url.Parse(*origin)
	if err != nil || u.Host == "" {
		log.Fatalf("-origin %q is no URL of a server: write http://HOST:PORT", *origin)
	}
	log.Printf("http://%s caches %s", *addr, u)
	log.Fatal(http.ListenAndServe(*addr, httpcachetest.New(u)))
}
