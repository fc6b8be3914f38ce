package check

import (
	"os"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
)

// Options say where samples lie and which scalars Go converts. The zero value reads samples from the working directory.
type Options struct {
	Root     string                            // the folder that @upstream(samples:) is relative to: that of gqlgen.yml; "" is the working directory
	ReadFile func(name string) ([]byte, error) // reads samples; nil is os.ReadFile
	Parsers  map[string]bool                   // custom scalars that have a Parse function in package model
	Models   func(scalar string) bool          // whether gqlgen.yml gives a scalar a Go type of its own; nil: it gives none one
}

// Compile checks a schema and its bindings and gathers what the templates print. The sources are the user's own; the
// binding language's declarations are added to them. Without problems the Service is complete; with problems it is nil.
//
// Compile reads samples and nothing else, writes nothing, and gives the same answer for the same input. The sources'
// order does not matter.
func Compile(sources []*ast.Source, o Options) (*spec.Service, Problems) {
	if o.ReadFile == nil {
		o.ReadFile = os.ReadFile
	}
	c := &compiler{options: o}
	c.parse(sources)
	if len(c.problems) > 0 {
		return nil, c.problems.sorted() // a type of an unread file would look unknown everywhere else
	}
	c.check()
	if len(c.problems) > 0 {
		return nil, c.problems.sorted()
	}
	schema := c.validate()
	if len(c.problems) > 0 {
		return nil, c.problems.sorted()
	}
	return c.gather(schema), nil
}

// compiler is one run of Compile. The checks fill it from top to bottom, each reading what the ones before it left.
// Maps are by the type's or upstream's name. Problems and what is gathered must not depend on the order of a map, so loops
// go over declared.order.
type compiler struct {
	options   Options
	problems  Problems
	firstFile string // where a problem without a position is shown

	own, user *ast.SchemaDocument // the binding language; the user's schema
	declared

	upstreams map[string]*upstream
	objects   map[string]*object
	entities  map[string]*entity
	fields    []*spec.Field   // fields that bindings answer, in the order of the files
	bindings  []*spec.Binding // of fields; those of entities are in entities

	connections map[string]*spec.Connection // the types of paged fields; nil for one with a mistake

	stored map[string]*stored // object types, as the directives about caching see them

	spec.Said
}

// declared is the index of the schema's types and directives (types.go, directive.go). A node is what a directive can stand
// on: a *Definition, a *FieldDefinition, an *ArgumentDefinition or an *EnumValueDefinition of package ast, and for the
// schema itself, whose definition may be missing, the user's *SchemaDocument.
type declared struct {
	types  map[string]*ast.Definition   // every type, extensions merged in
	order  []*ast.Definition            // the user's types, in the order of the files
	roots  map[string]ast.Operation     // root types by name
	impls  map[string][]*ast.Definition // the object types of an interface or union
	decls  map[string]*directiveDef     // every declared directive
	uses   map[any][]*usage             // directives of ours by the node that carries them
	spoilt map[any]bool                 // nodes with a directive that could not be read
	// planted are the members, by name, that keys of @load are which are JSON pointers.
	planted map[*ast.Value]string
	lifted  map[*ast.FieldDefinition]string // likewise, of the entity, the values of fields that are no objects of it
}

// check runs every rule of ours. Later ones skip silently what an earlier one has reported.
func (c *compiler) check() {
	c.index()
	c.checkTypes()
	c.checkDirectives()
	c.checkUpstreams()
	c.classify()
	c.findViews()
	c.checkFields()
	c.checkJSON()
	c.checkDefaults()
	c.checkLeafDefaults()
	c.checkAbstracts()
	c.checkEmptyMembers()
	c.checkEntities()
	c.checkBindings()
	c.checkGiving()
	c.checkExpanded()
	c.checkHeaderMembers()
	c.checkHabits()
	c.checkParents()
	c.checkCache()
	c.checkCosts()
	c.checkPrefetches()
	c.checkGuards()
	c.checkNames()
	c.checkSamples()
	c.checkUnused()
}
