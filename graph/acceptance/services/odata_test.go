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

// oDataFake is TripPin: people with trips and friends, and airports. It gives eight people at a time.
type oDataFake struct {
	airports []object
	trips    map[string][]object // by UserName
	friends  map[string][]string // likewise, the names of others

	mu     sync.Mutex // guards what follows
	people []object
}

const oDataPage = 8

func newOData(t testing.TB) http.Handler {
	objects := func(name string) (found []object) {
		for _, v := range published(t, name)["value"].([]any) {
			if o, ok := v.(object); ok {
				found = append(found, o)
			}
		}
		return found
	}
	all, airport := objects("odata/people"), objects("odata/airports")[0]
	trips := objects("odata/trips")
	slices.Reverse(trips)
	o := &oDataFake{
		trips:   map[string][]object{"russellwhyte": trips, "scottketchum": {trips[0]}},
		friends: map[string][]string{"russellwhyte": {"scottketchum", "ronaldmundy"}},
		airports: []object{airport, with(airport, "@odata.id", "serviceRoot/Airports('KLAX')", "IcaoCode", "KLAX", "IataCode", "LAX",
			"Name", "Los Angeles International Airport", "Location", with(airport["Location"].(object), "Address", "1 World Way, Los Angeles, CA, 90045"))},
	}
	person := func(first, last string) object {
		name := strings.ToLower(first + last)
		self := "serviceRoot/People('" + strings.ReplaceAll(name, "'", "''") + "')"
		return with(all[1], "@odata.id", self, "@odata.editLink", self, "UserName", name, "FirstName", first, "LastName", last)
	}
	o.people = []object{
		all[0], objects("odata/filter")[0], person("Ronald", "Mundy"), person("Javier", "Alfred"), person("Willie", "Ashmore"),
		person("Vincent", "Calabrese"), person("Clyde", "Guess"), all[1], person("Marshall", "Garay"), person("Ryan", "O'Neil"),
	}
	return http.HandlerFunc(o.serve)
}

// segment is one of a path: a name, or a name with a key.
var segment = regexp.MustCompile(`^(\w+)(?:\('((?:[^']|'')*)'\))?$`)

func (o *oDataFake) serve(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	w.Header().Set("OData-Version", "4.0")
	path := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	m := segment.FindStringSubmatch(path[0])
	sets := map[string]*[]object{"People": &o.people, "Airports": &o.airports}
	if m == nil || sets[m[1]] == nil {
		oDataFailure(w, http.StatusNotFound, "NotFound", "Resource not found for the segment '"+path[0]+"'.")
		return
	}
	set, keyed := sets[m[1]], strings.Contains(path[0], "(")
	switch {
	case !keyed && r.Method == http.MethodPost:
		o.create(w, r)
	case !keyed:
		o.list(w, r, m[1], *set, oDataPage)
	default:
		id := map[string]string{"People": "UserName", "Airports": "IcaoCode"}[m[1]]
		key := strings.ReplaceAll(m[2], "''", "'")
		i := find(*set, id, key)
		if i < 0 {
			oDataFailure(w, http.StatusNotFound, "NotFound", "The resource was not found.")
			return
		}
		o.one(w, r, path, set, i)
	}
}

func oDataFailure(w http.ResponseWriter, status int, code, message string) {
	oDataSend(w, status, object{"error": object{"code": code, "message": message}})
}

func oDataSend(w http.ResponseWriter, status int, v any) {
	send(w, "application/json; odata.metadata=minimal", status, v)
}

// one answers for an entity, and for what its path has behind that.
func (o *oDataFake) one(w http.ResponseWriter, r *http.Request, path []string, set *[]object, i int) {
	entity := (*set)[i]
	switch {
	case len(path) > 1 && path[1] == "Trips":
		o.list(w, r, path[0]+"/Trips", o.trips[fmt.Sprint(entity["UserName"])], 100)
	case len(path) > 1:
		v, ok := entity[path[1]]
		if !ok {
			oDataFailure(w, http.StatusNotFound, "NotFound", "There is no property '"+path[1]+"'.")
			return
		}
		oDataSend(w, http.StatusOK, object{"@odata.context": "serviceRoot/$metadata#" + path[0] + "/" + path[1], "value": v})
	case r.Method == http.MethodGet:
		if options(w, r.URL.Query(), "$select", "$expand") {
			w.Header().Set("ETag", fmt.Sprint(entity["@odata.etag"]))
			name, _, _ := strings.Cut(path[0], "(")
			oDataSend(w, http.StatusOK, with(o.shown(entity, r.URL.Query()), "@odata.context", "serviceRoot/$metadata#"+name+"/$entity"))
		}
	case r.Header.Get("If-Match") == "":
		oDataFailure(w, http.StatusPreconditionRequired, "PreconditionRequired", "If-Match is missing.")
	case r.Header.Get("If-Match") != entity["@odata.etag"] && r.Header.Get("If-Match") != "*":
		oDataFailure(w, http.StatusPreconditionFailed, "PreconditionFailed", "The entity has changed.")
	case r.Method == http.MethodDelete:
		*set = slices.Delete(slices.Clone(*set), i, i+1)
		w.WriteHeader(http.StatusNoContent)
	default:
		var in object
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			oDataFailure(w, http.StatusBadRequest, "BadRequest", err.Error())
			return
		}
		for name, v := range in {
			entity = with(entity, name, v)
		}
		(*set)[i] = with(entity, "@odata.etag", `W/"08D1694BD49A0F12"`)
		w.WriteHeader(http.StatusNoContent)
	}
}

// options refuses system query options of other names.
func options(w http.ResponseWriter, q url.Values, known ...string) bool {
	for name := range q {
		if strings.HasPrefix(name, "$") && !slices.Contains(known, name) {
			oDataFailure(w, http.StatusBadRequest, "BadRequest", "The query option '"+name+"' is not supported.")
			return false
		}
	}
	return true
}

// shown has the properties of $select, with those of $expand.
func (o *oDataFake) shown(entity object, q url.Values) object {
	shown := with(entity)
	if names := q.Get("$select"); names != "" {
		shown = object{"@odata.id": entity["@odata.id"]}
		for name := range strings.SplitSeq(names, ",") {
			shown[strings.TrimSpace(name)] = entity[strings.TrimSpace(name)]
		}
	}
	for _, item := range split(q.Get("$expand"), ',') {
		name, options, _ := strings.Cut(strings.TrimSuffix(item, ")"), "(")
		nested, related, user := url.Values{}, []object{}, fmt.Sprint(entity["UserName"])
		for _, option := range split(options, ';') {
			key, value, _ := strings.Cut(option, "=")
			nested.Set(key, value)
		}
		switch name {
		case "Trips":
			related = o.trips[user]
		case "Friends":
			for _, friend := range o.friends[user] {
				related = append(related, o.people[find(o.people, "UserName", friend)])
			}
		}
		objects := []object{}
		for _, one := range related {
			objects = append(objects, o.shown(one, nested))
		}
		shown[name] = objects
	}
	return shown
}

// split are the parts of text between separators that stand in no brackets.
func split(text string, separator byte) (parts []string) {
	begin, open := 0, 0
	for i := range len(text) {
		switch {
		case text[i] == '(':
			open++
		case text[i] == ')':
			open--
		case text[i] == separator && open == 0:
			parts, begin = append(parts, text[begin:i]), i+1
		}
	}
	if text != "" {
		parts = append(parts, text[begin:])
	}
	return parts
}

// filterClause is one of $filter: a property compared with a text or a number, or contains.
var filterClause = regexp.MustCompile(`^(?:(\w+) (eq|gt|ge|lt|le) |contains\(([\w/]+), ?)(?:'((?:[^']|'')*)'|(\d+))(\)?)`)

// joins is what stands between clauses.
var joins = regexp.MustCompile(`^ (?:and|or) `)

// matches says whether an entity has what $filter asks for; ok whether that is one. and binds as or does: nobody here needs both.
func matches(entity object, filter string) (match, ok bool) {
	for joined := ""; ; {
		m := filterClause.FindStringSubmatch(filter)
		if m == nil || (m[3] != "") != (m[6] != "") {
			return false, false
		}
		text := strings.ReplaceAll(m[4], "''", "'")
		have, this := fmt.Sprint(at(entity, strings.Split(m[1]+m[3], "/")...)), false
		a, _ := strconv.Atoi(have)
		b, _ := strconv.Atoi(m[5])
		switch m[2] {
		case "eq":
			this = have == text+m[5]
		case "":
			this = strings.Contains(have, text)
		case "gt":
			this = a > b
		case "ge":
			this = a >= b
		case "lt":
			this = a < b
		case "le":
			this = a <= b
		}
		switch joined {
		case " or ":
			match = match || this
		case " and ":
			match = match && this
		default:
			match = this
		}
		if filter = filter[len(m[0]):]; filter == "" {
			return match, true
		}
		if joined = joins.FindString(filter); joined == "" {
			return false, false
		}
		filter = filter[len(joined):]
	}
}

func (o *oDataFake) list(w http.ResponseWriter, r *http.Request, context string, set []object, most int) {
	q := r.URL.Query()
	if !options(w, q, "$filter", "$select", "$expand", "$orderby", "$top", "$skip", "$count", "$skiptoken") {
		return
	}
	found := []object{}
	for _, entity := range set {
		match, ok := true, true
		if q.Has("$filter") {
			match, ok = matches(entity, q.Get("$filter"))
		}
		if !ok {
			oDataFailure(w, http.StatusBadRequest, "BadRequest", "The query specified in the URI is not valid.")
			return
		}
		if match {
			found = append(found, o.shown(entity, q))
		}
	}
	if by, order, _ := strings.Cut(q.Get("$orderby"), " "); by != "" {
		slices.SortStableFunc(found, func(a, b object) int { return strings.Compare(fmt.Sprint(a[by]), fmt.Sprint(b[by])) })
		if order == "desc" {
			slices.Reverse(found)
		}
	}
	if names := strings.ReplaceAll(q.Get("$select"), " ", ""); names != "" {
		context += "(" + names + ")"
	}
	answer := object{"@odata.context": "serviceRoot/$metadata#" + context}
	if q.Get("$count") == "true" {
		answer["@odata.count"] = len(found)
	}
	first, _ := strconv.Atoi(cmp.Or(q.Get("$skiptoken"), q.Get("$skip"), "0"))
	found = found[min(first, len(found)):]
	if top, err := strconv.Atoi(q.Get("$top")); err == nil {
		found = found[:min(top, len(found))]
	}
	if len(found) > most {
		found = found[:most]
		rest := url.Values(http.Header(q).Clone())
		rest.Set("$skiptoken", strconv.Itoa(first+most))
		answer["@odata.nextLink"] = "serviceRoot" + r.URL.Path + "?" + rest.Encode()
	}
	answer["value"] = found
	oDataSend(w, http.StatusOK, answer)
}

func (o *oDataFake) create(w http.ResponseWriter, r *http.Request) {
	var in object
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || in["UserName"] == nil {
		oDataFailure(w, http.StatusBadRequest, "BadRequest", "The person is not valid.")
		return
	}
	self := fmt.Sprintf("serviceRoot/People('%s')", in["UserName"])
	person := with(o.people[7], "@odata.id", self, "@odata.editLink", self, "AddressInfo", []any{}, "Emails", []any{})
	for name, v := range in {
		person[name] = v
	}
	o.people = append(o.people, person)
	w.Header().Set("Location", self)
	if r.Header.Get("Prefer") == "return=minimal" {
		w.Header().Set("OData-EntityId", self)
		w.Header().Set("Preference-Applied", "return=minimal")
		w.WriteHeader(http.StatusNoContent)
		return
	}
	oDataSend(w, http.StatusCreated, with(person, "@odata.context", "serviceRoot/$metadata#People/$entity"))
}
