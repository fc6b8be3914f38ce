package redis

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	goredis "github.com/redis/go-redis/v9"

	"weft/cache"
	"weft/cache/order"
)

func newTestLog(at uint64) *log {
	g := new(cache.Generations)
	g.Doubt(cache.ID{Milli: at})
	return &log{generations: g, claims: newClaims(cache.Classes{}.Covering), synced: true, epoch: 1, replica: order.Replica{Chance: rand.N[time.Duration]}}
}

// messages returns records with the IDs from to to.
func messages(from, to int) []goredis.XMessage {
	var all []goredis.XMessage
	for i := from; i <= to; i++ {
		all = append(all, goredis.XMessage{ID: fmt.Sprintf("%d-0", i), Values: map[string]any{fieldTags: fmt.Sprintf(`["tag %d"]`, i)}})
	}
	return all
}

func TestHear(t *testing.T) {
	id := func(milli uint64) cache.ID { return cache.ID{Milli: milli} }
	without := func(all []goredis.XMessage, i int) []goredis.XMessage { return slices.Delete(all, i, i+1) }
	for name, c := range map[string]struct {
		from     position
		messages []goredis.XMessage
		want     outcome
		position uint64
	}{
		"nothing new":                     {position{at: id(5), epoch: 1}, messages(5, 5), heard, 5},
		"some":                            {position{at: id(5), epoch: 1}, messages(5, 9), heard, 9},
		"a page":                          {position{at: id(5), epoch: 1}, messages(5, 5+page), behind, 5 + page},
		"less than a page":                {position{at: id(5), epoch: 1}, messages(5, 5+page-1), heard, 5 + page - 1},
		"from further back":               {position{at: id(3), epoch: 1}, messages(3, 9), heard, 9},
		"older than what was heard since": {position{at: id(3), epoch: 1}, messages(3, 4), heard, 5},
		"empty":                           {position{at: id(5), epoch: 1}, nil, lost, 5},
		"begins later":                    {position{at: id(5), epoch: 1}, messages(6, 9), lost, 5},
		"of another epoch":                {position{at: id(5), epoch: 0}, messages(5, 9), again, 5},
		"own record":                      {position{at: id(5), written: id(8), epoch: 1}, messages(5, 9), heard, 9},
		"own record is missing":           {position{at: id(5), written: id(8), epoch: 1}, without(messages(5, 9), 3), lost, 5},
		"own record was the last":         {position{at: id(5), written: id(8), epoch: 1}, messages(5, 7), lost, 5},
		"own record is on the next page":  {position{at: id(5), written: id(9999), epoch: 1}, messages(5, 5+page), behind, 5 + page},
		"own record was heard":            {position{at: id(5), written: id(4), epoch: 1}, messages(5, 6), heard, 6},
		"an ID that is none":              {position{at: id(5), epoch: 1}, append(messages(5, 5), goredis.XMessage{ID: "x"}), lost, 5},
	} {
		l := newTestLog(5)
		if got := l.hear(c.from, c.messages); got != c.want {
			t.Errorf("%s: got %d, want %d", name, got, c.want)
		}
		if got := l.generations.Position().Shared; got != id(c.position) {
			t.Errorf("%s: the position is %v, want %d", name, got, c.position)
		}
		if l.synced != (c.want != lost) {
			t.Errorf("%s: synced is %v", name, l.synced)
		}
	}
}

// TestFirstID holds that each of these is later than the one before it.
func TestFirstID(t *testing.T) {
	now := time.UnixMilli(1_000_000)
	last := cache.ID{}
	for _, c := range []struct {
		what string
		id   cache.ID
	}{
		{"what Redis gives at this time", cache.ID{Milli: 1_000_000, Seq: 1e6}},
		{"the first one at this time", firstID(now, cache.ID{})},
		{"a microsecond later", firstID(now.Add(time.Microsecond), cache.ID{Milli: 1_000_000, Seq: 1e6})},
		{"at the end of the millisecond", firstID(now.Add(999*time.Microsecond), cache.ID{})},
		{"what Redis gives after that", cache.ID{Milli: 1_000_001}},
		{"more is known than the clock says", firstID(now, cache.ID{Milli: 1_000_001, Seq: 1e6})},
	} {
		if c.id.Compare(last) <= 0 {
			t.Errorf("%s: got %v, want it later than %v", c.what, c.id, last)
		}
		last = c.id
	}
}

// TestClaimsUntilHeard holds that a claim is held until its record has been heard, not only written.
func TestClaimsUntilHeard(t *testing.T) {
	l := newTestLog(5)
	first, second, third := l.claims.hold([]string{"a"}), l.claims.hold([]string{"b"}), l.claims.hold([]string{"c"})
	l.wrote(second, cache.ID{Milli: 8})
	l.wrote(first, cache.ID{Milli: 7})
	l.hear(position{at: cache.ID{Milli: 5}, epoch: 1}, messages(5, 7))
	if l.claims.holds([]string{"a"}) || !l.claims.holds([]string{"b"}) {
		t.Error("not the claim was released that was heard")
	}
	l.hear(position{at: cache.ID{Milli: 7}, epoch: 1}, messages(7, 9))
	l.wrote(third, cache.ID{Milli: 9}) // heard before its writer knew of it
	if l.claims.count.Load() != 0 || l.written != (cache.ID{}) {
		t.Errorf("something is left: %+v", l.claims)
	}
}

func TestRecords(t *testing.T) {
	for _, tags := range [][]string{nil, {}, {""}, {"a", "b"}, {"<&>\u2028", `"\`, "\x00"}, {"a", "\xff\xfe", "ä"}} {
		fields := encodeRecord(cache.Record{Tags: tags})
		r, err := decodeRecord(goredis.XMessage{ID: "7-3", Values: map[string]any{fields[0]: fields[1]}})
		if err != nil || r.All || r.ID != (cache.ID{Milli: 7, Seq: 3}) {
			t.Errorf("%q: got %+v, %v", tags, r, err)
		}
		if !slices.Equal(tags, r.Tags) {
			t.Errorf("(-want +got)\n%s", cmp.Diff(tags, r.Tags))
		}
	}
	for _, r := range []cache.Record{
		{Tags: []string{"a"}, After: 3 * time.Second},
		{Tags: []string{"a", "\xff"}, After: time.Millisecond},
		{Tags: []string{"a"}, Ends: cache.ID{Milli: 7}},
		{Ends: cache.ID{Milli: 7, Seq: 1}},
	} {
		fields := encodeRecord(r)
		r.ID = cache.ID{Milli: 8}
		got, err := decodeRecord(goredis.XMessage{ID: "8-0", Values: map[string]any{fields[0]: fields[1], fields[2]: fields[3]}})
		if diff := cmp.Diff(r, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Errorf("%v (-want +got)\n%s", err, diff)
		}
	}
	for _, fields := range []map[string]any{
		{"after": "3000"},
		{"tags": "[]", "after": "0"},
		{"tags": "[]", "after": "-1"},
		{"tags": "[]", "after": "x"},
		{"tags": "[]", "after": "3000000000"},
		{"tags": "[]", "ends": "x"},
		{"tags": "[]", "after": "1", "ends": "7-0"},
		{"tags": "[]", "other": "1"},
		{"ends": "7-0"},
		{},
	} {
		if r, err := decodeRecord(goredis.XMessage{ID: "7-3", Values: fields}); err != nil || !r.All || r.After != 0 {
			t.Errorf("%v: got %+v, %v, want that everything is invalid", fields, r, err)
		}
	}
	for _, id := range []string{"0-0", "7-3", "18446744073709551615-18446744073709551615"} {
		if got, err := parseID(id); err != nil || formatID(got) != id {
			t.Errorf("%s: got %v, %v", id, got, err)
		}
	}
}
