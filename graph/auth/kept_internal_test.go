package auth

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"runtime"
	"testing"
	"time"
)

// TestKeptBounds: what was used last stays, within both bounds.
func TestKeptBounds(t *testing.T) {
	now := time.Now()
	good := keptCaller{caller: &Caller{}, until: now.Add(time.Hour)}
	id := func(i int) tokenID { return sha256.Sum256([]byte{byte(i)}) }
	for name, k := range map[string]*kept{"ByCount": newKept(3, 1<<20), "ByBytes": newKept(100, 3*weightOf(100))} {
		for i := range 10 {
			k.put(id(i), good, 100)
			if _, ok := k.find(id(0), now); !ok {
				t.Fatalf("%s: what is used goes", name)
			}
		}
		for i := range 10 {
			if _, ok := k.find(id(i), now); ok != (i == 0 || i > 7) {
				t.Errorf("%s: %d is there: %t", name, i, ok)
			}
		}
		k.put(id(9), good, 100)
		if len(k.entries) != 3 || k.order.Len() != 3 || k.bytes != 3*weightOf(100) {
			t.Errorf("%s: got %d entries, %d in order, %d bytes", name, len(k.entries), k.order.Len(), k.bytes)
		}
		if _, ok := k.find(id(9), now.Add(time.Hour)); ok || k.bytes != 2*weightOf(100) {
			t.Errorf("%s: what has ended is there", name)
		}
	}
}

// TestKeptBytes holds the weight of an entry against what it takes.
func TestKeptBytes(t *testing.T) {
	const n = 5000
	k := newKept(n, 1<<30)
	before := heap()
	total := 0
	for i := range n {
		text := fmt.Sprintf(`{"iss": "https://login.example.com/", "sub": "user-%d", "scope": "orders:read cart:write", "exp": 4102444800, "realm_access": {"roles": ["customer", "reviewer"]}, "email": "u%d@example.com"}`, i, i)
		var claims map[string]any
		if err := json.Unmarshal([]byte(text), &claims); err != nil {
			t.Fatal(err)
		}
		scopes, _ := scopesOf(claims, "scope")
		length := len(text)*4/3 + 150
		total += length
		k.put(sha256.Sum256([]byte(text)), keptCaller{caller: newCaller(Token, "", "", time.Time{}, scopes, claims), until: time.Now().Add(time.Hour)}, length)
	}
	took := heap() - before
	t.Logf("%d bytes an entry, of a token of %d; it counts as %d", took/n, total/n, k.bytes/n)
	if took > k.bytes || took < k.bytes/2 {
		t.Errorf("%d bytes are counted as %d", took, k.bytes)
	}
	runtime.KeepAlive(k)
}

func heap() int {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}
