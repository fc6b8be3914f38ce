package samples_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/graph/binding"
	"weft/graph/samples"
	"weft/graph/schedule"
)

var (
	things = binding.New(binding.Spec{Name: "Query.things", Origin: binding.Origin{Upstream: "a", Single: &binding.Call{Template: "/things"}}, Result: binding.Result{List: true}})
	prices = binding.New(binding.Spec{
		Name: "Price", Vars: []binding.Var{{Name: "id", Type: &binding.Type{Scalar: "ID"}}}, Entity: true,
		Origin: binding.Origin{
			Upstream: "a", Single: &binding.Call{Template: "/prices/{id}"},
			Batch: &binding.Batch{Call: binding.Call{Template: "/prices{?id*}", At: "/prices"}, Keys: "id", Map: true},
		},
	})
)

// writing is a Writer into a folder of its own, with all that it needs.
type writing struct {
	*samples.Writer

	dir   string
	log   *bytes.Buffer
	tasks *schedule.Scheduler
}

func newWriting(t *testing.T, o samples.Options) writing {
	t.Helper()
	w := writing{dir: filepath.Join(t.TempDir(), "of", "mine"), log: new(bytes.Buffer), tasks: schedule.New(schedule.Options{})}
	o.Dir, o.Schedule, o.Logger = w.dir, w.tasks, slog.New(slog.NewTextHandler(w.log, nil))
	var err error
	if w.Writer, err = samples.New(o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.tasks.Close(context.Background()) })
	return w
}

// end writes all that waits, and returns the files.
func (w writing) end(t *testing.T) map[string]string {
	t.Helper()
	w.tasks.Close(context.Background())
	w.Close()
	files := map[string]string{}
	entries, err := os.ReadDir(w.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(w.dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = strings.Join(strings.Fields(string(text)), " ")
	}
	return files
}

// Each binding has its file, and its batch has another one, whose map has no key that was asked for.
func TestFiles(t *testing.T) {
	w := newWriting(t, samples.Options{})
	w.Add(things, things.ForOne(), []byte(`[{"a": "secret"}]`))
	w.Add(prices, prices.ForOne(), []byte(`{"amount": 17}`))
	w.Add(prices, prices.ForMany(), []byte(`{"prices": {"secret": {"amount": 17}, "sku-2": {"amount": null}}}`))
	w.Add(things, things.ForOne(), nil)
	w.Add(things, things.ForOne(), []byte(`<html>`))
	want := map[string]string{
		"Query.things.json": `[ { "a": "text" } ]`, "Price.json": `{ "amount": 1 }`,
		"Price.batch.json": `{ "prices": { "1": { "amount": 1 }, "2": { "amount": null } } }`,
	}
	if diff := cmp.Diff(want, w.end(t)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !strings.Contains(w.log.String(), "for development") {
		t.Errorf("logged %s", w.log)
	}
}

// What is there stays, whoever has written it; a file that is no JSON is left alone, and told once.
func TestExistingFiles(t *testing.T) {
	w := newWriting(t, samples.Options{Values: []string{"b"}})
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("Query.things.json", `[{"a": "mine"}]`)
	write("Price.json", `{{`)
	w.Add(things, things.ForOne(), []byte(`[{"a": "x"}, {"a": "x", "b": "kept"}]`))
	for range 3 {
		w.Add(prices, prices.ForOne(), []byte(`{"amount": 17}`))
	}
	if diff := cmp.Diff(map[string]string{"Query.things.json": `[ { "a": "mine" }, { "a": "text", "b": "kept" } ]`, "Price.json": `{{`}, w.end(t)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n := strings.Count(w.log.String(), "cannot be written"); n != 1 {
		t.Errorf("it is told %d times, want once: %s", n, w.log)
	}
	if !strings.Contains(w.log.String(), "members=[b]") {
		t.Errorf("logged %s", w.log)
	}
}

// A sample that would be too large stays as it was.
func TestTooLarge(t *testing.T) {
	w := newWriting(t, samples.Options{Values: []string{"a"}})
	w.Add(things, things.ForOne(), []byte(`[{"a": "`+strings.Repeat("x", 300<<10)+`"}]`))
	w.Add(prices, prices.ForOne(), []byte(`{"a": "`+strings.Repeat("x", 2<<20)+`"}`))
	if got := w.end(t); len(got) > 0 || !strings.Contains(w.log.String(), "as large as one may be") {
		t.Errorf("got %d files, and logged %s", len(got), w.log)
	}
}

// While nothing is looked at, a few answers wait, and the others are dropped.
func TestBusy(t *testing.T) {
	w := newWriting(t, samples.Options{})
	w.tasks.Stop()
	for i := range 100 {
		w.Add(things, things.ForOne(), fmt.Appendf(nil, `[{"a%d": 1}]`, i))
	}
	if got, want := w.end(t)["Query.things.json"], `[ { "a0": 1 }, { "a1": 1 }, { "a2": 1 }, { "a3": 1 } ]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Of answers that show nothing new fewer and fewer are looked at.
func TestSeldom(t *testing.T) {
	w := newWriting(t, samples.Options{})
	looked := 0
	for range 1000 {
		body := []byte(`[{"a": "x"}]`)
		w.Add(things, things.ForOne(), body)
		for w.tasks.Stats().Running+w.tasks.Stats().Waiting > 0 {
			runtime.Gosched()
		}
		looked = int(w.tasks.Stats().Tasks)
	}
	if looked < 2 || looked > 20 {
		t.Errorf("%d of 1000 were looked at, want few", looked)
	}
	w.end(t)
}

// A folder that cannot be made is an error at the start.
func TestNoFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := samples.New(samples.Options{Dir: file}); err == nil || !strings.Contains(err.Error(), "record: ") {
		t.Errorf("got %v, want an error", err)
	}
}
