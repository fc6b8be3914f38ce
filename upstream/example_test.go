package upstream_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"weft/upstream"
)

func Example() {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v1/products" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `[{"id": 1, "name": "Loom"}]`)
	}))
	defer service.Close()

	specs := []upstream.Spec{{Name: "catalog", ForwardHeaders: []string{"Accept-Language"}}}
	clients, err := upstream.NewClients(specs, map[string]upstream.Options{"catalog": {URL: service.URL + "/v1"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer clients.Close()

	recorder := new(upstream.Recorder)
	recorder.Begin()
	ctx := context.Background()
	res, err := clients["catalog"].Do(ctx, upstream.Request{Endpoint: "Query.products", Path: "/products?limit=1", Recorder: recorder})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(res.Status, string(res.Body))

	_, err = clients["catalog"].Do(ctx, upstream.Request{Endpoint: "Query.stock", Path: "/stock/1", Recorder: recorder})
	var failure *upstream.Error
	if errors.As(err, &failure) {
		fmt.Println(failure.Kind, "·", err)
	}
	for _, call := range recorder.Calls() {
		fmt.Printf("%s %s %d %q\n", call.Method, call.Path, call.Status, call.Err)
	}
	// Output:
	// 200 [{"id": 1, "name": "Loom"}]
	// not_found · upstream catalog, Query.stock: not found (status 404)
	// GET /products?limit=1 200 ""
	// GET /stock/1 404 "not_found"
}

// signer signs requests as AWS Signature Version 4 does: with an HMAC over method, path, query, host, time and body, by a key that is
// derived from the secret for a day, a region and a service. That of a real one would be read from where the secret is renewed.
type signer struct {
	next                        http.RoundTripper
	id, secret, region, service string
}

// RoundTrip implements [http.RoundTripper]. The request is shared with others, so a copy is signed.
func (s signer) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.GetBody != nil {
		reader, err := r.GetBody()
		if err != nil {
			return nil, err
		}
		if body, err = io.ReadAll(reader); err != nil {
			return nil, err
		}
	}
	signed := r.Clone(r.Context())
	signed.Header.Set("X-Amz-Date", time.Now().UTC().Format("20060102T150405Z"))
	signed.Header.Set("Authorization", s.authorization(signed, body))
	return s.next.RoundTrip(signed)
}

// authorization is the signature of a request that has its date.
func (s signer) authorization(r *http.Request, body []byte) string {
	date := r.Header.Get("X-Amz-Date")
	day, _, _ := strings.Cut(date, "T")
	scope := day + "/" + s.region + "/" + s.service + "/aws4_request"
	digest := func(text []byte) string { sum := sha256.Sum256(text); return hex.EncodeToString(sum[:]) }
	canonical := strings.Join([]string{
		r.Method, cmp.Or(r.URL.EscapedPath(), "/"), strings.ReplaceAll(r.URL.Query().Encode(), "+", "%20"),
		"host:" + cmp.Or(r.Host, r.URL.Host), "x-amz-date:" + date, "", "host;x-amz-date", digest(body),
	}, "\n")
	key := []byte("AWS4" + s.secret)
	for _, part := range []string{day, s.region, s.service, "aws4_request", "AWS4-HMAC-SHA256\n" + date + "\n" + scope + "\n" + digest([]byte(canonical))} {
		mac := hmac.New(sha256.New, key)
		_, _ = io.WriteString(mac, part)
		key = mac.Sum(nil)
	}
	return "AWS4-HMAC-SHA256 Credential=" + s.id + "/" + scope + ", SignedHeaders=host;x-amz-date, Signature=" + hex.EncodeToString(key)
}

// A service that wants its requests signed, with all that is in them, gets them from a RoundTripper around the connections. In a program it is
// set where the configuration has been read: by Before of a service.Program.
func Example_signing() {
	verifier := signer{id: "weft", secret: "s3cret", region: "eu-north-1", service: "execute-api"}
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || !hmac.Equal([]byte(r.Header.Get("Authorization")), []byte(verifier.authorization(r, body))) {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.Copy(w, bytes.NewReader(body))
	}))
	defer service.Close()

	call := func(o upstream.Options) {
		o.URL = service.URL + "/v1"
		client, err := upstream.NewClient(upstream.Spec{Name: "stock"}, o)
		if err != nil {
			fmt.Println(err)
			return
		}
		defer client.Close()
		res, err := client.Do(context.Background(), upstream.Request{Method: "POST", Path: "/levels?site=a%20b&page=2", Body: []byte(`{"sku": 1}`)})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(res.Status, string(res.Body))
	}
	call(upstream.Options{})
	call(upstream.Options{Network: upstream.Network{Around: func(pool http.RoundTripper) http.RoundTripper {
		return signer{next: pool, id: "weft", secret: "s3cret", region: "eu-north-1", service: "execute-api"}
	}}})
	// Output:
	// upstream stock: forbidden (status 403)
	// 200 {"sku": 1}
}
