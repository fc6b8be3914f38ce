package config_test

import (
	"fmt"

	"weft/graph/config"
	"weft/upstream"
)

// A service gives what its schema names, which is generated.Upstreams; the rest is told at its start.
func Example() {
	program := config.Program{Name: "shop", Upstreams: []upstream.Spec{{Name: "catalog"}}}
	environment := []string{"WEFT_UPSTREAM_CATALOG_URL=https://catalog.example.com"} // os.Environ()

	conf, err := config.Load(program, []string{"-addr=:9090"}, environment)
	fmt.Println(conf.Addr, conf.Upstreams["catalog"].URL, err)

	_, err = config.Load(program, []string{"-addr=9090", "-executor=fast"}, nil)
	fmt.Println(err)
	// Output:
	// :9090 https://catalog.example.com <nil>
	// -addr: must be host:port, such as localhost:8080 or :8080, is "9090"
	// -executor: there is no executor "fast": choose planned or stock
}
