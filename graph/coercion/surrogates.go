package coercion

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// This file refuses lone surrogates: \ud83d without \ude00 behind it, or the other way round. They are half of a character, which no
// text in UTF-8 has. encoding/json and gqlparser would make U+FFFD of them, and a service would get another text than the client
// wrote.

// LoneSurrogate returns where in a text there is an escape of a lone surrogate; -1: nowhere. Escapes are those that JSON and GraphQL
// have in common.
func LoneSurrogate(text []byte) int {
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		unit, n := escapedUnit(text[i:])
		if !isLeading(unit) && !isTrailing(unit) {
			i += n - 1
			continue
		}
		next, m := escapedUnit(text[i+n:])
		if !isLeading(unit) || !isTrailing(next) {
			return i
		}
		i += n + m - 1
	}
	return -1
}

func isLeading(unit int) bool  { return 0xD800 <= unit && unit < 0xDC00 }
func isTrailing(unit int) bool { return 0xDC00 <= unit && unit < 0xE000 }

// escapedUnit returns the UTF-16 code unit of an escape like \u0041 at the beginning of a text, and the escape's length; 0 for anything
// else, which is skipped as far as needed to tell \\u from it.
func escapedUnit(text []byte) (unit, length int) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, 2
	}
	for _, c := range text[2:6] {
		digit := strings.IndexByte("0123456789abcdef", c|' ')
		if digit < 0 {
			return 0, 2
		}
		unit = unit<<4 | digit
	}
	return unit, 6
}

// StringsAreWhole is the rule that refuses lone surrogates in a document's strings.
func StringsAreWhole(events *core.Events, addError core.AddErrFunc) {
	var source []rune // gqlparser counts in these
	reported := map[*ast.Value]bool{}
	events.OnValue(func(_ *core.Walker, v *ast.Value) {
		if v.Kind != ast.StringValue || !strings.Contains(v.Raw, "\uFFFD") || reported[v] || v.Position == nil {
			return
		}
		if source == nil {
			source = []rune(v.Position.Src.Input)
		}
		if at := v.Position; LoneSurrogate([]byte(string(source[at.Start:at.End]))) >= 0 {
			reported[v] = true
			addError(core.Message("%s", HalfCharacter), core.At(at))
		}
	})
}

// HalfCharacter says what is wrong with a lone surrogate.
const HalfCharacter = `\u escapes half of a character, a lone surrogate: write both halves, as in \ud83d\ude00, or the character itself`
