package redis

import (
	"context"
	"slices"
	"sync"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"weft/cache"
	"weft/cache/order"
)

// page is how many records one reading has at most.
const page = 1000

// log is the shared order of invalidations, and this process's position in it: up to where it has heard. It may be used concurrently. A
// reading goes position, read, hear, with the round trip between; whatever changes the position meanwhile is noticed by hear.
type log struct {
	key         string
	length      int64 // records that are kept, about
	generations *cache.Generations
	claims      *claims

	mu       sync.Mutex // guards what follows, and orders what generations hear
	replica  order.Replica
	fired    map[cache.ID]claim // what was fired, until its end is heard
	synced   bool               // the position is known
	epoch    uint64             // how often the position was set anew: readings that began before are of no use
	written  cache.ID           // the last of unheard
	unheard  []unheard          // what this process wrote and has not heard
	listens  bool               // the watcher hears what others write
	complete time.Time          // when it last knew that it had heard everything
	doubts   uint64             // how often everything from before was in doubt
}

// unheard is a claim with the ID of its record.
type unheard struct {
	claim claim
	id    cache.ID
}

// position is where a reading of the log begins: with the record at, which is the last that was heard. written is the last record that
// this process wrote before the reading began, and so must be in it.
type position struct {
	at, written cache.ID
	epoch       uint64
	began       cache.Instant
}

func now() cache.Instant { return cache.InstantOf(time.Now()) }

// outcome is what a reading of the log has told.
type outcome uint8

const (
	heard  outcome = iota // everything up to the moment it was read
	behind                // there is more
	again                 // nothing: the position has been set anew meanwhile
	lost                  // this is not the log that was read before
)

// position returns where to read on; false if that is not known.
func (l *log) position() (position, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return position{l.generations.Position().Shared, l.written, l.epoch, now()}, l.synced
}

// latest returns the last record that this process knows of: heard, or written by itself.
func (l *log) latest() cache.ID {
	l.mu.Lock()
	defer l.mu.Unlock()
	if at := l.generations.Position().Shared; at.Compare(l.written) > 0 {
		return at
	}
	return l.written
}

// read asks for the records from a position on, that one included: it is the sign that this is still the same log.
func (l *log) read(ctx context.Context, c goredis.Cmdable, from position) *goredis.XMessageSliceCmd {
	return c.XRangeN(ctx, l.key, formatID(from.at), "+", page+1)
}

// hear applies what was read from a position on. Two readings may be heard in any order: Generations skip what they have heard.
func (l *log) hear(from position, messages []goredis.XMessage) outcome {
	l.mu.Lock()
	defer l.mu.Unlock()
	if from.epoch != l.epoch || !l.synced {
		return again
	}
	if len(messages) == 0 || messages[0].ID != formatID(from.at) {
		l.lose()
		return lost
	}
	records, err := decodeRecords(messages[1:])
	full := len(messages) > page
	if err != nil || !from.continues(records, full) {
		l.lose()
		return lost
	}
	l.apply(from, records, !full)
	if full {
		return behind
	}
	return heard
}

// apply takes records that a reading has brought, of which some may have been heard.
func (l *log) apply(from position, records []cache.Record, whole bool) {
	at := l.generations.Position().Shared
	unheard := slices.DeleteFunc(slices.Clone(records), func(r cache.Record) bool { return r.ID.Compare(at) <= 0 })
	l.generations.Hear(unheard...)
	fired, ended := l.replica.Read(from.began, now(), unheard, whole)
	l.fire(fired)
	for _, id := range ended {
		if cl, held := l.fired[id]; held {
			l.claims.release(cl)
			delete(l.fired, id)
		}
	}
	l.settle()
	l.generations.Trust(l.replica.Trusted())
}

// fire makes invalid what armed it.
func (l *log) fire(fired []order.Fired) {
	for _, f := range fired {
		if _, held := l.fired[f.ID]; !held {
			if l.fired == nil {
				l.fired = map[cache.ID]claim{}
			}
			l.fired[f.ID] = l.claims.hold(f.Tags)
		}
		l.generations.Invalidate(f.Tags...)
	}
}

// due fires what is due, and returns what is to be added to the log.
func (l *log) due() []cache.Record {
	l.mu.Lock()
	defer l.mu.Unlock()
	fired, add := l.replica.Tick(now())
	l.fire(fired)
	return add
}

// added says that this process has added records, and begun to at some moment.
func (l *log) added(began cache.Instant, last cache.ID, records []cache.Record) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.replica.Wrote(began, now(), records...)
	if at := l.generations.Position().Shared; last.Compare(l.written) > 0 && last.Compare(at) > 0 {
		l.written = last
	}
	if l.synced {
		l.generations.Trust(l.replica.Trusted())
	}
}

// known returns the moment before which all that was added is known.
func (l *log) known() cache.Instant {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.replica.Known()
}

// continues reports whether what this process wrote itself before the reading began is among the records, if the reading has
// come so far: if not, it went with an old master.
func (p position) continues(records []cache.Record, full bool) bool {
	if p.written.Compare(p.at) <= 0 || full && records[len(records)-1].ID.Compare(p.written) < 0 {
		return true
	}
	for _, r := range records {
		if r.ID == p.written {
			return true
		}
	}
	return false
}

// settle releases the claims whose records have been heard.
func (l *log) settle() {
	at := l.generations.Position().Shared
	if l.written.Compare(at) <= 0 {
		l.written = cache.ID{}
	}
	waiting := l.unheard[:0]
	for _, w := range l.unheard {
		if w.id.Compare(at) <= 0 {
			l.claims.release(w.claim)
		} else {
			waiting = append(waiting, w)
		}
	}
	clear(l.unheard[len(waiting):])
	l.unheard = waiting
}

// lose says that the position is not known: nothing that is heard is trusted, and what memory keeps may have been invalidated.
func (l *log) lose() {
	l.synced, l.listens = false, false
	l.replica.Lost()
	l.generations.Trust(0)
}

// close says that nothing will be heard any more.
func (l *log) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lose()
}

// listen says whether the watcher hears what others write, everything up to now included.
func (l *log) listen(does bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.listens = does && l.synced; l.listens {
		l.complete = time.Now()
	}
}

// wrote says which record carries a claim, which is released when that has been heard.
func (l *log) wrote(cl claim, id cache.ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.unheard = append(l.unheard, unheard{cl, id})
	if id.Compare(l.written) > 0 {
		l.written = id
	}
	l.settle()
}
