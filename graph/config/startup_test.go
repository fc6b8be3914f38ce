package config_test

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/graph/config"
	"weft/upstream"
)

// start is what a program does with its upstreams: it loads the configuration, and makes their clients.
func start(t *testing.T, args []string) (upstream.Clients, error) {
	t.Helper()
	conf, err := config.Load(shop(), args, os.Environ())
	if err != nil {
		return nil, err
	}
	clients, err := upstream.NewClients(shop().Upstreams, conf.Upstreams)
	if err != nil {
		return nil, err
	}
	t.Cleanup(clients.Close)
	return clients, nil
}

func TestStart(t *testing.T) {
	const stock = "  stock-levels: {url: http://stock}\n"
	fromFile := []string{"-config=weft.yaml"}
	tests := []struct {
		name string
		file string
		args []string
		env  map[string]string
		want string // the error; "" for none
	}{
		{
			"OK", "upstreams:\n  catalog:\n    url: http://catalog\n    credential: {file: secret}\n" + stock,
			fromFile, nil, "",
		},
		{
			"OKWithoutFile", "", nil,
			map[string]string{"WEFT_UPSTREAM_CATALOG_URL": "http://c", "WEFT_UPSTREAM_STOCK_LEVELS_URL": "http://s"},
			"",
		},
		{
			"OKFileAndEnvironment", "upstreams:\n" + stock,
			fromFile,
			map[string]string{"WEFT_UPSTREAM_CATALOG_URL": "http://c"},
			"",
		},
		{
			"MissingSecretFile", "upstreams:\n  catalog:\n    url: http://catalog\n    credential:\n      file: absent\n" + stock, fromFile, nil,
			"weft.yaml:5: upstreams.catalog.credential.file: the secret's file cannot be read: no such file or directory",
		},
		{
			"MissingSecretVariable", "upstreams:\n  catalog:\n    url: http://catalog\n    credential:\n      env: ABSENT\n" + stock, fromFile, nil,
			"weft.yaml:5: upstreams.catalog.credential.env: the environment variable of this name is not set: set it to the secret",
		},
		{
			"UnknownKey", "upstreams:\n  catalog:\n    urls: http://catalog\n" + stock, fromFile, nil,
			"weft.yaml:3: upstreams.catalog.urls: unknown key; did you mean url?", // and not that url is missing
		},
		{
			"UnknownUpstream", "upstreams:\n  catalogue:\n    url: http://catalog\n" + stock, fromFile, nil,
			"weft.yaml:2: upstreams.catalogue: the schema has no such upstream; did you mean catalog?",
		},
		{
			"MissingURL", "upstreams:\n" + stock + "  catalog:\n    timeout: 1s\n", fromFile, nil,
			"weft.yaml:3: upstreams.catalog.url: is missing, and other upstreams have one: give it here or in WEFT_UPSTREAM_CATALOG_URL",
		},
		{
			"MissingUpstream", "upstreams:\n" + stock, fromFile, nil,
			"weft.yaml: upstreams.catalog.url: is missing, and other upstreams have one: give it here or in WEFT_UPSTREAM_CATALOG_URL",
		},
		{
			"MissingVariable", "", nil,
			map[string]string{"WEFT_UPSTREAM_CATALOG_URL": "http://c"},
			"WEFT_UPSTREAM_STOCK_LEVELS_URL: is not set, and other upstreams have a URL",
		},
		{
			"NoURLAtAll", "upstreams: {catalog: {timeout: 1s}}", fromFile, nil,
			`upstream "catalog" has no URL: set upstreams.catalog.url or WEFT_UPSTREAM_CATALOG_URL
upstream "stock-levels" has no URL: set upstreams.stock-levels.url or WEFT_UPSTREAM_STOCK_LEVELS_URL`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			write(t, tt.file)
			if err := os.WriteFile("secret", []byte("a secret\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			for name, value := range tt.env {
				t.Setenv(name, value)
			}
			clients, err := start(t, tt.args)
			got := ""
			if err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if err == nil && len(clients) != len(shop().Upstreams) {
				t.Errorf("got %d clients", len(clients))
			}
		})
	}
}
