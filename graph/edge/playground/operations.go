package playground

import "net/http"

// Operation is one of those that a service runs by its id.
type Operation struct {
	ID   string `json:"id"`
	Name string `json:"name"` // "" where it has none
	Text string `json:"text"` // its document
}

// serveOperations answers with what there is at the moment.
func serveOperations(operations func() []Operation) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, append([]Operation{}, operations()...)) }
}
