package cache

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/klauspost/compress/s2"
)

// sample returns JSON of about size bytes, as services answer: objects of some members with numbers, names, URLs and some prose.
func sample(seed uint64, size int) []byte {
	random := rand.New(rand.NewPCG(seed, 0))
	words := func(n int) string {
		var text []string
		for range n {
			i := min(int(random.ExpFloat64()*150), 1999) // some words are much more frequent than others
			word := rand.New(rand.NewPCG(uint64(i), 1))
			letters := make([]byte, 2+word.IntN(8))
			for j := range letters {
				letters[j] = "eeeetttaaaooiinnsshhrrddllcumwfgypbvk"[word.IntN(37)]
			}
			text = append(text, string(letters))
		}
		return strings.Join(text, " ")
	}
	object := func(prose int) map[string]any {
		id := random.IntN(1_000_000)
		return map[string]any{
			"id": id, "userId": random.IntN(1000), "title": words(3), "price": float64(random.IntN(10000)) / 100, "active": random.IntN(2) == 0,
			"url": fmt.Sprintf("https://api.example.com/posts/%d", id), "createdAt": "2026-01-0" + fmt.Sprint(1+random.IntN(9)) + "T12:00:00Z",
			"body": words(prose),
		}
	}
	if size < 700 {
		text, _ := json.Marshal(object(max(0, (size-190)/6)))
		return text
	}
	var list []any
	for n := 0; n < size; n += 320 {
		list = append(list, object(22))
	}
	text, _ := json.Marshal(list)
	return text
}

// BenchmarkCompression is what the ways to compress a value save and cost, by its size; what append takes is what pays.
func BenchmarkCompression(b *testing.B) {
	c := newCompressor(8 << 20)
	ways := []struct {
		name   string
		encode func(dst, value []byte) []byte
		by     byte
	}{
		{"s2", func(dst, value []byte) []byte { return s2.Encode(dst[:cap(dst)], value) }, compressedS2},
		{"zstd", func(dst, value []byte) []byte { return c.encoder.EncodeAll(value, dst) }, compressedZstd},
	}
	for _, size := range []int{250, 400, 600, 1000, 1500, 2000, 3000, 4000, 16000, 64000} {
		var samples [16][]byte
		total := 0
		for i := range samples {
			samples[i] = sample(uint64(i), size)
			total += len(samples[i])
		}
		for _, way := range ways {
			encoded := make([][]byte, len(samples))
			stored := 0
			for i, value := range samples {
				encoded[i] = way.encode(make([]byte, 0, 2*len(value)+1000), value)
				stored += len(encoded[i])
			}
			name := fmt.Sprintf("%dB/%s", total/len(samples), way.name)
			b.Run(name+"/encode", func(b *testing.B) {
				buffer := make([]byte, 0, 2*size+2000)
				for i := 0; b.Loop(); i++ {
					way.encode(buffer, samples[i%len(samples)])
				}
				b.ReportMetric(float64(stored)/float64(total), "of-bytes")
			})
			b.Run(name+"/decode", func(b *testing.B) {
				for i := 0; b.Loop(); i++ {
					if _, err := c.decode(way.by, encoded[i%len(samples)], len(samples[i%len(samples)])); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkCodec is what an envelope costs, by the size of its value; the entry has three tags.
func BenchmarkCodec(b *testing.B) {
	for _, kind := range []struct {
		name   string
		secret []byte
	}{{"summed", nil}, {"signed", []byte("secret")}} {
		c := NewCodec(CodecOptions{Secret: kind.secret})
		for _, size := range []int{250, 1000, 4000, 22000} {
			e := &Entry{
				Key: "product 0123456789abcdef 00000001", Value: sample(1, size), Tags: []string{"type:Product", "upstream:products", "key:Product:1"},
				Freshness: Freshness{Born: 1_800_000_000_000, FreshUntil: 1_800_000_060_000}, Position: Position{Shared: ID{1_800_000_000_000, 1}},
			}
			data := c.Append(nil, e)
			name := fmt.Sprintf("%s/%dB", kind.name, len(e.Value))
			b.Run(name+"/append", func(b *testing.B) {
				b.ReportAllocs()
				buffer := make([]byte, 0, 64<<10)
				for b.Loop() {
					c.Append(buffer, e)
				}
				b.ReportMetric(float64(len(data)), "envelope-B")
			})
			b.Run(name+"/decode", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := c.Decode(data, e.Key); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
