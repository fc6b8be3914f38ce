// Command shop serves products of a service, and their suppliers from a database, whose rows are kept until a tag says that they changed.
package main

import (
	"database/sql"
	"log"

	_ "modernc.org/sqlite"

	"shop/generated"
	"shop/suppliers"
	"weft/graph/service"
)

//go:generate go tool weft generate

func main() {
	db, err := sql.Open("sqlite", "file:shop?mode=memory&cache=shared")
	if err != nil {
		log.Fatal(err)
	}
	if _, err := db.Exec(suppliers.Schema); err != nil {
		log.Fatal(err)
	}
	service.Main(generated.Service(generated.Functions{SuppliersByID: suppliers.ByID(db)}))
}
