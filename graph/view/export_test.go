package view

// IsZero reports whether there is no object at all.
func (o Object) IsZero() bool { return o.body == nil }

// Has reports whether a slot's member is present, even if it is null. A null on the way to it counts as null.
func (o Object) Has(slot int) bool { return o.value(slot).span.End != 0 }

// Source returns the name of the upstream that answered, as given to [Scanner.Scan].
func (o Object) Source() string {
	if o.body == nil {
		return ""
	}
	return o.body.source.upstream()
}
