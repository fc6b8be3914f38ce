package services_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// halFake has the orders and the book of the specification, whose links are relative, and the people of Spring's guide, whose links are absolute.
type halFake struct {
	orders, order, book, author object

	mu     sync.Mutex // guards what follows
	people []object   // nil where one was deleted
}

const (
	halURL   = "http://localhost:8080"
	halMedia = "application/hal+json"
)

func newHAL(t testing.TB) http.Handler {
	h := &halFake{orders: published(t, "hal/orders"), order: published(t, "hal/order"), book: published(t, "hal/book"), author: published(t, "hal/author")}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders", h.listOrders)
	for path, resource := range map[string]object{"/orders/523": h.order, "/books/the-way-of-zen": h.book, "/people/alan-watts": h.author} {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) { send(w, halMedia, http.StatusOK, resource) })
	}
	mux.HandleFunc("GET /orders/{id}", h.getOrder)
	mux.HandleFunc("GET /people", h.listPeople)
	mux.HandleFunc("GET /people/search/findByLastName", h.findByLastName)
	mux.HandleFunc("POST /people", h.createPerson)
	mux.HandleFunc("/people/{id}", h.person)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		defer h.mu.Unlock()
		mux.ServeHTTP(w, r)
	})
}

// halOrder is the number in the order's link to itself.
func halOrder(o any) string {
	href, _ := at(o, "_links", "self", "href").(string)
	return strings.TrimPrefix(href, "/orders/")
}

func (h *halFake) listOrders(w http.ResponseWriter, r *http.Request) {
	self := object{"self": object{"href": r.URL.String()}}
	switch q := r.URL.Query(); {
	case q.Has("id"):
		answer := object{"_links": self}
		if o := h.find(q.Get("id")); o != nil {
			answer["_embedded"] = object{"ea:order": []object{o}}
		}
		send(w, halMedia, http.StatusOK, answer)
	case q.Get("page") == "2":
		send(w, halMedia, http.StatusOK, with(h.orders, "_links", self, "_embedded", object{"ea:order": []object{h.order}}))
	default:
		send(w, halMedia, http.StatusOK, h.orders)
	}
}

func (h *halFake) find(id string) object {
	if id == "523" {
		return h.order
	}
	for _, o := range at(h.orders, "_embedded", "ea:order").([]any) {
		if halOrder(o) == id {
			return o.(object)
		}
	}
	return nil
}

func (h *halFake) getOrder(w http.ResponseWriter, r *http.Request) {
	if o := h.find(r.PathValue("id")); o != nil {
		send(w, halMedia, http.StatusOK, o)
		return
	}
	w.WriteHeader(http.StatusNotFound)
}

// living are the people who were not deleted, and of those the ones for whom keep is true.
func (h *halFake) living(keep func(object) bool) (found []object) {
	for _, p := range h.people {
		if p != nil && keep(p) {
			found = append(found, p)
		}
	}
	return found
}

// people is a resource that embeds them, which it does not where there are none.
func people(list []object, members ...any) object {
	if o := with(object{}, members...); len(list) == 0 {
		return o
	} else {
		return with(o, "_embedded", object{"people": list})
	}
}

func (h *halFake) listPeople(w http.ResponseWriter, r *http.Request) {
	q, all := r.URL.Query(), h.living(func(object) bool { return true })
	size, _ := strconv.Atoi(cmp.Or(q.Get("size"), "20"))
	number, _ := strconv.Atoi(q.Get("page"))
	pages := (len(all) + size - 1) / size
	links := object{
		"self":   object{"href": halURL + "/people{?page,size,sort}", "templated": true},
		"search": object{"href": halURL + "/people/search"},
	}
	link := func(name string, page int) {
		links[name] = object{"href": fmt.Sprintf("%s/people?page=%d&size=%d", halURL, page, size)}
	}
	if number > 0 {
		link("prev", number-1)
	}
	if number+1 < pages {
		link("next", number+1)
	}
	page := object{"size": size, "totalElements": len(all), "totalPages": pages, "number": number}
	send(w, halMedia, http.StatusOK, people(all[min(number*size, len(all)):min((number+1)*size, len(all))], "_links", links, "page", page))
}

func (h *halFake) findByLastName(w http.ResponseWriter, r *http.Request) {
	found := h.living(func(p object) bool { return p["lastName"] == r.URL.Query().Get("name") })
	send(w, halMedia, http.StatusOK, people(found, "_links", object{"self": object{"href": halURL + r.URL.String()}}))
}

// written answers a request that wrote p: with p where the client says which media types it takes.
func written(w http.ResponseWriter, r *http.Request, with, without int, p object) {
	if accept := r.Header.Get("Accept"); accept != "" && accept != "*/*" {
		send(w, halMedia, with, p)
		return
	}
	w.WriteHeader(without)
}

func (h *halFake) createPerson(w http.ResponseWriter, r *http.Request) {
	var in object
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	self := fmt.Sprintf("%s/people/%d", halURL, len(h.people)+1)
	p := object{"firstName": in["firstName"], "lastName": in["lastName"], "_links": object{"self": object{"href": self}}}
	h.people = append(h.people, p)
	w.Header().Set("Location", self)
	written(w, r, http.StatusCreated, http.StatusCreated, p)
}

func (h *halFake) person(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil || id < 1 || id > len(h.people) || h.people[id-1] == nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	p := h.people[id-1]
	switch r.Method {
	case http.MethodGet:
		send(w, halMedia, http.StatusOK, p)
	case http.MethodDelete:
		h.people[id-1] = nil
		w.WriteHeader(http.StatusNoContent)
	default:
		if err := json.NewDecoder(r.Body).Decode(&p); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		written(w, r, http.StatusOK, http.StatusNoContent, p)
	}
}
