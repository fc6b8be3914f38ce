package playground

import (
	"context"
	"encoding/json"
	"net/http"
)

const maxQuestion = 1 << 20 // bytes of a body

// Question is an operation of a document, before it runs.
type Question struct {
	Query         string         `json:"query"`
	OperationName string         `json:"operationName"` // "": the only one
	Variables     map[string]any `json:"variables"`     // with numbers as json.Number
}

// Explanation is what is known of it. The zero value is right where it is no valid operation: the editor says that better.
type Explanation struct {
	Text  string `json:"text"`  // how it runs, for people
	Calls *int   `json:"calls"` // that it makes to services at most; nil: nothing bounds them, or nobody knows
}

// serveExplanation answers a question in JSON. It answers 200 whatever the operation is, since browsers log any other status as an error.
func serveExplanation(explain func(context.Context, Question) Explanation) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var q Question
		decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxQuestion))
		decoder.UseNumber()
		if err := decoder.Decode(&q); err != nil {
			http.Error(w, `the body is not {"query": "…", "operationName": "…", "variables": {}}`, http.StatusBadRequest)
			return
		}
		writeJSON(w, explain(r.Context(), q))
	}
}
