package bindgen

import (
	"strconv"
	"strings"

	"weft/graph/bindgen/spec"
)

// Go literals of what package cost knows of a schema.

// costData is what bindings.gotpl prints of costs.
type costData struct {
	Types, Inputs string
	Fields        []namedLiteral
}

func newCostData(c *spec.Costs) costData {
	d := costData{Types: weightsLiteral(c.Types), Inputs: weightsLiteral(c.Inputs)}
	for _, f := range c.Fields {
		weight, size := "", ""
		if f.Weight != nil {
			weight = "new(" + float(*f.Weight) + ")"
		}
		if f.Size != nil {
			size = "&cost.Size{" + sizeLiteral(f.Size) + "}"
		}
		d.Fields = append(d.Fields, namedLiteral{f.Name, structLiteral("Weight", weight, "Arguments", weightsLiteral(f.Arguments), "Size", size)})
	}
	return d
}

// weightsLiteral is a map of weights; "" without any.
func weightsLiteral(list []spec.Weight) string {
	if len(list) == 0 {
		return ""
	}
	parts := make([]string, len(list))
	for i, w := range list {
		parts[i] = strconv.Quote(w.Name) + ": " + float(w.Weight)
	}
	return "map[string]float64{" + strings.Join(parts, ", ") + "}"
}

func sizeLiteral(s *spec.ListSize) string {
	slicing, in := "", ""
	if len(s.Slicing) > 0 {
		paths := make([]string, len(s.Slicing))
		for i, path := range s.Slicing {
			paths[i] = strings.TrimPrefix(stringsLiteral(path), "[]string")
		}
		slicing = "[][]string{" + strings.Join(paths, ", ") + "}"
	}
	if len(s.Sized) > 0 {
		in = stringsLiteral(s.Sized)
	}
	return structLiteral("Assumed", strconv.Itoa(s.Assumed), "Slicing", slicing, "One", strconv.FormatBool(s.One), "Sized", in,
		"Default", strconv.Itoa(s.Default), "Keys", strconv.FormatBool(s.Keys))
}

// float is a number as Go writes one that is no integer.
func float(f float64) string {
	text := strconv.FormatFloat(f, 'g', -1, 64)
	if strings.ContainsAny(text, ".e") {
		return text
	}
	return text + ".0"
}
