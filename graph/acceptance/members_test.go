package acceptance_test

import (
	"encoding/json"
	"strings"
	"testing"

	"weft/upstream"
)

// TestMembersReported asks for some members of the objects of two calls: the report says of each call how many of how many it asks for, and in sum how
// many nobody has asked for. Without the technique whole objects are asked for, and the answer is the same.
func TestMembersReported(t *testing.T) {
	c := readCase(t, "../../testdata/operations/requests/members.txtar")
	s := services["requests"]
	for _, executor := range executors {
		t.Run(executor, func(t *testing.T) {
			h := watched(t, s, executor, c.script(t, s.upstreams))
			request := graphRequest{Query: c.parts["operation.graphql"]}
			with, without := reportOf(t, h, request), reportOf(t, h, request, "members")
			asked := map[string]upstream.Members{}
			avoided := int64(0)
			for _, call := range with.Extensions.Weft.Calls {
				if call.Members.Of > 0 {
					asked[call.Binding] = call.Members
					avoided += int64(call.Members.Of - call.Members.Asked)
				}
			}
			// A name may stand for several members: attributes for those in it.
			if users, user := asked["Query.users"], asked["Query.user"]; users != (upstream.Members{Asked: 2, Of: 3}) || user != (upstream.Members{Asked: 1, Of: 3}) || len(asked) != 2 {
				t.Errorf("calls ask for %+v", asked)
			}
			if got := with.Extensions.Weft.Avoided.Members; got != avoided || got == 0 {
				t.Errorf("got %d members avoided, want the sum of all calls: %d", got, avoided)
			}
			if got := without.Extensions.Weft.Avoided.Members; got != 0 {
				t.Errorf("without members: got %d members avoided", got)
			}
			for _, call := range without.Extensions.Weft.Calls {
				if call.Members.Of != 0 || strings.Contains(call.Path, "fields") {
					t.Errorf("without members: got %+v", call)
				}
			}
			for answer, data := range map[string]json.RawMessage{"with": with.Data, "without": without.Data} {
				if got, want := canonical(t, `{"data": `+string(data)+`}`), canonical(t, c.parts["response.json"]); got != want {
					t.Errorf("%s members: got %s, want %s", answer, got, want)
				}
			}
		})
	}
}
