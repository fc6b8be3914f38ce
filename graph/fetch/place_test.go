package fetch_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"weft/graph/binding/bindingtest/model"
	"weft/upstream"
	"weft/upstream/upstreamtest"
)

var place = regexp.MustCompile(`\bat=schema\.graphql:[1-9][0-9]*\b`)

// TestPlaceInSchema does what operators hear of: log lines and errors say where the binding stands in the schema.
func TestPlaceInSchema(t *testing.T) {
	logging := func(text *bytes.Buffer) func(*options) {
		return func(o *options) { o.Executor, o.Logger = "planned", slog.New(slog.NewTextHandler(text, nil)) }
	}
	t.Run("an answer that matches no key", func(t *testing.T) {
		var log bytes.Buffer
		s := newShop(t, logging(&log))
		s.listOfProducts("1", "2")
		s.pricing.JSON("POST /prices", `{"prices": {"9": {"amount": 1}}}`)
		s.do(t.Context(), nil, `{ products { price { amount } } }`, nil)
		if !place.MatchString(log.String()) || !strings.Contains(log.String(), "the keys that were asked for") {
			t.Errorf("got the log %q, want a line with the place", log.String())
		}
	})
	t.Run("a function that panics", func(t *testing.T) {
		var log bytes.Buffer
		s := newShop(t, logging(&log), func(o *options) {
			o.functions.BadgesByID = func(context.Context, []string) ([]*model.Badge, []error) { panic("no") }
		})
		s.listOfProducts("1")
		s.do(t.Context(), nil, `{ products { badge { text } } }`, nil)
		if !place.MatchString(log.String()) || !strings.Contains(log.String(), "msg=panic") {
			t.Errorf("got the log %q, want a line with the place", log.String())
		}
	})
	t.Run("a call that fails", func(t *testing.T) {
		s := newShop(t)
		s.catalog.Answer("GET /products", upstreamtest.Answer{Status: http.StatusServiceUnavailable})
		r := s.do(t.Context(), nil, `{ products { id } }`, nil)
		failed, ok := errors.AsType[*upstream.Error](r.Errors)
		if !ok || len(r.Errors) != 1 || !strings.HasPrefix(failed.Error(), "upstream catalog, Query.products (schema.graphql:") {
			t.Errorf("got %v, want an error with the place", r.Errors)
		}
	})
}
