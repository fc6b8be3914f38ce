package coding_test

import (
	"bytes"
	stdgzip "compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"weft/graph/edge/coding"
)

var codings = []coding.Coding{coding.Zstd, coding.Gzip, coding.Brotli}

// answer returns one of n objects, each about 150 bytes; 100 of them are 15,025 bytes.
func answer(n int) []byte {
	words := strings.Fields("sunt aut facere repellat provident occaecati excepturi optio reprehenderit qui est esse ea molestias quasi " +
		"exercitationem nulla pariatur dolorem eum")
	type user struct {
		ID          int `json:"id"`
		Name, Email string
	}
	type post struct {
		UserID int    `json:"userId"`
		ID     int    `json:"id"`
		Title  string `json:"title"`
		User   user   `json:"user"`
	}
	posts := make([]post, n)
	random := uint32(1)
	for i := range posts {
		var title strings.Builder
		for range 6 {
			random = random*1664525 + 1013904223
			title.WriteString(words[random>>16%20] + " ")
		}
		k := i / 10
		author := user{k + 1, fmt.Sprintf("Leanne Graham %d", k*7919), fmt.Sprintf("user%d@april%d.biz", k*31, k)}
		posts[i] = post{k + 1, i + 1, title.String(), author}
	}
	text, err := json.Marshal(map[string]any{"data": map[string]any{"posts": posts}})
	if err != nil {
		panic(err)
	}
	return text
}

// decode decodes by what a client would use, which accepts no window that HTTP does not.
func decode(t *testing.T, c coding.Coding, coded []byte) []byte {
	t.Helper()
	var r io.Reader = bytes.NewReader(coded)
	var err error
	switch c {
	case coding.Zstd:
		var z *zstd.Decoder
		z, err = zstd.NewReader(r, zstd.WithDecoderMaxWindow(8<<20), zstd.WithDecoderConcurrency(1))
		if err == nil {
			defer z.Close()
		}
		r = z
	case coding.Gzip:
		r, err = stdgzip.NewReader(r)
	case coding.Brotli:
		r = brotli.NewReader(r)
	}
	if err != nil {
		t.Fatalf("%s: %v", c, err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("%s: %v", c, err)
	}
	return text
}

// TestEncode tries that what is coded decodes to the same, at every level, also by several at once and behind something else.
func TestEncode(t *testing.T) {
	for levels, sizes := range map[coding.Levels][]int{
		coding.DefaultLevels():         {0, 1, 100, 2000},
		{Zstd: 4, Gzip: 9, Brotli: 11}: {0, 1, 10},
	} {
		e := coding.NewEncoder(levels)
		var all sync.WaitGroup
		for _, c := range codings {
			for _, n := range sizes {
				all.Go(func() { try(t, e, c, answer(n)) })
			}
		}
		all.Wait()
	}
}

func try(t *testing.T, e *coding.Encoder, c coding.Coding, text []byte) {
	for range 3 { // the third time with the encoder of the first
		coded := e.Append([]byte("before"), c, text)
		rest, ok := bytes.CutPrefix(coded, []byte("before"))
		if got := decode(t, c, rest); !ok || !bytes.Equal(got, text) {
			t.Errorf("%s: %d bytes became %d", c, len(text), len(got))
		}
		kept, ok := e.AppendKept([]byte("before"), c, text)
		rest, _ = bytes.CutPrefix(kept, []byte("before"))
		switch {
		case !ok && len(rest) > 0:
			t.Errorf("%s: %d bytes, and nothing was done", c, len(rest))
		case ok && !bytes.Equal(decode(t, c, rest), text):
			t.Errorf("%s: what is kept of %d bytes is something else", c, len(text))
		}
	}
}

// TestKeptIsShorter tries that the effort is worth it.
func TestKeptIsShorter(t *testing.T) {
	e := coding.NewEncoder(coding.DefaultLevels())
	text := answer(100)
	for _, c := range codings {
		afresh := e.Append(nil, c, text)
		kept, ok := e.AppendKept(nil, c, text)
		if !ok || len(kept) >= len(afresh) || len(afresh) > len(text)/5 {
			t.Errorf("%s: of %d bytes afresh %d are left, kept %d", c, len(text), len(afresh), len(kept))
		}
	}
}

func TestLevels(t *testing.T) {
	for _, levels := range []coding.Levels{{}, coding.DefaultLevels(), {Zstd: 4, Gzip: 9, Brotli: 11}} {
		if err := levels.Check(); err != nil {
			t.Errorf("%v: %v", levels, err)
		}
	}
	for want, levels := range map[string]coding.Levels{
		"zstd has levels from 1 to 4, and 0 to leave it out: 5 is none of them": {Zstd: 5},
		"gzip has levels from 1 to 9":                                           {Gzip: -1},
		"br has levels from 1 to 11":                                            {Brotli: 12},
	} {
		if err := levels.Check(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v: got %v, want %s", levels, err, want)
		}
	}
	if got := coding.NewEncoder(coding.Levels{Gzip: 1}).Offer; got != (coding.Offer{coding.Gzip: true}) {
		t.Errorf("on offer is %v", got)
	}
}

// BenchmarkEncode codes one answer, afresh and to be kept.
func BenchmarkEncode(b *testing.B) {
	e := coding.NewEncoder(coding.DefaultLevels())
	for _, n := range []int{8, 100, 1000} {
		text := answer(n)
		for _, c := range codings {
			var coded []byte
			run := func(name string, encode func()) {
				b.Run(fmt.Sprintf("%d/%s/%s", len(text), c, name), func(b *testing.B) {
					for b.Loop() {
						encode()
					}
					b.ReportMetric(float64(len(coded)), "bytes")
				})
			}
			run("afresh", func() { coded = e.Append(coded[:0], c, text) })
			run("kept", func() { coded, _ = e.AppendKept(coded[:0], c, text) })
			run("new", func() { coded = coding.NewEncoder(coding.DefaultLevels()).Append(coded[:0], c, text) })
		}
	}
}
