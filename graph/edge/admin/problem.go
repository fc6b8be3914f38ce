package admin

import (
	"encoding/json"
	"net/http"
)

// problem is a problem of RFC 9457 whose type is about:blank, so that its title is its status' name (section 4.2.1).
type problem struct {
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
}

func writeProblem(w http.ResponseWriter, status int, detail string) {
	text, _ := json.Marshal(problem{http.StatusText(status), status, detail}) // texts and a number always marshal
	writeJSON(w, status, "application/problem+json", text)
}
