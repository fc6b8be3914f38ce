package edge

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

// objects are JSON objects, and what is nearly one.
var objects = []string{
	`{"persistedQuery":{"version":1,"sha256Hash":"ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38"},"clientLibrary":{"name":"a"}}`,
	`{}`, ` { } `, `null`, ` null `, `nul`, `{"a":null,"b":true,"c":false,"d":[],"e":{},"f":"","g":0}`, `{"a":[[],[{}],[1,"x",null,true]]}`,
	`{"a":-0,"b":0.10,"c":1e999,"d":-1.5E+3,"e":12345678901234567890}`, `{"a":01}`, `{"a":1.}`, `{"a":+1}`, `{"a":-}`, `{"a":1e}`, `{"a":NaN}`, `{"a":True}`, `{"a":truex}`,
	`{"a":1,"a":{"b":1},"a":{"c":2}}`, `{"":1,"\u0061":2,"a":3}`, `{"a":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"}`, `{"a":["\"",["\"}"]]}`, "{\"a\":\"\n\"}", `{"a":"\q"}`, "{\"\n\":1}",
	`{"a":1,}`, `{"a":[1,]}`, `{"a":[,1]}`, `{"a":[1 2]}`, `{"a":[1}`, `{"a":{"b":1]}`, `{"a":1]`, `{"a" 1}`, `{"a":}`, `{"a":1"x"}`, `{"a":tru{}}`, `{"a":1[]}`, `{a:1}`, `{,}`, `{"a":1;"b":2}`,
	`{"a":1}{}`, `{"a":1}x`, `{"a":1}}`, "{}\x00", `[]`, `[{"a":1}]`, `"a"`, `1`, ``, ` `, `{`, `{"a`, `{"a"`, `{"a":`, `{"a":"`, `{"a":"\`, `{"a":[`, `{"a":1,`, `}`, `:`,
	`{"a":` + strings.Repeat("[", 9999) + strings.Repeat("]", 9999) + `}`, `{"a":` + strings.Repeat("[", 10000) + strings.Repeat("]", 10000) + `}`,
	strings.Repeat(`{"a":`, 10000) + "1" + strings.Repeat("}", 10000), strings.Repeat(`{"a":`, 10000) + "{}" + strings.Repeat("}", 10000),
}

// FuzzDecodeObject holds decodeObject against encoding/json: it takes the same texts, makes the same values of them, and leaves no
// reference to a text behind.
func FuzzDecodeObject(f *testing.F) {
	for _, text := range objects {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if !utf8.Valid(text) { // refused before
			t.Skip()
		}
		dec := json.NewDecoder(bytes.NewReader(text))
		dec.UseNumber()
		var want map[string]any
		err := dec.Decode(&want)
		if err == nil {
			if _, err = dec.Token(); errors.Is(err, io.EOF) {
				err = nil
			} else {
				err = errors.New("something follows")
			}
		}
		scratch := bytes.Clone(text)
		got, ok := decodeObject(scratch)
		clear(scratch)
		if ok != (err == nil) || ok && !reflect.DeepEqual(got, want) {
			t.Errorf("%.200q: got %v, %t, want %v, %v", text, got, ok, want, err)
		}
	})
}
