package tiers

import "context"

// Flush waits until Redis has what was kept, and this process knows all that happened there before; without Redis, for nothing.
func (c *Caching) Flush(ctx context.Context) error {
	if c.redis == nil {
		return nil
	}
	return c.redis.Flush(ctx)
}
