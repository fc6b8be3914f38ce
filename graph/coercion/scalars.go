package coercion

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"

	"weft/graph/scalar"
)

// This file says what a built-in scalar takes of JSON (GraphQL, September 2025, section 3.5):
//
//	Int      a number that is whole and fits 32 bits: 1, 1.0, 1e2
//	Float    a number that a 64-bit float holds
//	String   a string
//	Boolean  true or false
//	ID       a string, or a number that is whole, which becomes its digits: those that are written, or the shortest ones of
//	         the 64-bit float where there is a fraction or an exponent
//
// Those of package scalar take their texts, and Int64 and Decimal also numbers. Any value is one of a scalar of the schema's own.

// coerceScalar returns v as a value of the scalar of this name.
func (s Schema) coerceScalar(name string, v any) (any, *fault) {
	if of, ok := s.shipped(name); ok {
		return coerceShipped(name, of, v)
	}
	want, ok := "", true
	switch name {
	case "Int":
		want = "a 32-bit integer"
		v, ok = asInt(asJSON(v))
	case "Float":
		want = "a number"
		v, ok = asFloat(asJSON(v))
	case "String":
		want = "a string"
		_, ok = v.(string)
	case "Boolean":
		want = "true or false"
		_, ok = v.(bool)
	case "ID":
		want = "a string or an integer"
		v, ok = asID(asJSON(v))
	}
	if !ok {
		return nil, mismatch(want, asJSON(v))
	}
	return v, nil
}

// shipped returns the scalar of a name if the schema has it from package scalar.
func (s Schema) shipped(name string) (of scalar.Scalar, ok bool) {
	return scalar.Shipped[name], slices.Contains(s.Shipped, name)
}

// coerceShipped returns v as a value of a scalar of package scalar. Whether a number was written as one or as text makes no difference to
// what comes of it, and none becomes a float.
func coerceShipped(name string, of scalar.Scalar, v any) (any, *fault) {
	if of.Is == nil {
		return v, nil
	}
	v = asJSON(v)
	text, isText := v.(string)
	if n, ok := v.(json.Number); ok && of.Number {
		text, isText = string(n), true
	}
	if n, ok := v.(int64); ok && of.Number { // an extension's, or a default's
		text, isText = strconv.FormatInt(n, 10), true
	}
	switch {
	case !isText:
		return nil, mismatch(wanted(name, of), v)
	case !of.Is(text):
		return nil, faultf("expected %s, got another", wanted(name, of))
	case name == "Int64":
		return json.Number(text), nil
	}
	return text, nil
}

func wanted(name string, of scalar.Scalar) string {
	return "a value of the type " + name + ", such as " + of.Example
}

// asInt returns an Int; v itself, if it is none.
func asInt(v any) (any, bool) {
	switch n := v.(type) {
	case int64:
		return v, math.MinInt32 <= n && n <= math.MaxInt32
	case float64:
		return wholeOf(v, n)
	case json.Number:
		if plainInteger(n) {
			return v, fits(string(n), 32)
		}
		f, err := n.Float64()
		if err != nil {
			return v, false
		}
		return wholeOf(v, f)
	}
	return v, false
}

func wholeOf(v any, f float64) (any, bool) {
	if f != math.Trunc(f) || f < math.MinInt32 || f > math.MaxInt32 {
		return v, false
	}
	return int64(f), true
}

// plainInteger reports whether a number is written with digits only. -0 is 0.
func plainInteger(n json.Number) bool { return n != "-0" && !strings.ContainsAny(string(n), ".eE") }

func asFloat(v any) (any, bool) {
	switch n := v.(type) {
	case int64:
		return v, true
	case float64:
		return v, !math.IsInf(n, 0) && !math.IsNaN(n)
	case json.Number:
		_, err := n.Float64()
		return v, err == nil
	}
	return v, false
}

// asID returns an ID as a string; v itself, if it is none.
func asID(v any) (any, bool) {
	switch n := v.(type) {
	case string:
		return v, true
	case int64:
		return strconv.FormatInt(n, 10), true
	case float64:
		return digitsOf(v, n)
	case json.Number:
		if plainInteger(n) {
			return string(n), true
		}
		f, err := n.Float64()
		if err != nil {
			return v, false
		}
		return digitsOf(v, f)
	}
	return v, false
}

// digitsOf writes a whole number as JavaScript does: with an exponent from 1e21 on.
func digitsOf(v any, f float64) (any, bool) {
	switch {
	case f != math.Trunc(f) || math.IsInf(f, 0):
		return v, false
	case f == 0:
		return "0", true
	case math.Abs(f) < 1e21:
		return strconv.FormatFloat(f, 'f', -1, 64), true
	}
	return strconv.FormatFloat(f, 'e', -1, 64), true
}

func fits(integer string, bits int) bool {
	_, err := strconv.ParseInt(integer, 10, bits)
	return err == nil
}
