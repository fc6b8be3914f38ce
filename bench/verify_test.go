package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestVerify(t *testing.T) {
	f := newFixture()
	for _, o := range operations() {
		right, err := json.Marshal(map[string]any{"data": o.data(f)})
		if err != nil {
			t.Fatal(err)
		}
		if err := verify(right, o, f); err != nil {
			t.Errorf("%s: the right answer is refused: %v", o.name, err)
		}
		for _, wrong := range []string{
			"", "{}", `{"data":null}`, `{"data":{"posts":[]}}`, strings.Replace(string(right), `"data"`, `"errors":[],"data"`, 1), strings.Replace(string(right), "l", "L", 1),
		} {
			if err := verify([]byte(wrong), o, f); err == nil {
				t.Errorf("%s: %.60q is accepted", o.name, wrong)
			}
		}
	}
}

// TestFixture holds the bodies to the lengths of the public workload's.
func TestFixture(t *testing.T) {
	bodies := newFixture().bodies()
	for path, want := range map[string]int{"/posts": 27_500, "/users": 5_600} {
		if got := len(bodies[path]); got < want*9/10 || got > want*11/10 {
			t.Errorf("%s has %d bytes, want about %d", path, got, want)
		}
	}
	if got := operations()[0].size(newFixture()); got < 13_000 || got > 17_000 {
		t.Errorf("the answer to q1 has %d bytes, want about 15000", got)
	}
}

func TestLimitPaths(t *testing.T) {
	for gets, want := range map[int]string{
		0: "", 1: "/posts", 2: "/posts /users?id=1&id=2&id=3&id=4&id=5&id=6&id=7&id=8&id=9&id=10",
		11: "/posts /users/1 /users/2 /users/3 /users/4 /users/5 /users/6 /users/7 /users/8 /users/9 /users/10",
	} {
		if got := strings.Join(limitPaths(gets), " "); got != want {
			t.Errorf("%d: got %q, want %q", gets, got, want)
		}
	}
}
