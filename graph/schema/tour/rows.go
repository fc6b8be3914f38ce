package tour

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// tour is one on its way.
type tour struct {
	service service
	table   table
}

// kept are the techniques by which what one request has asked for serves the next one.
const kept = "memory,redis,shared,answers,prefetch"

// techniques adds one after the other: of what follows, nothing is kept.
func (t *tour) techniques(ctx context.Context) error {
	for _, row := range []struct{ name, without string }{
		{"every key by itself, one after another", "batch,dedupe,memo,early,parallel," + kept},
		{"each key once, and batched", "early,parallel," + kept},
		{"and in parallel", kept},
	} {
		r := request{query: window, report: true, without: row.without}
		a, err := t.page(ctx, r)
		if err != nil {
			return err
		}
		t.table.add(Row{Name: row.name, Calls: a.calls(), Took: a.took, Bytes: a.bytes()}, t.service.curl(r))
	}
	return nil
}

// kept asks with all techniques, again, and for less bytes.
func (t *tour) kept(ctx context.Context) error {
	if _, err := t.page(ctx, request{query: window, report: true}); err != nil { // from here on it is kept
		return err
	}
	if err := t.repeated(ctx, "asked again", request{query: window}); err != nil {
		return err
	}
	return t.repeated(ctx, "the same, compressed (zstd)", request{query: window, coding: "zstd"})
}

// unchanged asks by the operation's id for what is there already.
func (t *tour) unchanged(ctx context.Context) error {
	if err := t.service.register(ctx, window); err != nil {
		return err
	}
	first, err := t.service.ask(ctx, request{query: window, byID: true})
	if err != nil {
		return err
	}
	if first.etag == "" {
		return fmt.Errorf("%s: by its id, the operation is answered with %d and without an entity tag: %s", t.service.url, first.status, first.body)
	}
	return t.repeated(ctx, "by its id, and unchanged (304)", request{query: window, byID: true, known: first.etag})
}

// times is how often what makes no calls is asked for: one request is too short to be measured.
const times = 9

// repeated adds a row of requests that are alike, by their median time. How many calls they make a report says of the same request right
// before: the report would be part of the bytes.
func (t *tour) repeated(ctx context.Context, name string, r request) error {
	reported, err := t.page(ctx, request{query: window, report: true})
	if err != nil {
		return err
	}
	answers := make([]*answer, times)
	for i := range answers {
		if answers[i], err = t.service.ask(ctx, r); err != nil {
			return err
		}
		if status := answers[i].status; status != http.StatusOK && (r.known == "" || status != http.StatusNotModified) {
			return fmt.Errorf("%s: %s: answered with %d: %s", t.service.url, name, status, answers[i].body)
		}
	}
	slices.SortFunc(answers, func(a, b *answer) int { return cmp.Compare(a.took, b.took) })
	middle := answers[times/2]
	t.table.add(Row{Name: name, Calls: reported.calls(), Took: middle.took, Bytes: len(middle.body)}, t.service.curl(r))
	return nil
}

// looks is how long a client looks at a page before it asks for the next one, and pages how many it asks for at most until one is there:
// a busy service loads nothing ahead of time.
const (
	looks = time.Second
	pages = 5
)

// ahead asks for one page after the other, until one has been loaded before.
func (t *tour) ahead(ctx context.Context) error {
	after := ""
	for range pages {
		var at struct {
			Products struct{ PageInfo struct{ EndCursor string } }
		}
		a, err := t.page(ctx, request{query: listed(`{ products(first: 20) { pageInfo { endCursor } } }`, after), without: "prefetch"})
		if err != nil {
			return err
		}
		if err := json.Unmarshal(a.data, &at); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(looks):
		}
		after = at.Products.PageInfo.EndCursor
		r := request{query: listed(window, after), report: true}
		if a, err = t.page(ctx, r); err != nil {
			return err
		}
		if a.calls() == 0 && a.report.Avoided.Prefetched > 0 {
			t.table.add(Row{Name: "the next page, prefetched", Took: a.took, Bytes: a.bytes()}, t.service.curl(r))
			return nil
		}
	}
	t.table.note("The service was too busy to load a page ahead of time.")
	return nil
}

// listed is an operation that begins its list of products after a cursor; "": at its beginning.
func listed(query, after string) string {
	if after == "" {
		return query
	}
	return strings.Replace(query, "first: 20", fmt.Sprintf("first: 20, after: %q", after), 1)
}

// broken is the service that fails.
const broken = "pricing"

// failing shows what is left when a service is down: first with its values kept, and then without.
func (t *tour) failing(ctx context.Context) (err error) {
	if possible, err := t.service.breaks(ctx, broken, "down"); !possible {
		t.table.note("This service cannot be broken, so there is nothing to see of failing ones.")
		return err
	}
	defer func() {
		mended, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if _, failed := t.service.breaks(mended, broken, "none"); err == nil {
			err = failed
		}
	}()
	t.table.note("The service of prices is down now. Its prices may be kept for 10 s: wait until they are older.")
	if err := t.old(ctx); err != nil {
		return err
	}
	r := request{query: window, report: true, without: kept}
	a, err := t.service.ask(ctx, r)
	if err != nil {
		return err
	}
	note := fmt.Sprintf("%d prices are null, each with an error; all else is there", len(a.errors))
	t.table.add(Row{Name: broken + " is down, and nothing is kept", Calls: a.calls(), Took: a.took, Bytes: a.bytes(), Note: note}, t.service.curl(r))
	return nil
}

// products is how many the window shows.
const products = 20

// old asks until all prices are older than they may be, and are served all the same, since their service fails.
func (t *tour) old(ctx context.Context) error {
	r := request{query: window, report: true}
	for {
		a, err := t.page(ctx, r)
		if err != nil {
			return err
		}
		if len(a.stale) >= products {
			oldest := slices.MaxFunc(a.stale, func(a, b stale) int { return cmp.Compare(a.Age, b.Age) })
			note := fmt.Sprintf("%d prices are %.0f s old", len(a.stale), oldest.Age)
			t.table.add(Row{Name: broken + " is down, and prices are kept", Calls: a.calls(), Took: a.took, Bytes: a.bytes(), Note: note}, t.service.curl(r))
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(250 * time.Millisecond):
		}
	}
}

// page asks for the page, which has to be whole.
func (t *tour) page(ctx context.Context, r request) (*answer, error) {
	a, err := t.service.ask(ctx, r)
	switch {
	case err != nil:
		return nil, err
	case a.status != http.StatusOK:
		return nil, fmt.Errorf("%s answers with %d: %s", t.service.url, a.status, a.body)
	case len(a.errors) > 0:
		return nil, fmt.Errorf("%s: at %v: %s", t.service.url, a.errors[0].Path, a.errors[0].Message)
	}
	return a, nil
}
