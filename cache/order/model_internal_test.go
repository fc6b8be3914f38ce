package order

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"weft/cache"
)

// unit is how long a step of time takes here. What takes less is done when it is due next.
const unit = 500 * time.Millisecond

// after are the lengths of arms, in units: that of a write, and those of one whose outcome nobody knows.
const (
	armFor     = 2
	armAgain   = 2
	armAgain2  = 5
	resolvesIn = 1 // a write is answered, or given up
)

func at(now int) cache.Instant { return cache.Instant(1).Add(time.Duration(now) * unit) }

// A world is two replicas or three, a log, what is kept beside it, and a service, whose one value is changed by writes: it consists of
// those that the service has committed. All values have one tag.
type world struct {
	settings
	now      int
	log      []cache.Record
	lost     uint64 // how often its tail was; IDs after that are others
	refuses  int    // since when Redis takes no writes; 0: it does
	replicas []replica
	writes   []write
	kept     stored // in Redis
	before   *world
	step     string // by which it has come to be
}

// settings are what a world may do.
type settings struct {
	refuse  bool // no write is sent unarmed
	faults  int  // that may still happen
	fetches int
	tame    bool
}

type value struct {
	there, valid bool
	commits      uint8 // the writes that it knows of
	asked        cache.Instant
	position     cache.ID
}

// stored is a value beyond the replicas.
type stored struct {
	there    bool
	commits  uint8
	position cache.ID
}

type replica struct {
	Replica
	position        cache.ID // the last record that was heard
	cut, dead, deaf bool     // deaf: it writes, and reads nothing
	stalled         bool     // stopped, with a reading under way:
	began           cache.Instant
	snapshot        []cache.Record
	memory, whole   value // as it came, and as a part of another one, which was asked for later
	way             value // on its way here
	held            []cache.ID
	unheard         cache.ID // what it has added itself
	late            bool     // an invalidation is to be added
	again           []int    // when what it gave up is invalid here once more
	walked          bool     // it has made something of what it has, at this moment
}

type phase uint8

const (
	idle phase = iota
	armed
	unarmed
	sent
	answered
	unknown
	refused
)

type write struct {
	phase
	arm       cache.ID // zero: it has none
	sentAt    int
	commit    int // when the service did; 0: not yet
	ended     int // when its outcome was known, or given up
	told      bool
	forgotten bool
	gone      cache.ID // what was lost of the log since it began; zero: nothing that nobody has noticed
}

func newWorld(n, writes int, s settings) *world {
	w := &world{settings: s, now: 1, log: []cache.Record{{ID: cache.ID{Milli: 1}, All: true}}, writes: make([]write, writes)}
	w.kept = stored{there: true, position: cache.ID{Milli: 1}}
	for range n {
		r := replica{position: cache.ID{Milli: 1}}
		r.Chance = func(most time.Duration) time.Duration { return most - 1 }
		r.Replica.read, r.written, r.beat = at(1), at(1), at(2)
		r.memory = value{there: true, valid: true, asked: at(1), position: r.position}
		w.replicas = append(w.replicas, r)
	}
	return w
}

// after returns what a world has become after some steps.
func (w *world) after(steps string) *world {
	for step := range strings.SplitSeq(steps, ", ") {
		if step == "" {
			continue
		}
		all := w.next()
		i := slices.IndexFunc(all, func(c *world) bool { return c.step == step })
		w = all[i]
	}
	return w
}

func (w *world) clone(what string) *world {
	c := *w
	c.log = slices.Clone(w.log)
	c.writes = slices.Clone(w.writes)
	c.replicas = slices.Clone(w.replicas)
	for i := range c.replicas {
		r := &c.replicas[i]
		r.arms, r.held, r.again = slices.Clone(r.arms), slices.Clone(r.held), slices.Clone(r.again)
	}
	c.before, c.step = w, what
	return &c
}

// add adds records to the log, for a replica, and reports whether they are there.
func (w *world) add(r *replica, records ...cache.Record) bool {
	if r.cut || w.refuses > 0 {
		return false
	}
	for _, record := range records {
		record.ID = cache.ID{Milli: uint64(len(w.log)) + 1, Seq: w.lost}
		w.log = append(w.log, record)
		r.unheard = record.ID
		r.Wrote(at(w.now), at(w.now), record)
	}
	return true
}

func (r *replica) forget() {
	r.memory.valid, r.whole.valid, r.way.valid = false, false, false
}

func (r *replica) fire(fired []Fired) {
	for _, f := range fired {
		r.forget()
		if !slices.Contains(r.held, f.ID) {
			r.held = append(r.held, f.ID)
		}
	}
}

// hear has a replica hear a reading of the log that was begun at some moment.
func (w *world) hear(r *replica, began cache.Instant, log []cache.Record) {
	i := slices.IndexFunc(log, func(record cache.Record) bool { return record.ID == r.position })
	own := r.unheard == cache.ID{} || r.unheard.Compare(r.position) <= 0 || slices.ContainsFunc(log, func(record cache.Record) bool { return record.ID == r.unheard })
	if i < 0 || !own {
		r.Lost()
		r.forget()
		r.unheard = cache.ID{}
		if w.add(r, cache.Record{All: true}) {
			r.position = w.log[len(w.log)-1].ID
			r.held = nil
			_, add := r.Tick(at(w.now)) // long before a unit is over
			w.add(r, add...)
			for k := range w.writes {
				w.writes[k].gone = cache.ID{}
			}
		}
		return
	}
	news := log[i+1:]
	for _, record := range news {
		if record.All || record.After == 0 && len(record.Tags) > 0 {
			r.forget()
		}
		r.position = record.ID
	}
	fired, ended := r.Read(began, at(w.now), news, true)
	r.fire(fired)
	r.held = slices.DeleteFunc(r.held, func(id cache.ID) bool { return slices.Contains(ended, id) })
}

// work is what a replica does all the time: it adds what is due, and reads the log.
func (w *world) work(r *replica) {
	if r.dead || r.stalled {
		return
	}
	fired, add := r.Tick(at(w.now))
	r.fire(fired)
	if r.late && w.add(r, cache.Record{Tags: []string{"t"}}) {
		r.late = false
	}
	w.add(r, add...)
	for len(r.again) > 0 && r.again[0] <= w.now {
		r.forget()
		r.again = r.again[1:]
	}
	if !r.cut && !r.deaf {
		w.hear(r, at(w.now), w.log)
	}
}

// servesRemote reports whether a replica takes what Redis keeps, having read the log with it.
func (w *world) servesRemote(r *replica) bool {
	if r.cut || r.deaf || !w.kept.there {
		return false
	}
	w.hear(r, at(w.now), w.log)
	if at(w.now) >= r.Trusted() || len(r.held) > 0 || r.late || r.unheard.Compare(r.position) > 0 {
		return false
	}
	return w.valid(r, w.kept.position)
}

// valid reports whether what was noted at a position is, as far as a replica has heard.
func (w *world) valid(r *replica, position cache.ID) bool {
	there := false
	for _, record := range w.log {
		there = there || record.ID == position
		if record.ID.Compare(position) > 0 && record.ID.Compare(r.position) <= 0 && (record.All || record.After == 0 && len(record.Tags) > 0) {
			return false
		}
	}
	return there
}

// next returns the worlds that this one may become.
func (w *world) next() (all []*world) {
	do := func(what string, change func(w *world)) {
		c := w.clone(what)
		change(c)
		c.forget()
		all = append(all, c)
	}
	for i := range w.replicas {
		if r := w.replicas[i]; !r.dead && !r.stalled {
			w.reads(do, i)
		}
	}
	for i := range w.writes {
		w.steps(do, i)
	}
	if w.faults > 0 && !w.tame {
		w.troubles(do)
	}
	w.repairs(do)
	if w.due() {
		return all
	}
	do("time", (*world).pass)
	return all
}

// pass lets a unit of time pass.
func (w *world) pass() {
	for i := range w.replicas {
		w.work(&w.replicas[i])
	}
	for i := range w.replicas { // what the others have added meanwhile
		r := &w.replicas[i]
		if !r.dead && !r.stalled && !r.cut && !r.deaf {
			w.hear(r, at(w.now), w.log)
		}
		r.walked = false
	}
	w.now++
}

// due reports whether something has to be done before time goes on.
func (w *world) due() bool {
	for i, m := range w.writes {
		r := w.replicas[w.writer(i)]
		if m.phase == sent && w.now-m.sentAt >= resolvesIn && !r.dead && !r.stalled {
			return true
		}
	}
	return false
}

func (w *world) writer(i int) int { return i % len(w.replicas) }

// reads are what a replica does for those who read.
func (w *world) reads(do func(string, func(*world)), i int) {
	r := w.replicas[i]
	if !r.way.there && w.fetches > 0 {
		do(fmt.Sprint("fetch ", i), func(w *world) {
			w.fetches--
			w.replicas[i].way = value{there: true, valid: true, commits: w.committed(), asked: at(w.now), position: r.position}
		})
	}
	if r.way.there {
		do(fmt.Sprint("keep ", i), func(w *world) {
			r := &w.replicas[i]
			if r.way.valid {
				r.memory = r.way
				if !r.cut && w.refuses == 0 && at(w.now) < r.Trusted() && len(r.held) == 0 && !r.late && r.unheard.Compare(r.position) <= 0 && w.valid(r, r.way.position) {
					w.kept = stored{true, r.way.commits, r.way.position}
				}
			}
			r.way = value{}
		})
	}
	if r.walked {
		return
	}
	if w.kept.there && (!r.memory.there || !r.memory.valid) {
		do(fmt.Sprint("from Redis ", i), func(w *world) {
			r := &w.replicas[i]
			r.walked = true
			if w.servesRemote(r) {
				r.memory = value{there: true, valid: true, commits: w.kept.commits, asked: r.Known()}
			}
		})
	}
	if w.serves(&r, &r.memory) {
		do(fmt.Sprint("part ", i), func(w *world) {
			r := &w.replicas[i]
			r.walked = true
			r.whole = r.memory
			r.whole.asked = at(w.now)
		})
	}
}

func (w *world) committed() (commits uint8) {
	for i, m := range w.writes {
		if m.commit > 0 {
			commits |= 1 << i
		}
	}
	return commits
}

// serves reports whether a replica serves a value of its memory.
func (w *world) serves(r *replica, v *value) bool {
	now := at(w.now)
	return v.there && v.valid && (now < r.Trusted() || now < v.asked.Add(time.Second))
}

// steps are those of a write.
func (w *world) steps(do func(string, func(*world)), i int) {
	m, who := w.writes[i], w.writer(i)
	gone := w.replicas[who].dead || w.replicas[who].stalled
	step := func(what string, change func(w *world, m *write, r *replica)) {
		do(fmt.Sprint(what, " ", i), func(w *world) { change(w, &w.writes[i], &w.replicas[who]) })
	}
	if m.commit == 0 && m.sentAt > 0 && (m.phase == sent || m.phase == unknown) && w.now-m.sentAt <= armFor {
		step("commit", func(w *world, m *write, _ *replica) { m.commit = w.now })
	}
	if gone {
		return
	}
	switch m.phase {
	case idle:
		arm := func(w *world, m *write, r *replica) {
			m.phase = unarmed
			if w.add(r, cache.Record{Tags: []string{"t"}, After: armFor * unit}) {
				m.phase, m.arm = armed, w.log[len(w.log)-1].ID
			}
		}
		step("arm", arm)
		if w.faults > 0 && !w.tame {
			step("arm, and not know", func(w *world, m *write, r *replica) {
				w.faults--
				arm(w, m, r)
				m.phase = unarmed
			})
		}
	case armed, unarmed:
		step("send", func(w *world, m *write, _ *replica) {
			if m.phase == unarmed && w.refuse {
				m.phase = refused
				return
			}
			m.phase, m.sentAt = sent, w.now
		})
	case sent:
		end := func(w *world, m *write, r *replica, then phase, again ...int) {
			m.phase, m.ended = then, w.now
			r.forget()
			records := []cache.Record{{Ends: m.arm, Tags: []string{"t"}}}
			for _, n := range again {
				records = append(records, cache.Record{Tags: []string{"t"}, After: time.Duration(n) * unit})
				r.again = append(r.again, w.now+n)
			}
			m.told = w.add(r, records...)
			r.late = r.late || !m.told
		}
		if m.commit > 0 {
			step("answer", func(w *world, m *write, r *replica) { end(w, m, r, answered) })
		}
		if w.faults > 0 && !w.tame {
			step("give up", func(w *world, m *write, r *replica) {
				w.faults--
				end(w, m, r, unknown, armAgain, armAgain2)
			})
		}
	}
}

// troubles are what may happen to all but those who read and write.
func (w *world) troubles(do func(string, func(*world))) {
	fault := func(what string, change func(w *world)) {
		do(what, func(w *world) {
			w.faults--
			change(w)
		})
	}
	for i, r := range w.replicas {
		if r.dead || r.stalled {
			continue
		}
		if !r.cut {
			fault(fmt.Sprint("cut ", i), func(w *world) { w.replicas[i].cut = true })
		}
		if !r.deaf {
			fault(fmt.Sprint("deafen ", i), func(w *world) { w.replicas[i].deaf = true })
		}
		fault(fmt.Sprint("stop ", i), func(w *world) {
			r := &w.replicas[i]
			r.stalled, r.began, r.snapshot = true, at(w.now), nil
			if !r.cut {
				r.snapshot = slices.Clone(w.log)
			}
		})
		if i == 0 {
			fault("kill 0", func(w *world) { w.replicas[0].dead = true })
		}
	}
	if w.refuses == 0 {
		fault("refuse", func(w *world) { w.refuses = w.now })
	}
	for n := 1; n <= 3 && n < len(w.log); n++ {
		fault(fmt.Sprint("lose ", n), func(w *world) { w.lose(n) })
	}
}

// lose takes the last records from the log, as a failover does.
func (w *world) lose(n int) {
	gone := w.log[len(w.log)-n].ID
	for i := range w.writes {
		if m := &w.writes[i]; m.phase != idle && m.gone == (cache.ID{}) {
			m.gone = gone
		}
	}
	w.log = w.log[:len(w.log)-n]
	w.lost++
}

// forget notes which writes are forgotten, for now or for good.
func (w *world) forget() {
	for i := range w.writes {
		m := &w.writes[i]
		m.forgotten = m.forgotten || w.forgotten(m)
	}
}

// forgotten reports whether nobody who can tell others will find that what was in the log of a write was lost.
func (w *world) forgotten(m *write) bool {
	knows := func(id cache.ID) bool { return id.Seq <= m.gone.Seq && id.Milli >= m.gone.Milli }
	return m.gone != cache.ID{} && !slices.ContainsFunc(w.replicas, func(r replica) bool {
		return !r.dead && !r.cut && !r.deaf && !r.stalled && (knows(r.position) || knows(r.unheard))
	})
}

// repairs end what troubles have begun.
func (w *world) repairs(do func(string, func(*world))) {
	for i, r := range w.replicas {
		if r.dead {
			continue
		}
		if r.stalled {
			do(fmt.Sprint("go on ", i), func(w *world) { w.goOn(&w.replicas[i]) })
		} else if r.cut || r.deaf {
			do(fmt.Sprint("heal ", i), func(w *world) { w.replicas[i].cut, w.replicas[i].deaf = false, false })
		}
	}
	if w.refuses > 0 {
		do("accept", func(w *world) { w.refuses = 0 })
	}
}

// goOn has a replica go on that was stopped: it hears the reading that was under way.
func (w *world) goOn(r *replica) {
	if r.stalled = false; r.snapshot != nil {
		w.hear(r, r.began, r.snapshot)
	}
	r.snapshot = nil
}

// repair ends all faults.
func (w *world) repair() {
	w.refuses = 0
	for i := range w.replicas {
		r := &w.replicas[i]
		r.cut, r.deaf = false, false
		if r.stalled && !r.dead {
			w.goOn(r)
		}
	}
}

// check returns what is served that should not be, and, where nothing fails, what should be and is not.
func (w *world) check() string {
	for i := range w.replicas {
		r := &w.replicas[i]
		if r.dead || r.stalled {
			continue
		}
		if w.tame && at(w.now-1) >= r.Trusted() { // logs are read less often here than in truth
			return fmt.Sprintf("replica %d trusts nothing, though nothing fails", i)
		}
		for _, v := range []*value{&r.memory, &r.whole} {
			if !w.serves(r, v) {
				continue
			}
			for k, m := range w.writes {
				if m.commit == 0 || v.commits&(1<<k) != 0 {
					continue
				}
				since, most, bounded := w.promise(m)
				if since > 0 && bounded && w.now-since > most {
					return fmt.Sprintf("replica %d serves a value %d units after write %d, %d are promised", i, w.now-since, k, most)
				}
			}
		}
	}
	return ""
}

// delay is how long a record takes to a replica that nothing is wrong with: less than a unit, and one more is begun.
const delay = 1

// promise is the table of package cache, in units: since when a value may be served without a write, and how long.
func (w *world) promise(m write) (since, most int, bounded bool) {
	const (
		trust    = 5 // 1.5 s, and a second for what was asked for last
		unheard  = trust + delay
		settling = delay + 1 // and what is added within a unit
	)
	clean := w.tame
	switch {
	case m.phase == answered && m.told && clean:
		return m.ended, delay, true
	case m.forgotten:
		return 0, 0, false
	case m.phase == sent && !w.replicas[0].dead:
		return 0, 0, false // whoever has sent it has no answer
	case m.told && m.phase == answered:
		return m.ended, unheard, true
	case m.told:
		return max(m.commit, m.ended), max(unheard, armAgain2-armAgain+settling), true
	case m.arm != cache.ID{}:
		return m.commit, max(unheard, armFor+settling), true
	case w.refuses > 0 && w.refuses <= m.commit:
		return m.commit, unheard, true
	}
	return 0, 0, w.refuse // unarmed: the answer says so
}

// key is what tells worlds apart that differ in what may become of them. IDs count from the end of the log, and moments from now.
func (w *world) key() string {
	k := keyWriter{w: w, b: make([]byte, 0, 256)}
	k.ints(w.faults, w.fetches, k.ago(w.refuses))
	k.bools(w.kept.there)
	k.ints(int(w.kept.commits))
	k.id(w.kept.position)
	first := w.kept.position
	for _, r := range w.replicas {
		if !r.dead {
			first = lesser(first, r.position)
		}
	}
	for _, record := range w.log {
		if record.ID.Compare(first) > 0 {
			k.id(record.ID)
			k.bools(len(record.Tags) > 0, record.All)
			k.ints(int(record.After / unit))
			k.id(record.Ends)
		}
	}
	for i := range w.replicas {
		k.replica(&w.replicas[i])
	}
	for _, m := range w.writes {
		k.ints(int(m.phase), k.ago(m.sentAt), k.ago(m.commit), k.ago(m.ended))
		k.id(m.arm)
		k.bools(m.told, m.forgotten)
		k.id(m.gone)
	}
	return string(k.b)
}

func lesser(i, j cache.ID) cache.ID {
	if i == (cache.ID{}) || j.Compare(i) < 0 {
		return j
	}
	return i
}

type keyWriter struct {
	w *world
	b []byte
}

func (k *keyWriter) ints(all ...int) {
	for _, n := range all {
		k.b = append(k.b, byte(n))
	}
}

func (k *keyWriter) bools(all ...bool) {
	var bits byte
	for i, is := range all {
		if is {
			bits |= 1 << i
		}
	}
	k.b = append(k.b, bits)
}

func (k *keyWriter) id(id cache.ID) {
	if id == (cache.ID{}) {
		k.ints(255)
		return
	}
	k.ints(len(k.w.log)-int(id.Milli), int(k.w.lost-id.Seq))
}

func (k *keyWriter) ago(unit int) int {
	if unit == 0 {
		return 255
	}
	return min(k.w.now-unit, 12)
}

func (k *keyWriter) moments(all ...cache.Instant) {
	for _, i := range all {
		if i == 0 {
			k.ints(255)
		} else {
			k.ints(100 + max(-14, int(i-at(k.w.now))/int(unit/2)))
		}
	}
}

func (k *keyWriter) replica(r *replica) {
	k.bools(r.dead, r.cut, r.deaf, r.stalled, r.late, r.walked, r.snapshot != nil)
	if r.dead {
		return
	}
	k.moments(r.Replica.read, r.written, r.beat, r.began)
	k.id(r.position)
	k.id(r.unheard)
	k.ints(len(r.snapshot), len(r.held), len(r.arms), len(r.again))
	for _, id := range r.held {
		k.id(id)
	}
	for _, a := range r.arms {
		k.id(a.ID)
		k.bools(a.fired, a.lost)
		k.moments(a.due, a.end)
	}
	for _, t := range r.again {
		k.ints(t - k.w.now)
	}
	for _, v := range []value{r.memory, r.whole, r.way} {
		k.bools(v.there && v.valid)
		if v.there && v.valid {
			k.ints(int(v.commits))
			k.moments(v.asked)
			k.id(v.position)
		}
	}
}

// story is how a world has come to be.
func (w *world) story() string {
	var steps []string
	for ; w.before != nil; w = w.before {
		steps = append(steps, w.step)
	}
	slices.Reverse(steps)
	return "\n\t" + strings.Join(steps, "\n\t")
}

// explore goes through all that a world may become in so many steps, breadth first, and through what time alone makes of each. It returns
// how many worlds there are, and the first that breaks the promise.
func explore(w *world, depth int) (worlds int, broken string) {
	seen := map[string]bool{w.key(): true}
	level := []*world{w}
	for range depth {
		var following []*world
		for _, w := range level {
			for _, c := range w.next() {
				key := c.key()
				if seen[key] {
					continue
				}
				seen[key] = true
				following = append(following, c)
				if why := c.outlast(); why != "" {
					return len(seen), why
				}
			}
		}
		level = following
	}
	return len(seen), ""
}

// outlast lets time pass, in which each replica serves what it has, and makes others of it at the last moment; and likewise where all that
// is wrong ends after some time. It returns what is served that should not be.
func (w *world) outlast() string {
	if why := w.check(); why != "" {
		return why + w.story()
	}
	if w.due() {
		return ""
	}
	if w.tame {
		return w.wait(9, -1)
	}
	for _, repaired := range []int{-1, 2, 4, 6} {
		if why := w.wait(12, repaired); why != "" {
			return why
		}
	}
	return ""
}

// wait lets units pass; when some have, all is repaired.
func (w *world) wait(units, repaired int) string {
	c := w.clone("")
	for passed := range units {
		if passed == repaired {
			c.repair()
			c.forget()
		}
		for i := range c.replicas {
			r := &c.replicas[i]
			if !r.dead && !r.stalled && c.serves(r, &r.memory) {
				r.whole = r.memory
				r.whole.asked = at(c.now)
			}
		}
		c.pass()
		c.forget()
		if why := c.check(); why != "" {
			return fmt.Sprintf("%s, %d units after, repaired after %d:%s", why, passed+1, repaired, w.story())
		}
	}
	if w.tame || repaired >= 0 {
		return c.rests(w)
	}
	return ""
}

// rests returns what is left to do where nothing is wrong any more, and nothing has been for a while.
func (w *world) rests(before *world) string {
	under := func(m write) bool { return m.phase == sent }
	if slices.ContainsFunc(w.writes, under) {
		return ""
	}
	for i, r := range w.replicas {
		if !r.dead && (len(r.arms) > 0 || len(r.held) > 0 || r.late) {
			return fmt.Sprintf("replica %d has something armed for ever%s", i, before.story())
		}
	}
	return ""
}

// TestPromise holds that no value is served for longer than the table in package cache's documentation says, whatever happens.
func TestPromise(t *testing.T) {
	more, _ := strconv.Atoi(os.Getenv("WEFT_STEPS"))
	for _, c := range []struct {
		name             string
		replicas, writes int
		depth            int
		settings
		first string // steps
	}{
		{"Nothing fails", 2, 2, 6, settings{fetches: 1, tame: true}, ""},
		{"Proceed", 2, 1, 5, settings{faults: 2, fetches: 1}, ""},
		{"Refuse", 2, 1, 5, settings{faults: 2, fetches: 1, refuse: true}, ""},
		{"Three", 3, 1, 3, settings{faults: 2, fetches: 1}, ""},
		// What takes more steps to come to.
		{"The arm is lost", 2, 1, 5, settings{faults: 2, fetches: 1}, "arm 0, send 0, lose 1"},
		{"Given up, and lost", 2, 1, 5, settings{faults: 2, fetches: 1}, "arm 0, send 0, give up 0, lose 2"},
		{"The log is heard of late", 2, 1, 5, settings{faults: 2, fetches: 1}, "cut 1, time, time, refuse, arm 0, send 0"},
		{"The writer is killed", 3, 1, 4, settings{faults: 2, fetches: 1}, "arm 0, send 0, kill 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			began := time.Now()
			worlds, broken := explore(newWorld(c.replicas, c.writes, c.settings).after(c.first), c.depth+more)
			if broken != "" {
				t.Error(broken)
			}
			t.Logf("%d worlds in %v", worlds, time.Since(began))
		})
	}
}
