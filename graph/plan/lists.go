package plan

import "weft/graph/binding"

// lists finds, for each fetch that loads an entity by key, the fetches that begin before it and may bring the same objects as a list.
func (b *builder) lists() {
	var bring map[*binding.Binding][]*Fetch // by entity
	for _, f := range b.plan.Fetches {
		bound := f.Members[0].Node.Field.Bound
		if bound == nil || bound.Binding.Primes == nil {
			continue
		}
		if bring == nil {
			bring = map[*binding.Binding][]*Fetch{}
		}
		bring[bound.Binding.Primes] = append(bring[bound.Binding.Primes], f)
	}
	if bring == nil {
		return
	}
	for _, f := range b.plan.Fetches {
		bound := f.Members[0].Node.Field.Bound
		if bound == nil || !bound.Binding.Entity || f.Together {
			continue
		}
		for _, list := range bring[bound.Binding] {
			b.step(1)
			if list.Depth < f.Depth {
				f.Lists, list.Brings = append(f.Lists, list), append(list.Brings, f)
			}
		}
	}
}
