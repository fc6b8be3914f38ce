package persisted

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"weft/graph/admit"
)

// Operation is one entry of a manifest.
type Operation struct {
	ID       string // as clients send it, without a prefix: see [Bare]
	Name     string // of the operation; "" where the manifest does not say it
	Text     string // its document
	Priority admit.Priority
	Manifest string // the file or URL that has it, without what may be secret of a URL
}

// The only form of Apollo's list, and its only version.
const (
	listFormat  = "apollo-persisted-query-manifest"
	listVersion = 1
)

// Parse reads a manifest, which is one JSON object in one of these forms:
//
//	{"format": "apollo-persisted-query-manifest", "version": 1,
//	 "operations": [{"id": …, "body": TEXT, "name": …, "type": …}]}   Apollo's list: of generate-persisted-query-manifest, Kotlin, iOS
//	{ID: TEXT}                                                       Relay; codegen's client preset, with sha256: or without
//	{ID: {"name": …, "source": TEXT}}                                older ones of Apollo Kotlin (operationOutput) and iOS (legacy)
//
// An object of an operation may have "priority", which is the name of an [admit.Priority]: tools do not write it, who has the manifest does.
// Members that it does not know are ignored. An id that begins with "sha256:" has to be its text's digest; any other is believed,
// since tools hash texts in other ways, or before they change them. The error joins one for each entry that is wrong.
func Parse(text []byte) ([]Operation, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if !utf8.Valid(text) {
		return nil, errors.New("it is not valid UTF-8")
	}
	p := parser{dec: json.NewDecoder(bytes.NewReader(text)), at: map[string]int{}}
	err := p.manifest()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("it ends too early")
	}
	if err != nil {
		return nil, err
	}
	return p.operations, errors.Join(p.problems...)
}

// parser reads a manifest member by member, so that no entry hides another one of the same id.
type parser struct {
	dec        *json.Decoder
	operations []Operation
	at         map[string]int // in operations, by id
	problems   []error
}

// manifest reads the object. Entries of a map of ids are added as they come; Apollo's list is added at the end, when it is known that
// nothing else stands beside it. An error ends the reading, a problem is one entry's.
func (p *parser) manifest() error {
	if first, err := p.dec.Token(); err != nil || first != json.Delim('{') {
		if err == nil || errors.Is(err, io.EOF) {
			err = errors.New("it must be a JSON object")
		}
		return err
	}
	var found apolloList
	for p.dec.More() {
		name, err := p.dec.Token()
		if err != nil {
			return err
		}
		var value json.RawMessage
		if err := p.dec.Decode(&value); err != nil {
			return err
		}
		if !found.member(name.(string), value) {
			p.entry(name.(string), value)
		}
	}
	if _, err := p.dec.Token(); err != nil {
		return err
	}
	if _, err := p.dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the JSON object")
	}
	switch {
	case found.operations == nil && found.format == nil && found.version == nil:
		return nil
	case found.operations == nil:
		return errors.New(`it has no list "operations"`)
	}
	if len(p.operations)+len(p.problems) > 0 {
		return errors.New(`it has a list "operations", and other entries beside it`)
	}
	return p.list(found)
}

// apolloList is what Apollo's list consists of.
type apolloList struct{ format, version, operations json.RawMessage }

// member keeps the value of a member that Apollo's list has, and reports whether it is one. One of another form may have an id of
// that name, for which the value is a string.
func (l *apolloList) member(name string, value json.RawMessage) bool {
	switch {
	case name == "format" && bytes.HasPrefix(value, []byte(`"apollo-`)):
		l.format = value
	case name == "version" && value[0] >= '0' && value[0] <= '9':
		l.version = value
	case name == "operations" && value[0] == '[':
		l.operations = value
	default:
		return false
	}
	return true
}

// list adds the entries of Apollo's list. Another format or version could mean something else by the same members, and is refused.
func (p *parser) list(l apolloList) error {
	if l.format != nil && string(l.format) != `"`+listFormat+`"` {
		return fmt.Errorf("its format is %s, which is not known: only %q is", l.format, listFormat)
	}
	if l.version != nil && string(l.version) != fmt.Sprint(listVersion) {
		return fmt.Errorf("its version is %s, which is not known: only %d is", l.version, listVersion)
	}
	var operations []struct {
		ID       string `json:"id"`
		Name     string `json:"name"`
		Body     string `json:"body"`
		Priority string `json:"priority"`
	}
	if err := json.Unmarshal(l.operations, &operations); err != nil {
		return fmt.Errorf("operations: %w", err)
	}
	for i, op := range operations {
		if op.ID == "" {
			p.problem("operations[%d] has no id", i)
			continue
		}
		p.add(Operation{ID: op.ID, Name: op.Name, Text: op.Body}, op.Priority)
	}
	return nil
}

// entry adds an entry of a map of ids.
func (p *parser) entry(id string, value json.RawMessage) {
	op, priority := Operation{ID: id}, ""
	switch value[0] {
	case '"':
		if err := json.Unmarshal(value, &op.Text); err != nil {
			p.problem("%q: %w", id, err)
			return
		}
	case '{':
		var described struct {
			Name     string `json:"name"`
			Source   string `json:"source"`
			Priority string `json:"priority"`
		}
		if err := json.Unmarshal(value, &described); err != nil {
			p.problem("%q: %w", id, err)
			return
		}
		op.Name, op.Text, priority = described.Name, described.Source, described.Priority
	default:
		p.problem("%q: it must be the text of an operation, or an object with its name and source", id)
		return
	}
	if id == "" {
		p.problem("an id is empty")
		return
	}
	p.add(op, priority)
}

// add adds an entry, once: tools that merge manifests may write it twice. With two texts under one id nobody knows which is meant.
func (p *parser) add(op Operation, priority string) {
	given := op.ID
	if priority != "" {
		var err error
		if op.Priority, err = admit.ParsePriority(priority); err != nil {
			p.problem("%q: %w", given, err)
			return
		}
	}
	op.ID = Bare(given)
	switch at, twice := p.at[op.ID]; {
	case op.Text == "":
		p.problem("%q has no text", given)
	case strings.HasPrefix(given, digestPrefix) && op.ID != Digest(op.Text):
		p.problem("%q is not the digest of its text", given)
	case twice && p.operations[at].Text != op.Text:
		p.problem("%q is there twice, with different texts", given)
	case !twice:
		p.at[op.ID] = len(p.operations)
		p.operations = append(p.operations, op)
	}
}

func (p *parser) problem(format string, args ...any) {
	p.problems = append(p.problems, fmt.Errorf(format, args...))
}
