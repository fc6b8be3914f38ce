package config

import (
	"github.com/goccy/go-yaml/ast"

	"weft/upstream"
)

// tlsMember is the key of how an upstream is spoken to over TLS, which changes t.
func tlsMember(t *upstream.TLS) member {
	members := []member{
		plainMember("ca", "/etc/tls/ca.crt", "a file in PEM with the certificates of those who sign the service's; by default those that the machine believes", &t.CA),
		plainMember("cert", "/etc/tls/client.crt", "a file in PEM with the certificate that the service is shown; none by default", &t.Cert),
		plainMember("key", "/etc/tls/client.key", "the file of that certificate's key", &t.Key),
	}
	return member{
		name: "tls", about: "whose certificate it is believed to have, and which one it is shown. Changed files are read again", members: members,
		read: func(f *file, key string, node ast.Node) {
			f.checked(key, node, members, func() error { return t.Check() })
		},
	}
}
