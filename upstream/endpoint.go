package upstream

// endpoint is what a client knows of one of its endpoints: whether it is called, how long that usually takes, and how many calls of it there may
// be at one time.
type endpoint struct {
	breaker *breaker // nil: it is called however many calls fail
	usual   usual
	slots   chan struct{} // holds one value for each of its calls on the wire
}

// endpoint is the one of a name. There is one for each binding of the schema.
func (c *Client) endpoint(name string) *endpoint {
	p := c.policies
	if e, ok := p.endpoints.Load(name); ok {
		return e.(*endpoint)
	}
	e := &endpoint{slots: make(chan struct{}, p.share)}
	if !p.NoBreaker {
		e.breaker = new(breaker)
		if p.Changed != nil {
			e.breaker.changed = func(s State) { p.Changed(c.name, name, s) }
		}
	}
	known, _ := p.endpoints.LoadOrStore(name, e)
	return known.(*endpoint)
}
