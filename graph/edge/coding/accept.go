package coding

import "strings"

// Offer is the set of codings that answers come in. Identity is always one of them.
type Offer [codings]bool

// Choice is the coding that a client gets.
type Choice struct {
	Coding

	// Forced says that the client does not take Identity: an answer that would do without a coding has to have this one.
	Forced bool
}

// Choose returns the coding of an answer to a request with these values of Accept-Encoding (RFC 9110 §12.5.3): the one that the client
// likes best. Of those that it likes equally, one that it names comes first, then Identity, then one that it only means by "*": clients
// that send nothing but that seldom decode. Without the header it is Identity. ok is false where nothing on offer is acceptable.
//
// A member of the list that the grammar does not allow counts as if it were not there.
func (o Offer) Choose(accept []string) (choice Choice, ok bool) {
	if len(accept) == 0 {
		return Choice{}, true
	}
	w := readWeights(accept)
	best := Refused
	consider := func(c Coding) {
		if got := w.of(c); got > best {
			choice.Coding, best = c, got
		}
	}
	for c := Zstd; c < codings; c++ {
		if o[c] && w.named[c].given {
			consider(c)
		}
	}
	consider(Identity)
	for c := Zstd; c < codings; c++ {
		if o[c] {
			consider(c)
		}
	}
	choice.Forced = choice.Coding != Identity && w.of(Identity) == Refused
	return choice, best > Refused
}

// weights are what a client thinks of codings.
type weights struct {
	named [codings]stated
	rest  stated // "*": of those that are not named
}

type stated struct {
	Weight
	given bool
}

func (w *weights) of(c Coding) Weight {
	switch {
	case w.named[c].given:
		return w.named[c].Weight
	case w.rest.given:
		return w.rest.Weight
	case c == Identity:
		return unspoken
	}
	return Refused
}

// readWeights reads the values of Accept-Encoding. Of a coding that is named twice the first weight counts.
func readWeights(accept []string) (w weights) {
	for _, value := range accept {
		for more := true; more; {
			var member string
			member, value, more = strings.Cut(value, ",")
			name, parameter, weighed := strings.Cut(member, ";")
			q := Most
			if weighed {
				var ok bool
				if q, ok = weightOf(trim(parameter)); !ok {
					continue
				}
			}
			if into := w.place(trim(name)); into != nil && !into.given {
				*into = stated{q, true}
			}
		}
	}
	return w
}

// place returns where the weight of a name belongs; nil: nowhere.
func (w *weights) place(name string) *stated {
	if name == "*" {
		return &w.rest
	}
	if c, ok := Parse(name); ok {
		return &w.named[c]
	}
	return nil
}

// weightOf reads a parameter, whose name has no case (RFC 9110 §5.6.6).
func weightOf(parameter string) (q Weight, ok bool) {
	if len(parameter) < 2 || parameter[0]|0x20 != 'q' || parameter[1] != '=' {
		return 0, false
	}
	return ParseWeight(parameter[2:])
}

// trim takes white space off, as RFC 9110 §5.6.3 defines it.
func trim(text string) string { return strings.Trim(text, " \t") }
