package config_test

import (
	"testing"

	"weft/graph/config"
	"weft/upstream"
)

// A service's URL leads where calls may go, wherever it is given.
func TestEgress(t *testing.T) {
	const ofEnvironment = "WEFT_UPSTREAM_CATALOG_URL"
	for name, tt := range map[string]struct {
		file, url string // the URL of the environment; "": the file has it
		want      string // "": it may be called
	}{
		"Scheme": {
			"egress: {schemes: https}\nupstreams:\n  catalog: {url: 'http://a.example'}\n", "",
			"weft.yaml:3: upstreams.catalog.url: is of scheme http, which egress.schemes does not have: use https, or add it there",
		},
		"Host": {
			"egress: {hosts: ['*.a.example', b.example]}\nupstreams:\n  catalog: {url: 'http://a.example'}\n", "",
			"weft.yaml:3: upstreams.catalog.url: leads to a.example, which egress.hosts does not have: add it there, or change the URL",
		},
		"HostThatEndsLikeOne": {
			"egress: {hosts: ['*.a.example']}\n", "http://eva.example",
			ofEnvironment + ": leads to eva.example, which egress.hosts does not have: add it there, or change the URL",
		},
		"HostBelow":        {"egress: {hosts: ['*.A.example']}\n", "http://x.y.a.EXAMPLE./v1", ""},
		"HostItself":       {"egress: {hosts: [A.example]}\n", "https://a.example:8443", ""},
		"AddressOfTheList": {"egress: {hosts: ['::ffff:10.0.0.7']}\n", "http://10.0.0.7", ""},
		"LinkLocal":        {"", "http://169.254.169.254/latest", ofEnvironment + ": leads to a link-local or multicast address, which no service has"},
		"LinkLocalMapped":  {"", "http://[::ffff:169.254.169.254]", ofEnvironment + ": leads to a link-local or multicast address, which no service has"},
		"LinkLocalListed": {
			"egress: {hosts: [169.254.169.254]}\n", "http://169.254.169.254",
			ofEnvironment + ": leads to a link-local or multicast address, which no service has",
		},
		"Metadata":   {"", "http://[fd00:ec2::254]", ofEnvironment + ": leads to an address of a cloud's metadata, which is never called"},
		"Loopback":   {"egress: {loopback: false}\n", "http://127.1.2.3", ofEnvironment + ": leads to this machine, and egress.loopback is false"},
		"MayBeHere":  {"", "http://[::1]:1", ""},
		"Private":    {"egress: {private: false}\n", "http://10.0.0.7", ofEnvironment + ": leads to an address of a private network, and egress.private is false"},
		"MayBeThere": {"egress: {loopback: false}\n", "http://10.0.0.7", ""},
	} {
		t.Run(name, func(t *testing.T) {
			write(t, tt.file)
			variables := map[string]string{}
			if tt.url != "" {
				variables[ofEnvironment] = tt.url
			}
			program := config.Program{Name: "shop", Upstreams: []upstream.Spec{{Name: "catalog"}}}
			got, err := config.Load(program, []string{"-config=weft.yaml"}, env(variables))
			if problem := text(err); problem != tt.want {
				t.Errorf("got %s\nwant %s", problem, tt.want)
			}
			if err != nil {
				return
			}
			clients, err := upstream.NewClients(program.Upstreams, got.Upstreams)
			if err != nil {
				t.Fatal(err)
			}
			clients.Close()
		})
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
