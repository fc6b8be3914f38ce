package edge

import (
	"strings"
	"testing"
)

// FuzzChooseMedia tries that nothing is chosen that a client refuses by name, or does not mention.
func FuzzChooseMedia(f *testing.F) {
	for _, accept := range []string{"*/*", "application/json;q=0, */*", "application/*;q=0.5, application/graphql-response+json", `a/b;x=",", */*`, ";", ","} {
		f.Add(accept)
	}
	f.Fuzz(func(t *testing.T, accept string) {
		media, ok := chooseMedia([]string{accept})
		if media != mediaJSON && media != mediaGraphQL {
			t.Fatalf("%q: got %s", accept, media)
		}
		lower := strings.ToLower(accept)
		if ok && !strings.Contains(lower, "*/*") && !strings.Contains(lower, "application/*") && !strings.Contains(lower, media) {
			t.Errorf("%q: got %s, which it does not mention", accept, media)
		}
		if again, also := chooseMedia([]string{accept, media + ";q=0"}); also && again == media && !strings.Contains(lower, media) {
			t.Errorf("%q: got %s, which is refused", accept, media)
		}
	})
}
