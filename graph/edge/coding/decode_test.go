package coding_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"weft/graph/edge/coding"
)

const limit = 1 << 20

func TestDecode(t *testing.T) {
	d := coding.NewDecoder()
	var all sync.WaitGroup
	for _, c := range append(codings, coding.Identity) {
		for _, n := range []int{0, 1, 100, 5000} {
			all.Go(func() {
				text := answer(n)
				got, err := d.Append([]byte("before"), c, encoded(c, text), limit)
				if rest, ok := bytes.CutPrefix(got, []byte("before")); err != nil || !ok || !bytes.Equal(rest, text) {
					t.Errorf("%s: %d bytes became %d: %v", c, len(text), len(got), err)
				}
			})
		}
	}
	all.Wait()
}

// TestDecodeLimit tries that a body of just the limit is read, and of the next one no more than that is allocated.
func TestDecodeLimit(t *testing.T) {
	d := coding.NewDecoder()
	for _, c := range codings {
		got, err := d.Append(nil, c, encoded(c, make([]byte, limit)), limit)
		if err != nil || len(got) != limit {
			t.Errorf("%s: got %d bytes, %v", c, len(got), err)
		}
		for _, size := range []int{limit + 1, 64 << 20} {
			if got, err := d.Append([]byte("before"), c, encoded(c, make([]byte, size)), limit); err != coding.ErrTooLarge || string(got) != "before" { //nolint:errorlint // as it is
				t.Errorf("%s of %d bytes: got %d, %v", c, size, len(got), err)
			}
		}
	}
}

func TestDecodeBroken(t *testing.T) {
	d := coding.NewDecoder()
	text := answer(10)
	for _, c := range codings {
		coded := encoded(c, text)
		for name, data := range map[string][]byte{
			"cut off":          coded[:len(coded)-1],
			"something else":   text,
			"followed by":      append(bytes.Clone(coded), "garbage"...),
			"nothing":          nil,
			"another coding's": encoded(codings[int(c)%len(codings)], text),
		} {
			if c == coding.Zstd && name == "nothing" { // no frame at all
				continue
			}
			if got, err := d.Append([]byte("before"), c, data, limit); !errors.Is(err, coding.ErrBroken) || string(got) != "before" {
				t.Errorf("%s, %s: got %q, %v", c, name, got, err)
			}
		}
		if got, err := d.Append(nil, c, coded, limit); err != nil || !bytes.Equal(got, text) { // with the decoder of those
			t.Errorf("%s: %v", c, err)
		}
	}
}

// TestDecodeWindow tries that a zstd body cannot ask for more memory than browsers give it.
func TestDecodeWindow(t *testing.T) {
	d := coding.NewDecoder()
	for _, window := range []int{8 << 20, 16 << 20} {
		var coded bytes.Buffer
		w, err := zstd.NewWriter(&coded, zstd.WithWindowSize(window), zstd.WithSingleSegment(false))
		if err != nil {
			t.Fatal(err)
		}
		text := make([]byte, window)
		for part := range 16 { // in parts, so that the frame does not say how long it is
			if _, err := w.Write(text[:window/16]); err != nil {
				t.Fatal(part, err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		got, err := d.Append(nil, coding.Zstd, coded.Bytes(), 32<<20)
		if wanted := window <= 8<<20; wanted != (err == nil) || wanted != (len(got) == window) {
			t.Errorf("a window of %d bytes: got %d, %v", window, len(got), err)
		}
	}
}

// TestIdle tries that a body that does not decode to anything is not read to its end.
func TestIdle(t *testing.T) {
	d := coding.NewDecoder()
	noise := make([]byte, 32<<10)
	random := rand.NewChaCha8([32]byte{})
	_, _ = random.Read(noise)
	for _, c := range codings {
		coded := encoded(c, noise) // shorter than what is read in any case
		if got, err := d.Append(nil, c, coded, limit); err != nil || !bytes.Equal(got, noise) {
			t.Errorf("%s: noise: %v", c, err)
		}
		if c == coding.Brotli { // whose bodies end where they say so
			continue
		}
		empty := encoded(c, nil)
		if c == coding.Zstd {
			empty = []byte{0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0} // a frame to skip
		}
		_, err := d.Append(nil, c, bytes.Repeat(empty, limit/len(empty)), limit)
		if err == nil || !strings.HasSuffix(err.Error(), "it is longer than what it decodes to: send it without Content-Encoding") {
			t.Errorf("%s: nothing, for long: %v", c, err)
		}
	}
}

// TestDecodeDense tries that a body is read that does not compress: text in base64, and what an encoder leaves as it is.
func TestDecodeDense(t *testing.T) {
	d := coding.NewDecoder()
	noise := make([]byte, 3*limit/4-64)
	random := rand.NewChaCha8([32]byte{})
	_, _ = random.Read(noise)
	text := append(base64.StdEncoding.AppendEncode([]byte(`{"variables":{"file":"`), noise), `"}}`...)
	var stored bytes.Buffer
	w, err := gzip.NewWriterLevel(&stored, gzip.NoCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := d.Append(nil, coding.Gzip, stored.Bytes(), limit); err != nil || !bytes.Equal(got, text) {
		t.Errorf("stored: %d bytes became %d: %v", len(text), len(got), err)
	}
	for _, c := range codings {
		for _, text := range [][]byte{text, text[:200<<10], noise} {
			coded := encoded(c, text)
			if got, err := d.Append(nil, c, coded, limit); err != nil || !bytes.Equal(got, text) {
				t.Errorf("%s: %d bytes in %d became %d: %v", c, len(text), len(coded), len(got), err)
			}
		}
	}
}

// FuzzDecode tries that nothing decodes to more than its limit, fails in another way than it says, or spoils what others decode.
func FuzzDecode(f *testing.F) {
	for _, c := range codings {
		for _, text := range [][]byte{nil, []byte("{}"), answer(3), make([]byte, 1<<17)} {
			f.Add(byte(c), encoded(c, text))
		}
	}
	d := coding.NewDecoder()
	text := answer(1)
	f.Fuzz(func(t *testing.T, by byte, data []byte) {
		c := coding.Coding(by % 4)
		got, err := d.Append(nil, c, data, 1<<16)
		if len(got) > 1<<16 || err != nil && (len(got) > 0 || err != coding.ErrTooLarge && !errors.Is(err, coding.ErrBroken)) { //nolint:errorlint // as it is
			t.Errorf("%s: got %d bytes, %v", c, len(got), err)
		}
		if got, err := d.Append(nil, c, encoded(c, text), 1<<16); err != nil || !bytes.Equal(got, text) {
			t.Errorf("%s: then %d bytes became %d: %v", c, len(text), len(got), err)
		}
	})
}

var encoder = coding.NewEncoder(coding.DefaultLevels())

func encoded(c coding.Coding, text []byte) []byte { return encoder.Append(nil, c, text) }
