package service

import (
	"context"
	"flag"
	"io"

	"weft/graph/compiled"
	"weft/graph/config"
)

// schema prints the public schema, for tools that read one: code generators, linters, registries.
func (Program) schema(*flag.FlagSet) action {
	return func(_ context.Context, schema compiled.Schema, _ config.Config, out, _ io.Writer) error {
		_, err := io.WriteString(out, schema.SDL())
		return err
	}
}
