package fetch

// table is the table of that name, and what is needed of it.
func (f *fetching) table(of Space, values []any) *tableUse {
	if t := f.tableOf(of); t != nil {
		return t
	}
	t := &f.room.use
	if len(f.tables) > 0 {
		t = new(tableUse)
	}
	t.targets, t.called = t.target1[:0], t.call1[:0]
	switch loads := f.x.loads(of.Binding); {
	case loads || f.x.without.Has(Memo): // loaders remember, or nobody does
		t.table = new(table)
		t.begun(of, values)
		if loads && of.Binding.Entity {
			offered := f.x.memo.table(of, values)
			offered.look()
			t.stubs = offered.stubs
		}
	default:
		t.table = f.x.memo.table(of, values)
		t.look()
	}
	t.first = len(t.keys)
	f.tables = append(f.tables, t)
	if len(f.tables) > fewTables {
		f.indexTables()
	}
	return t
}

func (f *fetching) tableOf(of Space) *tableUse {
	if f.index != nil {
		return f.index[of]
	}
	for _, t := range f.tables {
		if t.space == of {
			return t
		}
	}
	return nil
}

// indexTables adds to the index the tables that it has not.
func (f *fetching) indexTables() {
	if f.index == nil {
		f.index = make(map[Space]*tableUse, 4*fewTables)
	}
	for _, t := range f.tables[len(f.index):] {
		f.index[t.space] = t
	}
}
