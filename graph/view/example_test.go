package view_test

import (
	"fmt"

	"weft/graph/view"
)

// Book is what the generator writes for a type: a view, and a method for each field, of which one is here.
type Book view.Object

var bookShape = view.NewShape("/id", "/title", "/origin/city")

func (b *Book) Title() (string, error) { return view.Get(view.ObjectOf(b), 2, view.String) }

func Example() {
	scanner := view.NewScanner(view.Layout{At: "/data", In: view.List, Match: "/id", Shape: bookShape})
	rows, err := scanner.Scan([]byte(`{"data": [{"id": 7, "title": "Emma", "origin": {"city": "Bath"}}, {"id": 8, "title": null}]}`), &view.Source{Upstream: "books"}, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := range rows.Len() {
		key, _ := rows.Key(i)
		title, err := view.As[Book](rows.At(i)).Title()
		fmt.Printf("%s %q %v\n", key, title, err)
	}

	book := view.Build[Book](bookShape, view.JSON("9"), view.JSON("Persuasion"), view.JSON("Lyme"))
	fmt.Printf("%s\n", view.ObjectOf(book).JSON())
	// Output:
	// 7 "Emma" <nil>
	// 8 "" books: /title: want String, got null
	// {"id":"9","title":"Persuasion","origin":{"city":"Lyme"}}
}
