package redis

import (
	"context"
	"fmt"
	"time"

	"weft/cache"
)

// tickEvery is how often it is looked whether something is due.
const tickEvery = 100 * time.Millisecond

// Arm implements [cache.Announcer]. It takes half of the budget of a Set at most.
func (t *Tier) Arm(ctx context.Context, tags []string, after time.Duration) (cache.ID, error) {
	ctx, cancel := context.WithTimeout(ctx, t.options.SetTimeout/2)
	defer cancel()
	t.counters.arms.Add(1)
	arm := []cache.Record{{Tags: tags, After: after}}
	if _, err := t.recordOnce(ctx, claim{records: arm}); err != nil {
		t.counters.unarmed.Add(1)
		return cache.ID{}, fmt.Errorf("redis: other processes cannot be told of a write: %w", err)
	}
	return arm[0].ID, nil
}

// End implements [cache.Announcer].
func (t *Tier) End(ctx context.Context, arm cache.ID, tags []string, again []time.Duration) error {
	if arm == (cache.ID{}) && len(again) == 0 {
		return t.Invalidate(ctx, tags)
	}
	records := []cache.Record{{Ends: arm, Tags: tags}}
	for _, after := range again {
		records = append(records, cache.Record{Tags: tags, After: after})
	}
	return t.invalidate(ctx, tags, records)
}

// keepTime does what is due, until ctx ends.
func (t *Tier) keepTime(ctx context.Context) {
	ticker := time.NewTicker(tickEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			t.tick(ctx)
		}
	}
}

// tick does what is due. What it fails to add to the log is due again.
func (t *Tier) tick(ctx context.Context) {
	if records := t.log.due(); len(records) > 0 {
		_, _ = t.recordOnce(ctx, claim{records: records})
	}
}
