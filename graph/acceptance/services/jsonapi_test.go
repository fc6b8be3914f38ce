package services_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// jsonAPIFake has thirteen articles; the first has an author and comments.
type jsonAPIFake struct {
	people []object

	mu       sync.Mutex // guards what follows
	articles []object
	comments []object // of the first article
}

const (
	jsonAPIURL   = "http://example.com"
	jsonAPIMedia = "application/vnd.api+json"
)

func newJSONAPI(t testing.TB) http.Handler {
	objects := func(list any) (found []object) {
		for _, o := range list.([]any) {
			found = append(found, o.(object))
		}
		return found
	}
	first := published(t, "jsonapi/articles")
	person := published(t, "jsonapi/person")["data"].(object)
	j := &jsonAPIFake{
		articles: objects(first["data"]), comments: objects(published(t, "jsonapi/comments")["data"]),
		people: append([]object{with(person, "id", "2"), person}, objects(first["included"])...),
	}
	other := objects(published(t, "jsonapi/page")["data"])[0]
	for id := 2; id <= 13; id++ {
		j.articles = append(j.articles, with(other, "id", strconv.Itoa(id)))
	}
	compound := published(t, "jsonapi/compound")["data"].(object)
	j.articles[12] = compound
	mux := http.NewServeMux()
	mux.HandleFunc("GET /articles", j.listArticles)
	mux.HandleFunc("GET /articles/{id}", func(w http.ResponseWriter, r *http.Request) { j.one(w, r, j.articles) })
	mux.HandleFunc("GET /articles/1/comments", func(w http.ResponseWriter, _ *http.Request) {
		jsonAPISend(w, http.StatusOK, object{"data": j.comments})
	})
	mux.HandleFunc("GET /comments/{id}", func(w http.ResponseWriter, r *http.Request) { j.one(w, r, j.comments) })
	mux.HandleFunc("GET /people", j.listPeople)
	mux.HandleFunc("GET /people/{id}", func(w http.ResponseWriter, r *http.Request) { j.one(w, r, j.people) })
	mux.HandleFunc("POST /articles", j.createArticle)
	mux.HandleFunc("DELETE /articles/1/relationships/comments", j.removeComments)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { jsonAPIFailure(w, http.StatusNotFound, object{}) })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		j.mu.Lock()
		defer j.mu.Unlock()
		if media := r.Header.Get("Content-Type"); r.Method != http.MethodGet && media != jsonAPIMedia {
			jsonAPIFailure(w, http.StatusUnsupportedMediaType, object{})
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func jsonAPISend(w http.ResponseWriter, status int, v any) { send(w, jsonAPIMedia, status, v) }

func jsonAPIFailure(w http.ResponseWriter, status int, problem object) {
	problem["status"] = strconv.Itoa(status)
	if problem["title"] == nil {
		problem["title"] = http.StatusText(status)
	}
	jsonAPISend(w, status, object{"errors": []object{problem}})
}

// list is a parameter's values, which commas separate; none if it is not there.
func list(q url.Values, name string) []string {
	if !q.Has(name) {
		return nil
	}
	return strings.Split(q.Get(name), ",")
}

// family are the names of parameters that the format knows, and those of its recommendations.
var family = regexp.MustCompile(`^(include|sort|fields\[(articles|people)\]|page\[(number|size)\]|filter\[(id|author)\])$`)

// relationships are the paths of what may be included.
var relationships = regexp.MustCompile(`^(author|comments(\.author)?)$`)

// valid refuses parameters of other names, and relationships that an article does not have.
func (j *jsonAPIFake) valid(w http.ResponseWriter, q url.Values) bool {
	for name := range q {
		if !family.MatchString(name) {
			jsonAPIFailure(w, http.StatusBadRequest, object{"source": object{"parameter": name}, "title": "Invalid Query Parameter"})
			return false
		}
	}
	for _, path := range list(q, "include") {
		if !relationships.MatchString(path) {
			jsonAPIFailure(w, http.StatusBadRequest, object{
				"source": object{"parameter": "include"}, "title": "Invalid Query Parameter",
				"detail": fmt.Sprintf("The resource does not have an `%s` relationship path.", path),
			})
			return false
		}
	}
	return true
}

// document has the fields of the resources that were asked for, and beside data what is included: each resource once.
func (j *jsonAPIFake) document(q url.Values, resources []object) (data, included []object) {
	data = []object{}
	for _, r := range resources {
		data = append(data, sparse(q, r))
		for _, path := range list(q, "include") {
			included = j.include(included, r, strings.Split(path, "."))
		}
	}
	for i, r := range included {
		included[i] = sparse(q, r)
	}
	return data, included
}

// include appends what a path leads to from a resource, and through, unless it is there.
func (j *jsonAPIFake) include(included []object, resource object, path []string) []object {
	if len(path) == 0 {
		return included
	}
	linked := at(resource, "relationships", path[0], "data")
	named, ok := linked.([]any)
	if !ok {
		named = []any{linked}
	}
	for _, name := range named {
		is := func(r object) bool { return r["type"] == at(name, "type") && r["id"] == at(name, "id") }
		for _, r := range slices.Concat(j.people, j.comments) {
			if !is(r) {
				continue
			}
			if !slices.ContainsFunc(included, is) {
				included = append(included, r)
			}
			included = j.include(included, r, path[1:])
			break
		}
	}
	return included
}

// sparse leaves out the attributes and relationships that fields[TYPE] does not have.
func sparse(q url.Values, resource object) object {
	name := fmt.Sprintf("fields[%s]", resource["type"])
	if !q.Has(name) {
		return resource
	}
	o := with(resource)
	for _, part := range []string{"attributes", "relationships"} {
		left := object{}
		all, _ := resource[part].(object)
		for field, v := range all {
			if slices.Contains(list(q, name), field) {
				left[field] = v
			}
		}
		if o[part] = left; len(left) == 0 {
			delete(o, part)
		}
	}
	return o
}

func (j *jsonAPIFake) one(w http.ResponseWriter, r *http.Request, resources []object) {
	i, q := slices.IndexFunc(resources, func(o object) bool { return o["id"] == r.PathValue("id") }), r.URL.Query()
	switch {
	case i < 0:
		jsonAPIFailure(w, http.StatusNotFound, object{})
	case j.valid(w, q):
		data, included := j.document(q, resources[i:i+1])
		answer := object{"data": data[0]}
		if included != nil {
			answer["included"] = included
		}
		jsonAPISend(w, http.StatusOK, answer)
	}
}

func (j *jsonAPIFake) listArticles(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if !j.valid(w, q) {
		return
	}
	found := slices.Clone(j.articles)
	if author := q.Get("filter[author]"); author != "" {
		found = slices.DeleteFunc(found, func(a object) bool { return at(a, "relationships", "author", "data", "id") != author })
	}
	if q.Get("sort") == "-id" {
		slices.Reverse(found)
	}
	number, _ := strconv.Atoi(cmp.Or(q.Get("page[number]"), "1"))
	size, _ := strconv.Atoi(cmp.Or(q.Get("page[size]"), "10"))
	if number < 1 || size < 1 {
		jsonAPIFailure(w, http.StatusBadRequest, object{"source": object{"parameter": "page"}, "title": "Invalid Query Parameter"})
		return
	}
	last := max(1, (len(found)+size-1)/size)
	link := func(n int) any {
		if n < 1 || n > last {
			return nil
		}
		return fmt.Sprintf("%s/articles?page[number]=%d&page[size]=%d", jsonAPIURL, n, size)
	}
	data, included := j.document(q, found[min((number-1)*size, len(found)):min(number*size, len(found))])
	answer := object{"data": data, "meta": object{"total-pages": last}, "links": object{
		"self": link(number), "first": link(1), "prev": link(number - 1), "next": link(number + 1), "last": link(last),
	}}
	if included != nil {
		answer["included"] = included
	}
	jsonAPISend(w, http.StatusOK, answer)
}

func (j *jsonAPIFake) listPeople(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if !j.valid(w, q) {
		return
	}
	found := slices.Clone(j.people)
	if q.Has("filter[id]") {
		found = slices.DeleteFunc(found, func(p object) bool { return !slices.Contains(list(q, "filter[id]"), p["id"].(string)) })
	}
	data, _ := j.document(q, found)
	jsonAPISend(w, http.StatusOK, object{"data": data})
}

// jsonAPIBody is a document that a client sends.
func jsonAPIBody(w http.ResponseWriter, r *http.Request) (data any, ok bool) {
	var body struct{ Data any }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || body.Data == nil {
		jsonAPIFailure(w, http.StatusUnprocessableEntity, object{"source": object{"pointer": ""}, "detail": "Missing `data` Member at document's top level."})
		return nil, false
	}
	return body.Data, true
}

func (j *jsonAPIFake) createArticle(w http.ResponseWriter, r *http.Request) {
	data, ok := jsonAPIBody(w, r)
	if !ok {
		return
	}
	if title, _ := at(data, "attributes", "title").(string); len(title) < 3 {
		jsonAPIFailure(w, http.StatusUnprocessableEntity, object{
			"source": object{"pointer": "/data/attributes/title"}, "title": "Invalid Attribute", "detail": "Title must contain at least three characters.",
		})
		return
	}
	article := with(data.(object), "id", strconv.Itoa(len(j.articles)+1))
	j.articles = append(j.articles, article)
	w.Header().Set("Location", jsonAPIURL+"/articles/"+article["id"].(string))
	jsonAPISend(w, http.StatusCreated, object{"data": article})
}

func (j *jsonAPIFake) removeComments(w http.ResponseWriter, r *http.Request) {
	data, ok := jsonAPIBody(w, r)
	if !ok {
		return
	}
	linkage, _ := data.([]any)
	j.comments = slices.DeleteFunc(j.comments, func(c object) bool {
		return slices.ContainsFunc(linkage, func(l any) bool { return at(l, "id") == c["id"] && at(l, "type") == "comments" })
	})
	w.WriteHeader(http.StatusNoContent)
}
