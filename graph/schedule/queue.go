package schedule

import (
	"slices"
	"time"
)

// queue is what waits and what runs. It starts nothing, and is guarded by its scheduler's lock.
type queue struct {
	max     int
	share   func(upstream string) int
	groups  map[any]*group
	lines   map[string]*line // by upstream
	waiting [priorities]int  // tasks
	dropped uint64
	turns   uint64 // given so far
}

// group is the tasks of one kind.
type group struct {
	tasks   Tasks // without keys
	waiting []string
	known   map[string]bool // all that wait or run
	linger  *time.Timer     // runs out when they have waited for others for long enough; nil: they do not
	turn    uint64          // its place in its upstream's line; 0: it is not there
}

// line is what is due of one upstream, in its order.
type line struct {
	share, running int                  // batches
	due            [priorities][]*group // the oldest first
}

// of returns the group of tasks.
func (q *queue) of(t Tasks) *group {
	g := q.groups[t.Of]
	if g == nil {
		g = &group{known: map[string]bool{}}
		q.groups[t.Of] = g
	}
	g.tasks, g.tasks.Keys = t, nil
	return g
}

// take lets a task wait, unless it does or runs already, or there is no room for it.
func (q *queue) take(g *group, key string) {
	switch {
	case g.known[key]:
	case q.full() && !q.evict(g.tasks.Priority):
		q.dropped++
	default:
		g.known[key] = true
		g.waiting = append(g.waiting, key)
		q.waiting[g.tasks.Priority]++
	}
}

func (q *queue) full() bool { return q.length() >= q.max }

// length is how many tasks wait.
func (q *queue) length() (n int) {
	for _, of := range q.waiting {
		n += of
	}
	return n
}

// evict drops the newest task of a kind of the lowest priority, and reports whether there is one below p.
func (q *queue) evict(p Priority) bool {
	lowest := Priority(0)
	for lowest < p && q.waiting[lowest] == 0 {
		lowest++
	}
	if lowest == p {
		return false
	}
	for _, g := range q.groups {
		last := len(g.waiting) - 1
		if last < 0 || g.tasks.Priority != lowest {
			continue
		}
		delete(g.known, g.waiting[last])
		g.waiting = g.waiting[:last]
		q.waiting[lowest]--
		q.dropped++
		q.settle(g)
		return true
	}
	return false
}

// full reports whether as many tasks wait as run together.
func (g *group) full() bool { return g.tasks.Max > 0 && len(g.waiting) >= g.tasks.Max }

// due gives a group its turn, behind all others of its priority, unless it has one.
func (q *queue) due(g *group) {
	g.endLinger()
	if g.turn > 0 {
		return
	}
	q.turns++
	g.turn = q.turns
	l := q.line(g)
	l.due[g.tasks.Priority] = append(l.due[g.tasks.Priority], g)
}

func (q *queue) line(g *group) *line {
	name := g.tasks.Upstream
	l := q.lines[name]
	if l == nil {
		l = &line{share: max(1, q.share(name))}
		q.lines[name] = l
	}
	return l
}

// next returns the batch whose turn it is: of the highest priority the one that is due for longest, among the upstreams that have
// not their share. A nil group: there is none.
func (q *queue) next() (*group, []string) {
	for p := priorities - 1; ; p-- {
		if l := q.oldest(p); l != nil {
			g := l.due[p][0]
			l.due[p] = l.due[p][1:]
			l.running++
			return g, q.begin(g)
		}
		if p == 0 {
			return nil, nil
		}
	}
}

// oldest returns the line in which something of a priority is due for longest, of those that have room.
func (q *queue) oldest(p Priority) (first *line) {
	for _, l := range q.lines {
		if len(l.due[p]) == 0 || l.running >= l.share {
			continue
		}
		if first == nil || l.due[p][0].turn < first.due[p][0].turn {
			first = l
		}
	}
	return first
}

// begin takes a batch out of a group that is no longer due.
func (q *queue) begin(g *group) []string {
	n := len(g.waiting)
	if g.tasks.Max > 0 {
		n = min(n, g.tasks.Max)
	}
	keys := g.waiting[:n:n]
	g.waiting, g.turn = g.waiting[n:], 0
	q.waiting[g.tasks.Priority] -= n
	return keys
}

// end takes note that a batch has run.
func (q *queue) end(g *group, keys []string) {
	q.line(g).running--
	for _, key := range keys {
		delete(g.known, key)
	}
	q.settle(g)
}

// settle forgets a group that has nothing to do. A group that only runs, and has nothing waiting, loses its turn.
func (q *queue) settle(g *group) {
	if len(g.waiting) > 0 {
		return
	}
	g.endLinger()
	q.leave(g)
	if len(g.known) == 0 {
		delete(q.groups, g.tasks.Of)
	}
}

// leave takes a group out of its line, if it stands there.
func (q *queue) leave(g *group) {
	if g.turn == 0 {
		return
	}
	g.turn = 0
	l, p := q.line(g), g.tasks.Priority
	if i := slices.Index(l.due[p], g); i >= 0 {
		l.due[p] = slices.Delete(l.due[p], i, i+1)
	}
}

// endLinger stops the timer that lets a group collect more tasks.
func (g *group) endLinger() {
	if g.linger != nil {
		g.linger.Stop()
		g.linger = nil
	}
}

// clear forgets all that waits.
func (q *queue) clear() {
	for _, g := range q.groups {
		for _, key := range g.waiting {
			delete(g.known, key)
		}
		g.waiting = nil
		q.settle(g)
	}
	q.waiting = [priorities]int{}
}
