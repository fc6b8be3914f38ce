package schedule

import (
	"context"
	"time"
)

// Tasks are things to do that have everything in common but their keys.
type Tasks struct {
	// Of is the kind: tasks whose Of is equal run together. It must be comparable. What follows, but for Keys, is the same for all
	// tasks of a kind.
	Of any
	// Name tells operators which kind it is, where a task panics.
	Name string
	// Keys name the tasks, one each.
	Keys []string
	// Upstream is the service that the tasks call, and of whose share they are. "" is a share like another: of tasks that call
	// several, or none.
	Upstream string
	// Priority says what is dropped first, and what runs last.
	Priority Priority
	// Max is how many run together; 0: all that there are.
	Max int
	// Wait is how long a task waits for others to run with, unless Max of them are there before; 0: not at all.
	Wait time.Duration
	// Run runs the tasks with these keys. It must return soon after ctx has ended, which it does when the scheduler closes. A panic
	// is logged, and counted.
	Run func(ctx context.Context, keys []string)
}

// Priority orders tasks.
type Priority uint8

// The priorities, the lowest first.
const (
	Likely     Priority = iota // nobody has asked for it yet
	Refresh                    // somebody was served without it
	Declared                   // an operator has asked for it
	priorities                 // how many there are
)
