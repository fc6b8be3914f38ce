package service_test

import (
	"encoding"
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"weft/graph/service"
)

// Every member of /status is explained, in the row of what it is a member of, and nothing is explained that is not there.
func TestStatusIsExplained(t *testing.T) {
	readme, err := os.ReadFile("../config/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(readme), "\n## Status\n")
	section, _, _ = strings.Cut(section, "\n## ")
	rows := map[string]string{} // by the members that they are about
	for _, row := range regexp.MustCompile("(?m)^\\| (`.*?`) \\| (.*) \\|$").FindAllStringSubmatch(section, -1) {
		for name := range strings.SplitSeq(row[1], ", ") {
			rows[strings.Trim(name, "`")] = row[2]
		}
	}
	members := map[string][]string{}
	membersOf(reflect.TypeFor[service.Status](), "", members)
	for _, name := range members[""] {
		if rows[name] == "" && rows[name+"[]"] == "" {
			t.Errorf("nothing explains %s", name)
		}
	}
	delete(members, "")
	for of, names := range members {
		for _, name := range names {
			if !strings.Contains(rows[of], "`"+name+"`") {
				t.Errorf("the row of %s does not explain %s", of, name)
			}
		}
	}
	for of := range rows {
		if members[of] == nil {
			t.Errorf("there is a row of %s, which /status has not", of)
		}
	}
}

// membersOf gathers the names of members as JSON has them, by the objects that they are members of.
func membersOf(t reflect.Type, at string, into map[string][]string) {
	switch t.Kind() {
	case reflect.Pointer:
		membersOf(t.Elem(), at, into)
	case reflect.Slice:
		membersOf(t.Elem(), at+"[]", into)
	case reflect.Struct:
		if t.Implements(reflect.TypeFor[json.Marshaler]()) || t.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
			return
		}
		for f := range slices.Values(reflect.VisibleFields(t)) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name == "" || name == "-" || len(f.Index) > 1 && !f.IsExported() {
				continue
			}
			into[at] = append(into[at], name)
			membersOf(f.Type, strings.TrimPrefix(at+"."+name, "."), into)
		}
	}
}
