package samples

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A sample gets what it lacks of an answer, and keeps what it has.
func TestMerge(t *testing.T) {
	for name, tt := range map[string]struct {
		rules                rules
		sample, answer, want string
	}{
		"member":              {rules{}, `{"a": 1}`, `{"b": {"c": "x"}}`, `{"a": 1, "b": {"c": "text"}}`},
		"member further in":   {rules{}, `{"a": {"b": 1}}`, `{"a": {"c": 2}}`, `{"a": {"b": 1, "c": 1}}`},
		"null gives way":      {rules{}, `{"a": null}`, `{"a": 2}`, `{"a": 1}`},
		"a value does not":    {rules{}, `{"a": "mine"}`, `{"a": null}`, `{"a": "mine"}`},
		"nor to a list":       {rules{}, `{"a": "mine"}`, `{"a": [1]}`, `{"a": "mine"}`},
		"nor an object":       {rules{}, `{"a": {"b": 1}}`, `{"a": [1]}`, `{"a": {"b": 1}}`},
		"an empty list does":  {rules{isKeyed: true, keyed: "/a"}, `{"a": []}`, `{"a": {"b": 1}}`, `{"a": {"1": 1}}`},
		"a full one does not": {rules{}, `{"a": [1]}`, `{"a": {"b": 1}}`, `{"a": [1]}`},
		"nothing new":         {rules{}, `[{"a": "mine"}]`, `[{"a": "other"}, {"a": "more"}]`, `[{"a": "mine"}]`},
		"null, in an element": {rules{}, `[{"a": "mine"}]`, `[{"a": "other"}, {"a": null}]`, `[{"a": "mine"}, {"a": null}]`},
		"missing, likewise":   {rules{}, `[{"a": "mine"}]`, `[{}]`, `[{"a": "mine"}, {}]`},
		"another kind":        {rules{}, `[{"a": "mine"}]`, `[{"a": 12.5}]`, `[{"a": "mine"}, {"a": 1.5}]`},
		"empty list":          {rules{}, `[{"a": [1]}]`, `[{"a": []}]`, `[{"a": [1]}, {"a": []}]`},
		"in lists of lists":   {rules{}, `[{"a": [{"b": 1}]}]`, `[{"a": [{"b": 2}, {"b": null}]}]`, `[{"a": [{"b": 1}]}, {"a": [{"b": 1}, {"b": null}]}]`},
		"words":               {rules{words: map[string]bool{"OPEN": true, "SHUT": true}}, `["OPEN"]`, `["OPEN", "SHUT", "LOST"]`, `["OPEN", "SHUT", "text"]`},
		"values":              {rules{values: map[string]bool{"a": true}}, `[{"a": "x", "b": "y"}]`, `[{"a": "z"}, {"a": 7}]`, `[{"a": "x", "b": "y"}, {"a": "z"}, {"a": 7}]`},
		"below values":        {rules{values: map[string]bool{"a": true}}, `{}`, `{"a": {"b": ["x"]}, "c": {"a": false}}`, `{"a": {"b": ["x"]}, "c": {"a": false}}`},
		"map by its keys":     {rules{}, `{"12": {"a": 1}}`, `{"31": {"a": 2}, "32": {"b": 2}}`, `{"12": {"a": 1}, "1": {"b": 1}}`},
		"map by the schema":   {rules{isKeyed: true, keyed: "/data"}, `{"data": {"ada": {"a": 1}, "1": {}}}`, `{"data": {"ben": {"a": null}}}`, `{"data": {"ada": {"a": 1}, "1": {}, "2": {"a": null}}}`},
		"another page":        {rules{next: "/more"}, `{}`, `{"more": false, "less": false}`, `{"more": false, "less": true}`},
		"the next page":       {rules{next: "/next"}, `{}`, `{"next": "https://secret.example/a?token=secret&page=7", "prev": "/a?page=6"}`, `{"next": "https://example.com/x?page=1&token=1", "prev": "/x"}`},
		"next, relative":      {rules{next: "/next"}, `{}`, `{"next": {"href": "?page=2"}}`, `{"next": {"href": "text?page=1"}}`},
		"next, a cursor":      {rules{next: "/next"}, `{}`, `{"next": "secret"}`, `{"next": "text"}`},
		"pointers of names":   {rules{next: "/a~1b"}, `{}`, `{"a/b": false}`, `{"a/b": false}`},
	} {
		t.Run(name, func(t *testing.T) {
			answer := tt.rules.plain(parsed(t, tt.answer), "", 0, false)
			got := tt.rules.merge(parsed(t, tt.sample), answer, "")
			if diff := cmp.Diff(parsed(t, tt.want), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func parsed(t *testing.T, text string) any {
	t.Helper()
	v, err := decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}
