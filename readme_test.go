package main_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/graph/bindgen"
	"weft/graph/resolver"
	"weft/graph/service"
	"weft/upstream/upstreamtest"
)

// TestReadme does what the README tells a newcomer with services of their own: the files and commands of its section
// "Your own services", as they are written, in an empty folder.
func TestReadme(t *testing.T) {
	section := readmeSection(t, "## Your own services")
	dir, checkout := t.TempDir(), workingDirectory(t)
	for _, file := range regexp.MustCompile("(?s)`([a-z.]+)`:\n\n```[a-z]+\n(.*?)```").FindAllStringSubmatch(section, -1) {
		if err := os.WriteFile(filepath.Join(dir, file[1]), []byte(file[2]), 0o644); err != nil {
			t.Fatal(err)
		}
		if lines := strings.Count(file[2], "\n"); file[1] == "main.go" && lines > 12 {
			t.Errorf("main.go has %d lines, more than 12", lines)
		}
	}
	blog := upstreamtest.New(t)
	blog.JSON("GET /posts", `[{"id": 1, "title": "Warp", "userId": 1}, {"id": 2, "title": "Weft", "userId": 2}, {"id": 3, "title": "Web", "userId": 1}]`)
	blog.JSON("GET /users", `[{"id": 2, "name": "Ben"}, {"id": 1, "name": "Ada"}]`)

	blocks := shellBlocks(section)
	for command := range strings.Lines(blocks[0]) {
		command, _, _ = strings.Cut(strings.TrimSpace(command), " #")
		command = strings.ReplaceAll(command, "../weft", checkout)
		if before, ok := strings.CutSuffix(command, "go run ."); ok {
			env := strings.Replace(strings.TrimSpace(before), "http://localhost:3000", blog.URL, 1)
			url := start(t, dir, env, "WEFT_ADDR=localhost:0")
			got := pasteCurl(t, blocks[1], url)
			want := `{"data":{"posts":[{"title":"Warp","author":{"name":"Ada"}},{"title":"Weft","author":{"name":"Ben"}},{"title":"Web","author":{"name":"Ada"}}]}}`
			if diff := cmp.Diff(decode(t, []byte(want)), decode(t, got)); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]string{"GET /posts", "GET /users?id=1&id=2"}, blog.Lines()); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
			return
		}
		shell(t, dir, command)
		if strings.HasPrefix(command, "go mod tidy") { // which leaves all that generating anew needs
			for _, generated := range []string{"generated", "model"} {
				if err := os.RemoveAll(filepath.Join(dir, generated)); err != nil {
					t.Fatal(err)
				}
			}
			shell(t, dir, "go generate ./...")
		}
	}
	t.Error("the section runs no service")
}

// TestReadmeFirstScreen runs the first two commands and compares the answer with the one that is printed, and the report of the
// second time with the one under "Caching".
func TestReadmeFirstScreen(t *testing.T) {
	first := readmeSection(t, "# Weft")
	url := start(t, workingDirectory(t), "WEFT_ADDR=localhost:0")
	ask := func() object { return decode(t, pasteCurl(t, shellBlocks(first)[1], url)).(object) }

	got, want := ask(), printedJSON(t, first)
	for _, answer := range []object{got, want} {
		steady(answer["extensions"].(object)["weft"].(object))
	}
	delete(got["extensions"].(object)["weft"].(object), "values") // the page says that they are left out
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the README's answer (-want +got):\n%s", diff)
	}

	again, want := ask()["extensions"].(object)["weft"].(object), printedJSON(t, readmeSection(t, "## Caching"))
	steady(again)
	steady(want)
	if diff := cmp.Diff(want, again); diff != "" {
		t.Errorf("the README's report of the same query again (-want +got):\n%s", diff)
	}
}

// TestReadmeGuards sends what the section about guards does, and compares the answer with the one that is printed.
func TestReadmeGuards(t *testing.T) {
	section := readmeSection(t, "## Who may see what")
	url := start(t, workingDirectory(t), "WEFT_ADDR=localhost:0")
	got := decode(t, pasteCurl(t, shellBlocks(section)[0], url))
	if diff := cmp.Diff(any(printedJSON(t, section)), got); diff != "" {
		t.Errorf("the README's answer (-want +got):\n%s", diff)
	}
}

// TestReadmeCommands runs the commands that say what operations take, and compares what they print.
func TestReadmeCommands(t *testing.T) {
	section := readmeSection(t, "## Before it runs")
	printed := regexp.MustCompile("(?s)<!-- ([a-z]+): .*? -->\n```text\n(.*?)```").FindAllStringSubmatch(section, -1)
	for i, command := range [][]string{shellCommand(t, section, 0), shellCommand(t, section, 1)} {
		var out strings.Builder
		p := service.Program{Name: "weft", Output: &out}
		schema := resolver.Service()
		if err := p.Run(t.Context(), schema, command, nil, io.Discard); err != nil {
			t.Fatalf("%q: %v", command, err)
		}
		if !strings.HasSuffix(out.String(), printed[i][2]) {
			t.Errorf("%q: got\n%s\nwant at its end\n%s", command, out.String(), printed[i][2])
		}
	}
}

// shellCommand is the n-th command of a text, without "go run .", its patterns expanded.
func shellCommand(t *testing.T, section string, n int) (args []string) {
	t.Helper()
	text, found := strings.CutPrefix(strings.TrimSpace(shellBlocks(section)[n]), "go run . ")
	if !found {
		t.Fatalf("command %d is %q", n, text)
	}
	for _, word := range strings.Fields(text) {
		if files, _ := filepath.Glob(word); len(files) > 0 {
			args = append(args, files...)
		} else {
			args = append(args, word)
		}
	}
	return args
}

type object = map[string]any

// printedJSON is the first answer in a text.
func printedJSON(t *testing.T, text string) object {
	t.Helper()
	_, rest, _ := strings.Cut(text, "```json\n")
	printed, _, _ := strings.Cut(rest, "```")
	return decode(t, []byte(printed)).(object)
}

// steady takes out of a report what varies from run to run, what the README leaves out of calls, and zeros.
func steady(report object) {
	if answer, ok := report["answer"].(object); ok {
		delete(answer, "age")
	}
	for _, name := range []string{"calls", "values"} {
		list, _ := report[name].([]any)
		for _, entry := range list {
			for _, varies := range []string{"start", "duration", "bytes", "wire", "age"} {
				delete(entry.(object), varies)
			}
			if name == "calls" {
				delete(entry.(object), "binding")
				delete(entry.(object), "at")
			}
		}
		slices.SortFunc(list, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	}
	delete(report, "parallel")
	dropZeros(report)
}

// dropZeros takes out of a report the members that are 0, and parts in which nothing else is.
func dropZeros(part object) {
	maps.DeleteFunc(part, func(_ string, value any) bool {
		inner, ok := value.(object)
		if ok {
			dropZeros(inner)
		}
		return value == 0.0 || ok && len(inner) == 0
	})
}

// readmeSection is the README from a heading to the next of its rank.
func readmeSection(t *testing.T, heading string) string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut("\n"+string(text), "\n"+heading+"\n")
	if !ok {
		t.Fatalf("README.md has no heading %q", heading)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	return section
}

func shellBlocks(text string) []string {
	var blocks []string
	for _, m := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(text, -1) {
		blocks = append(blocks, m[1])
	}
	return blocks
}

func workingDirectory(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func shell(t *testing.T, dir, command string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "-c", command)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
}

// start runs the service in dir until the test ends and returns its URL.
func start(t *testing.T, dir string, env ...string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "service")
	shell(t, dir, "go build -o "+binary+" .")
	return launch(t, exec.CommandContext(context.WithoutCancel(t.Context()), binary), env...)
}

// launch runs a service until the test ends and returns its URL.
func launch(t *testing.T, cmd *exec.Cmd, env ...string) string {
	t.Helper()
	cmd.Env = append(os.Environ(), env...)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := make(chan string, 100)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer close(lines)
		for scanner := bufio.NewScanner(stderr); scanner.Scan(); {
			lines <- scanner.Text()
		}
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		<-ended
		if err := cmd.Wait(); err != nil {
			t.Errorf("the service ended with %v", err)
		}
	})
	var said []string
	for line := range lines {
		said = append(said, line)
		if url := regexp.MustCompile(`http://localhost:\d+`).FindString(line); url != "" {
			return url
		}
	}
	t.Fatalf("the service is not ready:\n%s", strings.Join(said, "\n"))
	return ""
}

// pasteCurl runs a curl command line of a document against url, without curl.
func pasteCurl(t *testing.T, command, url string) []byte {
	t.Helper()
	_, body, _ := strings.Cut(command, "-d '")
	body, _, _ = strings.Cut(body, "'")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/graphql", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, header := range regexp.MustCompile(`-H '([^:]+): ([^']+)'`).FindAllStringSubmatch(command, -1) {
		request.Header.Set(header[1], header[2])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func decode(t *testing.T, text []byte) any {
	t.Helper()
	var v any
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

// TestDirectivesAreCurrent: what editors read of the directives is what go generate makes of them.
func TestDirectivesAreCurrent(t *testing.T) {
	have, err := os.ReadFile("directives.graphql")
	if err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	if status := bindgen.Directives(nil, &want, io.Discard); status != 0 {
		t.Fatalf("status %d", status)
	}
	if diff := cmp.Diff(want.String(), string(have)); diff != "" {
		t.Errorf("directives.graphql (-want +got); go generate makes it anew:\n%s", diff)
	}
}

// TestReadmePromises: each test that the README names beside a promise is in the folder that it names.
func TestReadmePromises(t *testing.T) {
	rows := regexp.MustCompile("(?m)^\\| .* \\| `(Test\\w+)` in \\[([\\w/]+)\\]").FindAllStringSubmatch(readmeSection(t, "## What is promised"), -1)
	if len(rows) < 10 {
		t.Fatalf("%d promises", len(rows))
	}
	for _, row := range rows {
		files, err := filepath.Glob(filepath.Join(row[2], "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(files, func(file string) bool {
			text, err := os.ReadFile(file)
			return err == nil && bytes.Contains(text, []byte("\nfunc "+row[1]+"("))
		}) {
			t.Errorf("%s has no %s", row[2], row[1])
		}
	}
}

// TestReadmePolicies compares the README's table of policies with the keys of the configuration: each is as it says without any setting, and none of
// a service that has a default is left out.
func TestReadmePolicies(t *testing.T) {
	text, err := os.ReadFile("graph/config/weft.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var schema map[string]any
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| [^|]* \\| `([\\w.*]+)` \\| ([^|]*) \\|").FindAllStringSubmatch(readmeSection(t, "## When something fails"), -1) {
		said[row[1]] = row[2]
	}
	for key, is := range said {
		at := schema
		for name := range strings.SplitSeq(key, ".") {
			if name == "*" {
				at, _ = at["additionalProperties"].(map[string]any)
			} else {
				members, _ := at["properties"].(map[string]any)
				at, _ = members[name].(map[string]any)
			}
		}
		value, has := at["default"]
		if want := fmt.Sprintf("`%v`", value); at == nil || has && is != want || !has && strings.Contains(is, "`") {
			t.Errorf("%s is %s, want %v", key, is, value)
		}
	}
	service := schema["properties"].(map[string]any)["upstreams"].(map[string]any)["additionalProperties"].(map[string]any)
	for name, member := range service["properties"].(map[string]any) {
		if _, has := member.(map[string]any)["default"]; has && said["upstreams.*."+name] == "" {
			t.Errorf("upstreams.*.%s is no policy of the table", name)
		}
	}
}
