package soak_test

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// faulty is a service that has posts and users by their numbers, and fails now and then.
type faulty struct {
	mu     sync.Mutex // guards random
	random *rand.Rand
}

// roll is a number below n.
func (f *faulty) roll(n int) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.random.IntN(n)
}

// ServeHTTP implements http.Handler: every tenth answer is none, or not that of the request, or late.
func (f *faulty) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	right := answerTo(r)
	w.Header().Set("Content-Type", "application/json")
	switch f.roll(100) {
	case 0:
		http.Error(w, "it fails", http.StatusInternalServerError)
	case 1:
		w.Header().Set("Retry-After", "1")
		http.Error(w, "later", http.StatusServiceUnavailable)
	case 2:
		http.Error(w, "too many", http.StatusTooManyRequests)
	case 3:
		_, _ = io.WriteString(w, `"neither an object nor a list"`)
	case 4:
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<p>an error page</p>")
	case 5:
		_, _ = w.Write(right[:len(right)/2])
	case 6:
		w.Header().Set("Content-Length", strconv.Itoa(len(right)))
		_, _ = w.Write(right[:len(right)/2])
	case 7:
		panic(http.ErrAbortHandler)
	case 8:
		_, _ = strings.NewReplacer(`"title":`, `"title":7,"of":`, `"name":`, `"name":7,"of":`).WriteString(w, string(right))
	case 9:
		sleep(r.Context(), 50*time.Millisecond)
		_, _ = w.Write(right)
	case 10:
		if f.roll(10) == 0 {
			sleep(r.Context(), 2*timeout) // until the call is given up
		}
		_, _ = w.Write(right)
	default:
		_, _ = w.Write(right)
	}
}

func titleOf(post int) string { return fmt.Sprint("title ", post) }
func nameOf(user int) string  { return fmt.Sprint("name ", user) }
func userOf(post int) int     { return post%users + 1 }

// answerTo is the right answer to a request: of one by its path, of some by the ids of the query.
func answerTo(r *http.Request) []byte {
	kind, id, single := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	of := func(id string) map[string]any {
		n, _ := strconv.Atoi(id)
		if kind == "users" {
			return map[string]any{"id": n, "name": nameOf(n), "username": "u", "email": "e"}
		}
		return map[string]any{"id": n, "userId": userOf(n), "title": titleOf(n), "body": "b"}
	}
	var value any
	if single {
		value = of(id)
	} else {
		list := []any{}
		for _, id := range r.URL.Query()["id"] {
			list = append(list, of(id))
		}
		value = list
	}
	text, _ := json.Marshal(value)
	return text
}
