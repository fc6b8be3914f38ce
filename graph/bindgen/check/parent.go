package check

// checkParents checks that one call for each element of a list is asked for in so many words: perParent: true. Such a list
// of parents makes as many calls as it has elements (an N+1), which nobody should get without having read it in the schema.
func (c *compiler) checkParents() {
	lists := c.listParents()
	for _, def := range c.order {
		o := c.objects[def.Name]
		if o == nil {
			continue
		}
		for _, f := range o.fields {
			if f.spoilt || f.answer != byHTTP && f.answer != byLoad || f.bound.wrong["perParent"] {
				continue
			}
			c.checkParent(f, lists[o])
		}
	}
}

// checkParent checks one field. list is the field through which several parents come; nil: there is only one parent.
func (c *compiler) checkParent(f *field, list *field) {
	u := f.bound
	single, keyList := c.oneCallEach(f), f.byKeys()
	switch acknowledged := u.flag("perParent"); {
	case acknowledged && !single:
		c.report(u.site, u.at("perParent"), "the calls are batched, so this is no N+1; remove perParent")
	case acknowledged && f.object.root != "" && !keyList:
		c.report(u.site, u.at("perParent"), "a root field is one call; remove perParent")
	case acknowledged || !single:
	case keyList:
		c.report(u.site, u.pos, "each key is one call (an N+1): %s has no batch; add batch to its @entity, or perParent: true here", c.loaded(f))
	case list != nil:
		c.report(u.site, u.pos, "each %s is one call (an N+1): %s is reached through the list %s; add batch%s, or perParent: true here",
			f.object.def.Name, f.object.def.Name, list.name(), c.whereBatch(f))
	}
}

// whereBatch is the part of a message that says where a batch would have to be added, if not at the field itself.
func (c *compiler) whereBatch(f *field) string {
	if f.answer == byLoad {
		return " to the @entity of " + c.loaded(f)
	}
	return ""
}

// loaded is the name of the type that a field gives: of a @load the entity's, also where the field is an interface.
func (c *compiler) loaded(f *field) string {
	if f.answer == byLoad && f.bound.has("type") {
		return f.bound.text("type")
	}
	return f.def.Type.Name()
}

// oneCallEach reports whether a field's binding cannot answer many parents at once. When that is not known, because the
// binding is wrong, it says what needs no acknowledgement and no removal of one.
func (c *compiler) oneCallEach(f *field) bool {
	if f.answer == byHTTP {
		return f.bound.missing("batch")
	}
	e := c.entities[c.loaded(f)]
	if e == nil || e.binding == nil {
		return f.bound.flag("perParent")
	}
	return e.onlyGet
}

// listParents finds, for each object type that a query can have several of, a list that it is reached through.
//
// It walks breadth first from the root types, so that the list it finds is one of the nearest. Each type is met at most
// twice: without a list on the way (one), and behind one (many). Behind a list all is many, whatever comes next.
func (c *compiler) listParents() map[*object]*field {
	type step struct {
		object *object
		list   *field // the first list on the way to it; nil: none
	}
	one, many := map[*object]bool{}, map[*object]*field{}
	var queue []step
	for _, def := range c.order {
		if o := c.objects[def.Name]; o != nil && o.root != "" {
			one[o] = true
			queue = append(queue, step{o, nil})
		}
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, f := range at.object.fields {
			list := at.list
			if list == nil && f.def.Type.Elem != nil {
				list = f
			}
			of := c.loaded(f)
			if f.lifts() {
				of = f.def.Type.Name()
			}
			for _, o := range c.variants(of) {
				switch {
				case list == nil && !one[o]:
					one[o] = true
					queue = append(queue, step{o, nil})
				case list != nil && many[o] == nil && o.root == "":
					many[o] = list
					queue = append(queue, step{o, list})
				}
			}
		}
	}
	return many
}
