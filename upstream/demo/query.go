package demo

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// number reads an integer of [low, high] from the query; without one it is missing.
func number(q url.Values, name string, missing, low, high int) (int, error) {
	text := q.Get(name)
	if text == "" {
		return missing, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < low || n > high {
		return 0, badInput("%s: got %q, want an integer from %d to %d", name, text, low, high)
	}
	return n, nil
}

// list reads values that are repeated, separated by commas, or both. Empty ones are dropped.
func list(q url.Values, name string) []string {
	var values []string
	for _, v := range q[name] {
		for part := range strings.SplitSeq(v, ",") {
			if part != "" {
				values = append(values, part)
			}
		}
	}
	return values
}

// atMost refuses more values than a batch may have.
func atMost(name string, values []string, most int) error {
	if len(values) > most {
		return badInput("%s: got %d values, want at most %d", name, len(values), most)
	}
	return nil
}

// some refuses a batch without values.
func some(name string, values []string) error {
	if len(values) == 0 {
		return badInput("%s: want at least one value", name)
	}
	return nil
}

// window cuts a page out of all; beyond the end it is empty, never nil.
func window[T any](all []T, offset, limit int) []T {
	offset = min(offset, len(all))
	return all[offset:min(len(all), offset+limit):len(all)]
}

// pages is how many pages of a size hold total items: at least one, which may be empty.
func pages(total, size int) int { return max(1, (total+size-1)/size) }

// pageQuery reads page and per_page, whose default is size.
func pageQuery(r *http.Request, size int) (page, perPage int, err error) {
	q := r.URL.Query()
	if page, err = number(q, "page", 1, 1, 1_000_000); err != nil {
		return 0, 0, err
	}
	perPage, err = number(q, "per_page", size, 1, 100)
	return page, perPage, err
}
