package limit

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"
	"unsafe"

	"github.com/vektah/gqlparser/v2/validator/rules"

	"weft/graph/coercion"
)

var searchFlag = flag.Duration("search", 0, "how long TestWorstDocument looks for documents that cost more; 0: it begins with a few attacks, and changes them 20 times")

// TestWorstDocument looks for the document within all limits that takes most of a processor to be parsed, checked and validated, its
// literals coerced. It begins with the attacks, each as large as it may be, and then joins and changes those that were worst. What it
// finds is in its log:
//
//	go test ./graph/limit -run TestWorstDocument -v -search 1m
//
// Nothing here depends on time but what it reports: every document that it tries is either refused, or valid or not after a bounded number
// of steps.
func TestWorstDocument(t *testing.T) {
	s := &search{r: rand.New(rand.NewPCG(1, uint64(*searchFlag))), largest: map[string]int{}}
	for i, a := range attacks {
		if *searchFlag == 0 && i%8 != 2 {
			continue
		}
		s.largest[a.name] = Document{}.largest(a)
		s.try(recipe{{a, s.largest[a.name]}})
	}
	begun := time.Now()
	for n := 0; *searchFlag == 0 && n < 20 || time.Since(begun) < *searchFlag; n++ {
		s.try(s.mutant())
	}
	for _, c := range s.best {
		t.Logf("%6.2f ms  %s", float64(c.took.Microseconds())/1000, c.recipe)
	}
}

// ingredient is an attack of a size.
type ingredient struct {
	attack
	n int
}

// recipe is a document of several attacks, one operation for each.
type recipe []ingredient

func (r recipe) String() string {
	var parts []string
	for _, i := range r {
		parts = append(parts, fmt.Sprintf("%s(%d)", i.name, i.n))
	}
	return strings.Join(parts, " + ")
}

// text is the document. Operations and fragments of each attack have names of their own.
func (r recipe) text() string {
	if len(r) == 1 {
		return r[0].text(r[0].n)
	}
	var b strings.Builder
	for k, i := range r {
		text := i.text(i.n)
		if strings.HasPrefix(text, "{") {
			text = fmt.Sprintf("query O%d", k) + text
		}
		text = strings.NewReplacer("query(", fmt.Sprintf("query O%d(", k), "query Q", fmt.Sprintf("query Q%d_", k)).Replace(text)
		for _, name := range []string{"F", "G", "S"} {
			text = strings.NewReplacer("..."+name, fmt.Sprintf("...%s%d_", name, k), "fragment "+name, fmt.Sprintf("fragment %s%d_", name, k)).Replace(text)
		}
		b.WriteString(text + "\n")
	}
	return b.String()
}

// candidate is a document, and what it took.
type candidate struct {
	recipe
	took time.Duration
}

// search keeps the worst documents, the worst first.
type search struct {
	r       *rand.Rand
	best    []candidate
	largest map[string]int // the sizes of attacks, by name, that are just not refused
}

const (
	kept         = 12
	measurements = 5 // of which the fastest counts
)

// processorTime is what the calling thread has had of a processor. Getrusage would say what it had at the last tick.
func processorTime() time.Duration {
	const threadTime = 3 // CLOCK_THREAD_CPUTIME_ID
	var t syscall.Timespec
	if _, _, failed := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, threadTime, uintptr(unsafe.Pointer(&t)), 0); failed != 0 {
		panic(failed)
	}
	return time.Duration(t.Nano())
}

// measure is how long a document takes of a processor; false: it is refused.
func measure(text string) (took time.Duration, within bool) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if !utf8.ValidString(text) { // no request has it
		return 0, false
	}
	runtime.GC() // of what others have left
	var l Document
	all := rules.NewDefaultRules() // and what an engine adds to them
	all.AddRule("LiteralsFit", coercion.Schema{}.LiteralsFit)
	all.AddRule("StringsAreWhole", coercion.StringsAreWhole)
	for range measurements {
		begun := processorTime()
		doc, err := l.Parse(text)
		if err != nil || l.Check(aboutAttacks, doc) != nil {
			return 0, false
		}
		Validate(attackSchema, doc, all)
		if once := processorTime() - begun; took == 0 || once < took {
			took = once
		}
	}
	return took, true
}

// try measures a document and keeps it if it is among the worst.
func (s *search) try(r recipe) {
	text := r.text()
	if len(text) > 1<<20 { // a request's body may have no more
		return
	}
	took, within := measure(text)
	if !within {
		return
	}
	at := len(s.best)
	for at > 0 && s.best[at-1].took < took {
		at--
	}
	s.best = append(s.best[:at], append([]candidate{{r, took}}, s.best[at:]...)...)
	s.best = s.best[:min(len(s.best), kept)]
}

// mutant changes one of the worst documents: the sizes of its parts, or the parts.
func (s *search) mutant() recipe {
	parent := s.best[s.r.IntN(len(s.best))].recipe
	child := append(recipe{}, parent...)
	switch s.r.IntN(3) {
	case 0:
		other := attacks[s.r.IntN(len(attacks))]
		child = append(child, ingredient{other, 1 + s.r.IntN(max(s.largest[other.name], 1))})
		fallthrough
	default:
		for i := range child {
			child[i].n = max(1, child[i].n*(50+s.r.IntN(80))/100)
		}
	}
	if len(child) > 3 {
		child = child[1:]
	}
	return child
}
