package loaders_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/loaders"
)

func TestMap(t *testing.T) {
	var u upstream
	inner := loaders.NewEach(u.each, loaders.Options{})
	big := errors.New("big")
	key := func(s string) int { return len(s) }
	value := func(v int) (string, error) {
		if v > 50 {
			return "", big
		}
		return strconv.Itoa(v), nil
	}
	prime := func(s string) int { v, _ := strconv.Atoi(s); return v }
	l := loaders.Map(inner, key, value, prime)

	want(t, l.Load(t.Context(), "ab"), "4")
	want(t, l.Load(t.Context(), "cd"), "4") // the same key inside
	if _, err := l.Load(t.Context(), "12345678")(); err != big {
		t.Errorf("got %v, want the value function's error", err)
	}
	values, errs := l.LoadMany(t.Context(), []string{"a", "12345678", "abc"})()
	if diff := cmp.Diff([]string{"1", "", "9"}, values); diff != "" || !slices.Equal(errs, []error{nil, big, nil}) {
		t.Errorf("errors %v, values (-want +got):\n%s", errs, diff)
	}
	want(t, l.Prime(t.Context(), "abcd", "17").Load(t.Context(), "abcd"), "17")
	want(t, inner.Load(t.Context(), 4), 17)
	want(t, l.Clear(t.Context(), "abcd").Load(t.Context(), "abcd"), "16")
	want(t, l.Prime(t.Context(), "abcde", "17").ClearAll().Load(t.Context(), "abcde"), "25")
	inner.Wait()
}

func TestMapPassesErrorsOn(t *testing.T) {
	down := errors.New("down")
	inner := loaders.NewEach(func(context.Context, int) (int, error) { return 0, down }, loaders.Options{})
	l := loaders.Map[int, int, int](inner, nil, func(int) (string, error) {
		t.Error("value called for an error")
		return "", nil
	}, nil)
	if _, err := l.Load(t.Context(), 1)(); err != down {
		t.Errorf("got %v, want %v", err, down)
	}
	if _, errs := l.LoadMany(t.Context(), []int{1})(); !slices.Equal(errs, []error{down}) {
		t.Errorf("got %v, want %v", errs, down)
	}
	inner.Wait()
}

func TestMapWithoutFunctions(t *testing.T) {
	var u upstream
	inner := loaders.NewEach(u.each, loaders.Options{})
	same := loaders.Map[int, int, int, int](inner, nil, nil, nil)
	want(t, same.Load(t.Context(), 3), 9)
	want(t, same.Prime(t.Context(), 4, -4).Load(t.Context(), 4), -4)

	text := func(v int) (string, error) { return strconv.Itoa(v), nil }
	unprimed := loaders.Map[int, int, int](inner, nil, text, nil)
	want(t, unprimed.Prime(t.Context(), 5, "-5").Load(t.Context(), 5), "25")

	for name, make := range map[string]func(){
		"key function from string to int":   func() { loaders.Map[int, int, string, int](inner, nil, nil, nil) },
		"value function from int to string": func() { loaders.Map[int, int, int, string](inner, nil, nil, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if text := fmt.Sprint(recover()); !strings.Contains(text, name) {
					t.Errorf("got panic %q, want one that names the %s", text, name)
				}
			}()
			make()
		})
	}
	inner.Wait()
}
