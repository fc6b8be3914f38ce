package acceptance_test

import (
	"bytes"
	"encoding/json"
	"image"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"weft/graph/compiled"
	"weft/graph/edge"
	storefront "weft/graph/generated"
	"weft/graph/imageurl"
	"weft/graph/operation"
	"weft/graph/resolver"
	"weft/upstream"
	"weft/upstream/demo"
)

// fetched is what a URL answers.
type fetched struct {
	status int
	body   []byte
}

func fetchPicture(t *testing.T, url string) fetched {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return fetched{resp.StatusCode, body}
}

// TestPictures: a picture of 320 pixels has less than a tenth of the original's bytes, whose URL the image service takes as it is and in no
// other way.
func TestPictures(t *testing.T) {
	for _, name := range executors {
		t.Run(name, func(t *testing.T) {
			demos, err := demo.Start(t.Context(), demo.Options{Latency: demo.Latency{Max: -1}})
			if err != nil {
				t.Fatal(err)
			}
			defer demos.Close()
			catalog := demos.URLs()["catalog"]
			url, key, salt := demos.Pictures()
			answer := askForPictures(t, name, demos.URLs(), imageurl.Settings{
				Name: "pictures", Imgproxy: url, Key: key, Salt: salt, Base: catalog + "/", Hosts: []string{strings.TrimPrefix(catalog, "http://")},
				Widths: []int{80, 320}, Heights: []int{80},
			}, `{ product(id: "p-0001") { image { url small: url(width: 320) tiny: url(width: 80, height: 80, fit: COVER, format: JPEG, quality: 50) } } }`)
			var found struct {
				Data struct {
					Product struct {
						Image struct{ URL, Small, Tiny string }
					}
				}
			}
			if err := json.Unmarshal([]byte(answer), &found); err != nil {
				t.Fatal(err)
			}
			urls := found.Data.Product.Image
			original, small, tiny := fetchPicture(t, catalog+urls.URL), fetchPicture(t, urls.Small), fetchPicture(t, urls.Tiny)
			t.Logf("original %d bytes, 320 pixels %d bytes, 80 pixels %d bytes", len(original.body), len(small.body), len(tiny.body))
			if 10*len(small.body) >= len(original.body) || len(tiny.body) >= len(small.body) {
				t.Errorf("got %d bytes, %d of 320 pixels and %d of 80", len(original.body), len(small.body), len(tiny.body))
			}
			for _, p := range []struct {
				fetched
				want image.Point
			}{{original, image.Pt(960, 720)}, {small, image.Pt(320, 240)}, {tiny, image.Pt(80, 80)}} {
				if c, _, err := image.DecodeConfig(bytes.NewReader(p.body)); err != nil || image.Pt(c.Width, c.Height) != p.want {
					t.Errorf("got status %d, %d×%d, %v; want %v", p.status, c.Width, c.Height, err, p.want)
				}
			}
			for _, other := range []string{
				strings.Replace(urls.Small, ":320:", ":640:", 1), urls.Small + ".png", strings.Replace(urls.Small, "rs:fit:320:0/", "", 1),
				urls.Small[:len(urls.Small)-4] + "AAAA",
			} {
				if got := fetchPicture(t, other); got.status != http.StatusForbidden {
					t.Errorf("%s: got %d, want 403", other, got.status)
				}
			}
		})
	}
}

// TestPicturesElsewhere: of a host that is not on the list nothing is made, and the error says which setting has the list. All else is there,
// and nobody sees the key.
func TestPicturesElsewhere(t *testing.T) {
	catalog := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"data": {"id": "p-0001", "name": "Tent", "images": [{"url": "https://evil.example/tent.jpg", "alt": "A tent"}]}}`)
	}))
	defer catalog.Close()
	urls := map[string]string{}
	for _, u := range storefront.Upstreams {
		urls[u.Name] = catalog.URL
	}
	const key = "sixteen bytes or more"
	for _, name := range executors {
		t.Run(name, func(t *testing.T) {
			got := askForPictures(t, name, urls, imageurl.Settings{
				Name: "pictures", Imgproxy: "https://img.example.com", Key: []byte(key), Salt: []byte(key), Hosts: []string{"shop.example.com"}, Widths: []int{320},
			}, `{ product(id: "p-0001") { name image { alt url(width: 320) } own: image { url } } }`)
			const want = `{"errors":[{"message":"catalog answered with something that cannot be used here","path":["product","image","url"],` +
				`"locations":[{"line":1,"column":44}],"extensions":{"code":"BAD_RESPONSE",` +
				`"problem":{"detail":"images.pictures.hosts does not have the picture's host, \"evil.example\""},"upstream":"catalog"}}],` +
				`"data":{"product":{"name":"Tent","image":null,"own":{"url":"https://evil.example/tent.jpg"}}}}`
			if strings.TrimSpace(got) != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// askForPictures asks a storefront with an image service.
func askForPictures(t *testing.T, executorName string, urls map[string]string, s imageurl.Settings, query string) string {
	t.Helper()
	options := map[string]upstream.Options{}
	for name, url := range urls {
		options[name] = upstream.Options{URL: url}
	}
	clients, err := upstream.NewClients(storefront.Upstreams, options)
	if err != nil {
		t.Fatal(err)
	}
	defer clients.Close()
	pictures, err := imageurl.New(s)
	if err != nil {
		t.Fatal(err)
	}
	schema, err := resolver.Service().Executable(compiled.Settings{
		Clients: clients, Images: imageurl.Services{"pictures": pictures}, Executor: executorName,
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(edge.NewHandler(operation.New(schema, operation.Options{}), edge.Options{}))
	defer server.Close()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+edge.Endpoint, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := server.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
