package fetch

import "weft/cache"

// GrowStack is that of [cache.GrowStack], for who loads and knows nothing of what is kept.
func GrowStack() { cache.GrowStack() }
