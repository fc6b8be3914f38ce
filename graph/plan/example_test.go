package plan_test

import (
	"context"
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"weft/graph/binding"
	"weft/graph/plan"
	"weft/graph/view"
)

// Both prices are members of one fetch.
func ExampleBuild() {
	shape := view.NewShape("/sku", "/amount")
	price := binding.New(binding.Spec{
		Name: "Price", Entity: true, Vars: []binding.Var{{Name: "sku", Type: &binding.Type{Scalar: "ID"}}},
		Origin: binding.Origin{
			Upstream: "pricing",
			Batch:    &binding.Batch{Call: binding.Call{Template: "/prices{?skus}"}, Keys: "skus", Match: []string{"/sku"}},
		},
		Result: binding.Result{Shape: shape, Object: "Price", KeySlots: []int{1}},
	})
	key := &binding.Field{Binding: price, Sources: []binding.Source{{Argument: "sku"}}}
	tables := &plan.Schema{Query: "Query", Types: map[string]*plan.Type{
		"Query": {Name: "Query", Satisfies: []string{"Query"}, Fields: map[string]*plan.Field{"price": {Type: plan.Ref("Price"), Bound: key}}},
		"Price": {Name: "Price", Satisfies: []string{"Price"}, Shape: shape, Fields: map[string]*plan.Field{
			"amount": {Type: plan.Ref("Float!"), Slot: 2, Leaf: view.AppendFloat},
		}},
	}}
	doc, err := parser.ParseQuery(&ast.Source{Input: `{ tea: price(sku: "7") { amount } mug: price(sku: "9") { amount } }`})
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := plan.Build(context.Background(), tables, doc, doc.Operations[0], nil, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(plan.Print(p))
	// Output:
	// Query
	//   tea: price(sku: "7") Price  ← fetch 1
	//     Price
	//       amount Float!
	//   mug: price(sku: "9") Price  ← fetch 1
	//     Price
	//       amount Float!
	// fetch 1, depth 0: Price by batches of pricing
	//   tea
	//   mug
}
