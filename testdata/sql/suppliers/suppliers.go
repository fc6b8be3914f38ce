// Package suppliers answers the entity Supplier from a database.
package suppliers

import (
	"context"
	"database/sql"
	"encoding/json"

	"shop/model"
)

// Schema makes the table, with some rows.
const Schema = `
	CREATE TABLE suppliers (id TEXT PRIMARY KEY, name TEXT NOT NULL, city TEXT);
	INSERT INTO suppliers VALUES ('s-1', 'Wildmoor', 'Leith'), ('s-2', 'Fjellmark', NULL);`

// ByID returns the function that the schema names. It asks for all keys in one query, whichever database it is: JSON is one argument.
func ByID(db *sql.DB) func(ctx context.Context, ids []string) ([]*model.Supplier, []error) {
	return func(ctx context.Context, ids []string) ([]*model.Supplier, []error) {
		found, err := byID(ctx, db, ids)
		errs := make([]error, len(ids))
		list := make([]*model.Supplier, len(ids))
		for i, id := range ids {
			list[i], errs[i] = found[id], err
		}
		return list, errs
	}
}

func byID(ctx context.Context, db *sql.DB, ids []string) (map[string]*model.Supplier, error) {
	keys, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	rows, err := db.QueryContext(ctx, `SELECT id, name, city FROM suppliers WHERE id IN (SELECT value FROM json_each(?))`, keys)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := map[string]*model.Supplier{}
	for rows.Next() {
		var f model.SupplierFields
		if err := rows.Scan(&f.ID, &f.Name, &f.City); err != nil {
			return nil, err
		}
		found[f.ID] = model.NewSupplier(f)
	}
	return found, rows.Err()
}
