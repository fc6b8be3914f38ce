package demo

import (
	"slices"
	"sync"
	"time"
)

// maxAddedReviews bounds what clients add: beyond it, the oldest addition is forgotten.
const maxAddedReviews = 1000

// reviewStore holds the shop's reviews and those that clients added. A review in it never changes.
type reviewStore struct {
	mu        sync.RWMutex // guards what follows
	byProduct map[string][]*review
	ids       map[string]*review
	added     []*review // the oldest first
	count     int       // of all ever held, from which the next id is made
}

func newReviewStore(all []review) *reviewStore {
	s := &reviewStore{byProduct: map[string][]*review{}, ids: make(map[string]*review, len(all)), count: len(all)}
	for i := range slices.Backward(all) { // the newest first
		r := &all[i]
		s.byProduct[r.ProductID] = append(s.byProduct[r.ProductID], r)
		s.ids[r.ID] = r
	}
	return s
}

// of lists the reviews of a product, the newest first. The list is not to be changed.
func (s *reviewStore) of(productID string) []*review {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.byProduct[productID]
}

func (s *reviewStore) byID(id string) *review {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.ids[id]
}

// add gives r an id and a time. Lists are replaced, not changed, as readers may hold them.
func (s *reviewStore) add(r review, now time.Time) *review {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.ID, r.WrittenAt = reviewID(s.count), now.Format(time.RFC3339)
	s.count++
	s.ids[r.ID] = &r
	s.byProduct[r.ProductID] = slices.Concat([]*review{&r}, s.byProduct[r.ProductID])
	s.added = append(s.added, &r)
	if len(s.added) > maxAddedReviews {
		s.forget(s.added[0])
		s.added = s.added[1:]
	}
	return &r
}

func (s *reviewStore) forget(r *review) {
	delete(s.ids, r.ID)
	kept := slices.Clone(s.byProduct[r.ProductID])
	s.byProduct[r.ProductID] = slices.DeleteFunc(kept, func(o *review) bool { return o == r })
}
