package cache_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/google/go-cmp/cmp"

	"weft/cache"
)

// codecs are one of each kind.
func codecs() map[string]*cache.Codec {
	return map[string]*cache.Codec{
		"summed": cache.NewCodec(cache.CodecOptions{}),
		"signed": cache.NewCodec(cache.CodecOptions{Secret: []byte("secret")}),
	}
}

// envelopes are entries of all kinds, as Decode returns them.
func envelopes() map[string]*cache.Entry {
	noise := make([]byte, 5000)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(noise)
	entries := map[string]*cache.Entry{
		"least": {Value: []byte{}},
		"full": {
			Key: "binding\x00identity\x00id 1", Value: []byte(`{"id":1,"name":"x"}`), Null: true, Private: true,
			Freshness: cache.Freshness{
				Born: 1_800_000_000_000, FreshUntil: 1_800_000_000_001, StaleWhileRevalidate: 1_800_000_000_002,
				StaleIfError: 1_800_000_000_003, ValidateUntil: 1_800_000_000_004,
			},
			Position: cache.Position{Shared: cache.ID{Milli: 1_800_000_000_005, Seq: 6}}, Tags: []string{"type:Product", "", "key:Product:1", "\xff\x00"},
			Took: 7 * time.Millisecond, Validators: cache.Validators{ETag: `W/"8"`, LastModified: "Tue, 15 Nov 1994 12:45:26 GMT"},
			Whole: cache.Whole{Values: 9, Calls: 10, StaleElsewhere: 1_800_000_000_011},
		},
		"extreme": {
			Key: cache.Key(strings.Repeat("k", 10_000)), Value: []byte("1"),
			Freshness: cache.Freshness{Born: math.MinInt64, FreshUntil: math.MaxInt64, StaleWhileRevalidate: -1},
			Position:  cache.Position{Shared: cache.ID{Milli: math.MaxUint64, Seq: math.MaxUint64}}, Tags: slices.Repeat([]string{"tag"}, 5000), Took: math.MaxInt64,
		},
		"noise": {Key: "noise", Value: noise},
		"big":   {Key: "big", Value: bytes.Repeat(noise, 200)},
	}
	for _, size := range []int{1, 100, 511, 512, 700, 2047, 2048, 10_000, 131_072, 1 << 20} {
		value := bytes.Repeat([]byte(`{"id":1},`), size/9+1)[:size]
		entries[fmt.Sprint(size, " bytes")] = &cache.Entry{Key: "sized", Value: value, Tags: []string{"a"}}
	}
	for _, e := range entries {
		e.Size = len(e.Value)
	}
	return entries
}

func TestRoundTrip(t *testing.T) {
	for kind, c := range codecs() {
		for name, e := range envelopes() {
			data := c.Append([]byte("before"), e)
			if !bytes.HasPrefix(data, []byte("before")) {
				t.Fatalf("%s, %s: what was before is lost", kind, name)
			}
			data = data[len("before"):]
			got, err := c.Decode(data, e.Key)
			if err != nil {
				t.Errorf("%s, %s: %v", kind, name, err)
				continue
			}
			clear(data) // nothing may be shared
			if diff := cmp.Diff(e, got, cmp.Comparer(bytes.Equal)); diff != "" {
				t.Errorf("%s, %s: (-written +read)\n%s", kind, name, diff)
			}
		}
	}
}

// What is only of this process is not written.
func TestLocalIsNotWritten(t *testing.T) {
	c := cache.NewCodec(cache.CodecOptions{})
	plain := cache.Entry{Key: "a", Value: []byte("1")}
	local := plain
	local.View, local.Size, local.Position.Local = new(int), 1000, 77
	if !bytes.Equal(c.Append(nil, &plain), c.Append(nil, &local)) {
		t.Error("View, Size or Position.Local are in the envelope")
	}
}

// Any flipped bit, any end that is missing and anything that is added is an error.
func TestDamage(t *testing.T) {
	for kind, c := range codecs() {
		for _, size := range []int{20, 600, 2500} {
			e := &cache.Entry{Key: "key", Value: bytes.Repeat([]byte(`{"a":1}`), size/7), Tags: []string{"a", "b"}, Validators: cache.Validators{ETag: "x"}, Freshness: cache.Freshness{FreshUntil: 99}}
			data := c.Append(nil, e)
			refused := func(what string, data []byte) {
				t.Helper()
				got, err := c.Decode(data, e.Key)
				if got != nil || !errors.Is(err, cache.ErrCorrupt) && !errors.Is(err, cache.ErrUnknown) {
					t.Errorf("%s, %d bytes, %s: got %v, %v", kind, size, what, got, err)
				}
			}
			for bit := range 8 * len(data) {
				data[bit/8] ^= 1 << (bit % 8)
				refused(fmt.Sprint("bit ", bit, " flipped"), data)
				data[bit/8] ^= 1 << (bit % 8)
			}
			for n := range data {
				refused(fmt.Sprint("cut at ", n), data[:n])
				refused(fmt.Sprint("cut to ", n), data[n+1:])
			}
			refused("twice", append(slices.Clone(data), data...))
			refused("a zero added", append(slices.Clone(data), 0))
			if _, err := c.Decode(data, e.Key); err != nil {
				t.Errorf("%s: the envelope itself: %v", kind, err)
			}
		}
	}
}

func TestErrors(t *testing.T) {
	summed, signed := codecs()["summed"], codecs()["signed"]
	other := cache.NewCodec(cache.CodecOptions{Secret: []byte("another secret")})
	e := &cache.Entry{Key: "key", Value: []byte("1")}
	tests := map[string]struct {
		by   *cache.Codec
		data []byte
		key  cache.Key
		want error
	}{
		"nothing":                 {summed, nil, "key", cache.ErrCorrupt},
		"a form alone":            {summed, []byte{5}, "key", cache.ErrCorrupt},
		"a checksum of nothing":   {summed, []byte("\x05\x0f\x97\x40\x13\xa8\x15\xff\x50"), "key", cache.ErrCorrupt},
		"text":                    {summed, []byte(`{"id": 1}, something that is no envelope`), "key", cache.ErrUnknown},
		"another key":             {summed, summed.Append(nil, e), "Key", cache.ErrForeign},
		"a longer key":            {summed, summed.Append(nil, e), "key1", cache.ErrForeign},
		"no key":                  {signed, signed.Append(nil, e), "", cache.ErrForeign},
		"unsigned":                {signed, summed.Append(nil, e), "key", cache.ErrUnknown},
		"signed, and not asked":   {summed, signed.Append(nil, e), "key", cache.ErrUnknown},
		"signed by another":       {signed, other.Append(nil, e), "key", cache.ErrCorrupt},
		"signed by another, else": {other, signed.Append(nil, e), "key", cache.ErrCorrupt},
		"an earlier version":      {summed, append([]byte{3}, summed.Append(nil, e)[1:]...), "key", cache.ErrUnknown},
		"a later version":         {summed, append([]byte{7}, summed.Append(nil, e)[1:]...), "key", cache.ErrUnknown},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := tt.by.Decode(tt.data, tt.key)
			if got != nil || !errors.Is(err, tt.want) {
				t.Errorf("got %v, %v, want %v", got, err, tt.want)
			}
		})
	}
}

// What someone has written who can make a checksum is refused where it makes no sense, and otherwise read; it harms in no way.
func TestForged(t *testing.T) {
	c := cache.NewCodec(cache.CodecOptions{})
	for _, size := range []int{20, 600, 2500} {
		e := &cache.Entry{Key: "key", Value: bytes.Repeat([]byte(`{"a":1}`), size/7), Tags: []string{"a", "b"}, Validators: cache.Validators{ETag: "x"}, Freshness: cache.Freshness{FreshUntil: 99}}
		whole := c.Append(nil, e)
		body := whole[:len(whole)-8]
		for n := 1; n < len(body); n++ {
			if got, err := c.Decode(resummed(whole[:n+8]), e.Key); got != nil || !errors.Is(err, cache.ErrCorrupt) {
				t.Errorf("%d of %d bytes: got %v, %v, want ErrCorrupt", n, len(body), got, err)
			}
		}
		for bit := range 8 * len(body) {
			data := slices.Clone(whole)
			data[bit/8] ^= 1 << (bit % 8)
			got, err := c.Decode(resummed(data), e.Key)
			if err != nil {
				kind(t, err)
				continue
			}
			reread(t, c, got)
		}
		for place, value := range map[int]byte{1: 3, 2: 4} {
			data := slices.Clone(whole)
			data[place] = value
			if got, err := c.Decode(resummed(data), e.Key); got != nil || !errors.Is(err, cache.ErrUnknown) {
				t.Errorf("%d at %d: got %v, %v, want ErrUnknown", value, place, got, err)
			}
		}
	}
}

// A value beyond the limit is neither written nor given room.
func TestMaxValue(t *testing.T) {
	small, large := cache.NewCodec(cache.CodecOptions{MaxValue: 1000}), cache.NewCodec(cache.CodecOptions{MaxValue: 256 << 20})
	fits, beyond := &cache.Entry{Value: make([]byte, 1000)}, &cache.Entry{Value: make([]byte, 1001)}
	if _, err := small.Decode(small.Append(nil, fits), ""); err != nil {
		t.Error(err)
	}
	if got := small.Append([]byte("before"), beyond); string(got) != "before" {
		t.Errorf("%d bytes were written", len(got))
	}
	if _, err := small.Decode(large.Append(nil, beyond), ""); !errors.Is(err, cache.ErrCorrupt) {
		t.Errorf("got %v, want ErrCorrupt", err)
	}
	bomb := large.Append(nil, &cache.Entry{Value: make([]byte, 128<<20)})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 8 {
		if _, err := cache.NewCodec(cache.CodecOptions{}).Decode(bomb, ""); !errors.Is(err, cache.ErrCorrupt) {
			t.Errorf("got %v, want ErrCorrupt", err)
		}
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 64<<20 {
		t.Errorf("8 refused values of 128 MiB took %d bytes", n)
	}
}

// Compressible values are stored in fewer bytes, others in as many.
func TestCodecStats(t *testing.T) {
	c := cache.NewCodec(cache.CodecOptions{})
	entries := envelopes()
	c.Append(nil, entries["noise"])
	if got, want := c.Stats(), (cache.CodecStats{Raw: 5000, Stored: 5000}); got != want {
		t.Errorf("noise: got %+v, want %+v", got, want)
	}
	c.Append(nil, entries["100 bytes"])
	if got, want := c.Stats(), (cache.CodecStats{Raw: 5100, Stored: 5100}); got != want {
		t.Errorf("a small value: got %+v, want %+v", got, want)
	}
	for _, name := range []string{"700 bytes", "10000 bytes"} {
		before := c.Stats()
		n := uint64(len(c.Append(nil, entries[name])))
		got := c.Stats()
		if raw, stored := got.Raw-before.Raw, got.Stored-before.Stored; raw != uint64(len(entries[name].Value)) || stored > raw/3 || stored >= n {
			t.Errorf("%s are stored in %d, an envelope of %d", name, stored, n)
		}
	}
}

// Envelopes are written and read by many at once.
func TestCodecConcurrently(t *testing.T) {
	for _, c := range codecs() {
		var workers sync.WaitGroup
		for i := range 8 {
			workers.Go(func() {
				var buffer []byte
				for j := range 100 {
					value, _ := json.Marshal(slices.Repeat([]int{i, j}, 10+j*20))
					e := &cache.Entry{Key: cache.Key(fmt.Sprint(i, j)), Value: value}
					buffer = c.Append(buffer[:0], e)
					got, err := c.Decode(buffer, e.Key)
					if err != nil || !bytes.Equal(got.Value, value) {
						t.Errorf("%d bytes: %v", len(value), err)
					}
				}
			})
		}
		workers.Wait()
	}
}

// FuzzDecode reads bytes that are anything; with their checksum put right, what they say is believed, and must not harm.
func FuzzDecode(f *testing.F) {
	c := cache.NewCodec(cache.CodecOptions{MaxValue: 1 << 20})
	for _, e := range envelopes() {
		if data := c.Append(nil, e); len(data) < 4096 {
			f.Add(data, string(e.Key))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, key string) {
		if e, err := c.Decode(data, cache.Key(key)); err == nil {
			reread(t, c, e)
		} else {
			kind(t, err)
		}
		if len(data) < 9 {
			return
		}
		data = resummed(data)
		if e, err := c.Decode(data, cache.Key(key)); err == nil {
			reread(t, c, e)
		} else {
			kind(t, err)
		}
	})
}

// FuzzRoundTrip writes an entry and reads it, whole and with a bit flipped.
func FuzzRoundTrip(f *testing.F) {
	f.Add("key", []byte("value"), "tag", "etag", int64(1), int64(2), uint64(3), true, uint(4))
	f.Add("", bytes.Repeat([]byte("value"), 1000), "", "", int64(math.MinInt64), int64(math.MaxInt64), uint64(math.MaxUint64), false, uint(0))
	kinds := codecs()
	f.Fuzz(func(t *testing.T, key string, value []byte, tag, etag string, born, until int64, shared uint64, yes bool, bit uint) {
		e := &cache.Entry{
			Key: cache.Key(key), Value: value, Null: yes, Private: !yes, Validators: cache.Validators{ETag: etag, LastModified: tag}, Size: len(value), Tags: []string{tag, key},
			Freshness: cache.Freshness{Born: born, FreshUntil: until, StaleIfError: born ^ until}, Took: time.Duration(born),
			Position: cache.Position{Shared: cache.ID{Milli: shared, Seq: ^shared}},
		}
		for _, c := range kinds {
			data := c.Append(nil, e)
			got, err := c.Decode(data, e.Key)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(e, got, cmp.Comparer(bytes.Equal)); diff != "" {
				t.Fatal(diff)
			}
			bit := int(bit % uint(8*len(data)))
			data[bit/8] ^= 1 << (bit % 8)
			if _, err := c.Decode(data, e.Key); err == nil {
				t.Fatalf("bit %d of %d bytes flipped, and no error", bit, len(data))
			}
		}
	})
}

// resummed returns data with the checksum that it should have.
func resummed(data []byte) []byte {
	body := data[:len(data)-8]
	return binary.LittleEndian.AppendUint64(slices.Clone(body), xxhash.Sum64(body))
}

// reread holds that what was decoded is encoded as something that is decoded to the same.
func reread(t *testing.T, c *cache.Codec, e *cache.Entry) {
	t.Helper()
	again, err := c.Decode(c.Append(nil, e), e.Key)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(e, again, cmp.Comparer(bytes.Equal)); diff != "" {
		t.Fatal(diff)
	}
}

// kind holds that an error is one of those that tell kinds apart.
func kind(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, cache.ErrCorrupt) && !errors.Is(err, cache.ErrForeign) && !errors.Is(err, cache.ErrUnknown) {
		t.Fatalf("error of no kind: %v", err)
	}
}
