package main

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPercentile(t *testing.T) {
	hundred := make([]int, 100)
	for i := range hundred {
		hundred[i] = i + 1
	}
	for _, c := range []struct {
		list []int
		p    float64
		want int
	}{
		{nil, 50, 0},
		{[]int{7}, 1, 7},
		{[]int{7}, 99, 7},
		{[]int{1, 2}, 50, 1},
		{[]int{1, 2}, 51, 2},
		{[]int{1, 2, 3}, 50, 2},
		{hundred, 50, 50},
		{hundred, 99, 99},
		{hundred, 99.5, 100},
		{hundred, 100, 100},
		{hundred, 0, 1},
	} {
		if got := percentile(c.list, c.p); got != c.want {
			t.Errorf("percentile(%d values, %v) = %d, want %d", len(c.list), c.p, got, c.want)
		}
	}
}

func TestMedianSorts(t *testing.T) {
	list := []float64{9, 1, 5}
	if got := median(list); got != 5 {
		t.Errorf("median = %v, want 5", got)
	}
	if diff := cmp.Diff([]float64{9, 1, 5}, list); diff != "" {
		t.Errorf("median changed its argument (-want +got):\n%s", diff)
	}
}

func TestAdd(t *testing.T) {
	m := &measurement{}
	s := sample{took: 2 * time.Second, right: 99, wrong: 1}
	if err := m.add(s, spending{processor: 50 * time.Millisecond, calls: 250, trips: 150, breaks: 2}); err != nil {
		t.Fatal(err)
	}
	if m.rates[0] != 49.5 || m.cpu[0] != 500*time.Microsecond || m.calls[0] != 2.5 || m.trips[0] != 1.5 || m.wrong != 1 {
		t.Errorf("99 right answers and a wrong one in 2s, 50ms CPU, 250 calls, 150 round trips: rate %v, CPU %v, calls %v, trips %v, wrong %d", m.rates[0], m.cpu[0], m.calls[0], m.trips[0], m.wrong)
	}
	s.cut = 100
	if err := m.add(s, spending{processor: 100 * time.Millisecond, calls: 500, trips: 300, breaks: 1}); err != nil {
		t.Fatal(err)
	}
	if m.rates[1] != 49.5 || m.cpu[1] != 500*time.Microsecond || m.calls[1] != 2.5 {
		t.Errorf("100 more that were cut: rate %v, CPU %v, calls %v", m.rates[1], m.cpu[1], m.calls[1])
	}
	if m.breaks != 3 {
		t.Errorf("the breaker opened %d times, want 3", m.breaks)
	}
	if err := m.add(sample{took: time.Second, wrong: 3}, spending{}); err == nil {
		t.Error("a round without a right answer is no error")
	}
}

func TestRowsRatio(t *testing.T) {
	measured := func(name string, limit bool, calls calling, cpu time.Duration) *measurement {
		return &measurement{target: target{name: name, limit: limit, calling: calls}, cpu: []time.Duration{cpu}}
	}
	list := []*measurement{
		measured("fixed", true, none, 10), measured("2", true, own, 100), measured("2", true, joint, 20),
		measured("alone", false, own, 150), measured("shared", false, joint, 60), measured("kept", false, none, 30),
	}
	type ratios struct{ fixed, limit float64 }
	of := func(list []*measurement) (got []ratios) {
		for _, r := range rows(list) {
			got = append(got, ratios{r.fixed, r.ratio})
		}
		return got
	}
	opts := cmp.AllowUnexported(ratios{})
	if diff := cmp.Diff([]ratios{{}, {}, {}, {15, 1.5}, {6, 3}, {3, 3}}, of(list), opts); diff != "" {
		t.Errorf("ratios (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]ratios{{}, {15, 15}, {6, 6}}, of([]*measurement{list[0], list[3], list[4]}), opts); diff != "" {
		t.Errorf("ratios to fixed bytes (-want +got):\n%s", diff)
	}
	list[0].cpu = nil // it was not measured
	if got := rows(list)[5]; got.fixed != 0 || got.ratio != 0 {
		t.Errorf("without its limit a row has ratios %v and %v", got.fixed, got.ratio)
	}
}
