package persisted

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"time"
)

// Options say how manifests are looked after. The zero Options are good.
type Options struct {
	// Poll is how often a URL is asked, at most, more or less a tenth; 0 = 1 min.
	Poll time.Duration

	// MaxBytes bounds one manifest; 0 = 64 MiB.
	MaxBytes int64

	// Client fetches from URLs; nil: one of its own. Redirections that leave https end in an error with either.
	Client *http.Client

	// Logger receives what an operator should look at. Nil means slog.Default().
	Logger *slog.Logger
}

func (o Options) withDefaults() Options {
	o.Poll = cmp.Or(o.Poll, time.Minute)
	o.MaxBytes = cmp.Or(o.MaxBytes, 64<<20)
	o.Logger = cmp.Or(o.Logger, slog.Default())
	client := http.Client{Timeout: 10 * time.Second}
	if o.Client != nil {
		client = *o.Client
	}
	client.CheckRedirect = checkRedirect
	o.Client = &client
	return o
}

// Manifests are those of some locations. One goroutine at a time may use them.
type Manifests struct {
	options   Options
	locations []location
	known     map[string]*manifest // by path, or by the text of a location that is a URL
	listings  map[string]listing   // of the locations of files, by their texts
	logged    map[string]string    // by path or location: the problem that was logged last, while it lasts
	next      time.Time            // when URLs are asked next
	changed   bool                 // since they were merged last
}

// listing is which files a location has: paths are those that count, pending those that were there at the last look.
type listing struct{ paths, pending []string }

// manifest is what is known of a file or of a URL.
type manifest struct {
	stamp      stamp  // of a file: what it looked like when it was read; nil: it was not
	pending    stamp  // of a file: what it looked like at the last look
	tag        string // of a URL: the entity tag of what was taken
	sum        [sha256.Size]byte
	operations []Operation // what it said when it was good last
}

// NewManifests returns the manifests of locations: files, folders, patterns as [path/filepath.Glob] has them, and https URLs. It
// reads none. The error is about how a location is written, and holds no secret.
func NewManifests(locations []string, o Options) (*Manifests, error) {
	m := &Manifests{
		options: o.withDefaults(), known: map[string]*manifest{}, listings: map[string]listing{}, logged: map[string]string{},
	}
	var problems []error
	for _, text := range locations {
		at, err := parseLocation(text)
		m.locations, problems = append(m.locations, at), append(problems, err)
	}
	return m, errors.Join(problems...)
}

// Load reads all manifests and returns what they say together: each id once, in the order of locations, of paths, and of entries. The
// error joins one for each that is missing or bad, and for each id that has different texts.
func (m *Manifests) Load(ctx context.Context) ([]Operation, error) {
	l := look{Manifests: m, first: true, urls: true}
	l.all(ctx)
	if len(l.problems) > 0 {
		var all []error
		for _, where := range slices.Sorted(maps.Keys(l.problems)) {
			all = append(all, l.problems[where])
		}
		return nil, errors.Join(all...)
	}
	m.changed = false
	return m.merged()
}

// Look looks whether the manifests have changed, as somebody should every few seconds. When they say something else than before, it
// calls apply with what they say together. A file counts as changed when it is the same at two looks: one that is being written is left
// alone. URLs are asked when it is time. What is bad, missing or contradictory is logged, and so is the error of apply: then what was
// applied before stays. When ctx ends, so does the look, with nothing applied.
func (m *Manifests) Look(ctx context.Context, apply func([]Operation) error) {
	l := look{Manifests: m, urls: time.Now().After(m.next)}
	l.all(ctx)
	if ctx.Err() != nil {
		return
	}
	m.logNew(l.problems)
	if m.changed {
		m.changed = false
		m.apply(apply)
	}
}

// apply hands on what all manifests say. It is not tried again before something changes: the same would be refused again.
func (m *Manifests) apply(apply func([]Operation) error) {
	operations, err := m.merged()
	if err == nil {
		err = apply(operations)
	}
	if err != nil {
		m.options.Logger.Error("persisted: the changed manifests cannot be used; the operations from before stay", "error", err)
	}
}

// logNew logs each problem when it is new: one that lasts is not logged with every look, and one that comes back is.
func (m *Manifests) logNew(problems map[string]error) {
	for where, err := range problems {
		if m.logged[where] != err.Error() {
			m.logged[where] = err.Error()
			m.options.Logger.Error("persisted: a manifest is bad or missing; what it said before stays", "error", err)
		}
	}
	maps.DeleteFunc(m.logged, func(where, _ string) bool { return problems[where] == nil })
}

// merged returns what all manifests say. Equal texts become one string, since versions of an app have most of them in common.
func (m *Manifests) merged() ([]Operation, error) {
	var all []Operation
	var problems []error
	at := map[string]int{}
	for _, source := range m.sources() {
		operations := m.known[source].operations
		for i := range operations {
			op := &operations[i]
			first, twice := at[op.ID]
			switch {
			case !twice:
				at[op.ID] = len(all)
				all = append(all, *op)
			case all[first].Text == op.Text:
				op.Text = all[first].Text
			default:
				problems = append(problems, fmt.Errorf("%s: %q has another text in %s", op.Manifest, op.ID, all[first].Manifest))
			}
		}
	}
	return all, errors.Join(problems...)
}

// sources are the paths and URLs of all manifests, each once.
func (m *Manifests) sources() []string {
	var all []string
	seen := map[string]bool{}
	for _, at := range m.locations {
		sources := m.listings[at.text].paths
		if at.url != nil {
			sources = []string{at.text}
		}
		for _, s := range sources {
			if !seen[s] && m.known[s] != nil {
				all = append(all, s)
			}
			seen[s] = true
		}
	}
	return all
}
