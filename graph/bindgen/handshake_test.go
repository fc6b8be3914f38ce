package bindgen_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestHandshake compiles generated files of another version of weft, each alone in the place of the right one: the first thing that
// the compiler says about it names the command to run.
func TestHandshake(t *testing.T) {
	const version = "GeneratedCode7_"
	for _, file := range []string{"model/views_gen.go", "generated/bindings_gen.go", "generated/gqlgen_gen.go"} {
		name, err := filepath.Abs(filepath.Join("../../bench/items", file))
		if err != nil {
			t.Fatal(err)
		}
		right, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if out, err := buildWith(t, name, right); err != nil {
			t.Errorf("%s as it is does not compile: %v\n%s", file, err, out)
		}
		for _, other := range []string{"GeneratedCode6_", "GeneratedCode8_"} { // older, newer
			wrong := strings.Replace(string(right), version, other, 1)
			out, err := buildWith(t, name, []byte(wrong+"\nvar _ = view.AlsoGone\n"))
			_, says, _ := strings.Cut(out, "\n") // the first line is the package's name
			says, _, _ = strings.Cut(says, "\n")
			if err == nil || !strings.Contains(says, filepath.Base(file)+":") || !strings.HasSuffix(says, "undefined: view."+other+"IfUndefinedRunGoGenerate") {
				t.Errorf("%s with %s: got %v, and first %q, want an error that says RunGoGenerate; all of it:\n%s", file, other, err, says, out)
			}
		}
	}
}

// buildWith compiles bench/items with another text of one of its files.
func buildWith(t *testing.T, file string, text []byte) (output string, err error) {
	t.Helper()
	dir := t.TempDir()
	replacement, overlay := filepath.Join(dir, filepath.Base(file)), filepath.Join(dir, "overlay.json")
	list, err := json.Marshal(map[string]any{"Replace": map[string]string{file: replacement}})
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{replacement: text, overlay: list} {
		if err := os.WriteFile(name, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command("go", "build", "-overlay", overlay, "weft/bench/items/generated").CombinedOutput()
	return string(out), err
}
