package attacks_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"weft/graph/generated"
	"weft/graph/service/processtest"
	"weft/upstream/upstreamtest"
)

var update = flag.Bool("update", false, "write the table of README.md anew")

// attack is one line of the table.
type attack struct {
	number  int // of its kind, from 1 to kindsOfAttacks
	name    string
	environ []string // of the service, beside its upstreams' addresses
	waits   bool     // the service ends it when its time is over
	send    func(t *testing.T, s *service) []answer
	want    string // what is answered: statuses, and codes of first errors, each once and in the order in which they come
}

// kindsOfAttacks is how many kinds there are. Each has a line at least.
const kindsOfAttacks = 47

// mostMemory bounds what the service takes while it is attacked, in bytes.
const mostMemory = 384 << 20

// TestAttacks makes each attack on a service of its own, and compares the table of README.md. Those in which the service waits for
// its limits of time are made together, at the end.
func TestAttacks(t *testing.T) {
	program := processtest.Build(t)
	all := slices.Concat(documents(), bodies(), pages(), floods(), connections(), paths(), upstreams(), callers(), rest())
	slices.SortStableFunc(all, func(a, b attack) int { return a.number - b.number })
	for kind := range kindsOfAttacks {
		if !slices.ContainsFunc(all, func(a attack) bool { return a.number == kind+1 }) {
			t.Errorf("there is no attack of kind %d", kind+1)
		}
	}
	rows := make([]string, len(all))
	t.Run("all", func(t *testing.T) {
		for i, a := range all {
			t.Run(fmt.Sprint(a.number, " ", a.name), func(t *testing.T) {
				if a.waits {
					t.Parallel()
				}
				rows[i] = a.row(t, start(t, program, a.environ))
			})
		}
	})
	compare(t, strings.Join(rows, ""))
}

// row makes an attack, and returns its line of the table.
func (a attack) row(t *testing.T, s *service) string {
	t.Helper()
	before := s.used(t)
	answers := a.send(t, s)
	took := s.used(t).minus(before)
	if got := kinds(answers); got != a.want {
		t.Errorf("got %s, want %s", got, a.want)
	}
	if took.peak > mostMemory {
		t.Errorf("the service took %d MiB, want %d at most", took.peak>>20, mostMemory>>20)
	}
	if next := s.post(t, `{"documentId": "listed"}`); next.status != 200 || next.body != `{"data":{"product":{"name":"fine"}}}` {
		t.Errorf("who comes next gets %d %s", next.status, next.body)
	}
	each := took.processor.Seconds() * 1000 / float64(max(1, len(answers)))
	return fmt.Sprintf("| %d | %s | %d | %s | %.1f | %d |\n", a.number, a.name, len(answers), a.want, each, took.peak>>20)
}

const tableFile = "README.md"

const tableHead = `# Attacks

What is sent to do harm, and what comes of it: see [doc.go](doc.go). The test holds all of a line but its last two columns, and writes
those with ` + "`-update`" + `: milliseconds of a processor for each request, all of the process counted, and the most memory that the
process has had meanwhile. Each attack has a process of its own. Answers are
` + "`application/graphql-response+json`" + `, under which what is refused has a status of its own.

None takes 100 ms. What takes most is the work of an answer, not of a refusal: 7,140 keys, each of another object, of the 8,000
that ` + "`limits.upstreamBytes`" + ` has room for. ` + "`limits.cost`" + ` refuses it before.

| | attack | requests | answers | CPU ms each | peak MiB |
|--:|---|--:|---|--:|--:|
`

// compare compares the table with the file, but for what differs each time; or writes it.
func compare(t *testing.T, table string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(tableFile, []byte(tableHead+table), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	text, err := os.ReadFile(tableFile)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := held(tableHead+table), held(string(text)); !t.Failed() && got != want {
		t.Errorf("%s is old: go test ./graph/acceptance/attacks -update", tableFile)
	}
}

// held is a text without the last two columns of its table.
func held(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if columns := strings.Split(line, " | "); len(columns) == 6 {
			line = strings.Join(columns[:4], " | ")
		}
		b.WriteString(line)
	}
	return b.String()
}

// service is a weft under attack.
type service struct {
	*processtest.Process

	upstream *upstreamtest.Server // all of them
}

// start starts a weft over upstreams of its own, and with one operation in a manifest.
func start(t *testing.T, program string, environ []string) *service {
	t.Helper()
	s := &service{upstream: upstreamtest.New(t)}
	shop(s.upstream)
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), "WEFT_OPERATIONS_MANIFESTS=testdata/listed.json")
	cmd.Env = append(cmd.Env, environ...)
	for _, u := range generated.Upstreams {
		cmd.Env = append(cmd.Env, "WEFT_UPSTREAM_"+strings.ToUpper(u.Name)+"_URL="+s.upstream.URL)
	}
	s.Process = processtest.Start(t, cmd)
	return s
}
