package main_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"weft/graph/service/processtest"
)

// TestDemoSettings tries what is open over the demo, and that whoever says so closes it.
func TestDemoSettings(t *testing.T) {
	program := processtest.Build(t)
	for name, tt := range map[string]struct {
		args     []string
		environ  string
		reported bool
		status   int // for a page of another port of this machine
	}{
		"ByItself":  {nil, "", true, 200},
		"ReportOff": {[]string{"-report=off"}, "", false, 200},
		"Origins":   {nil, "WEFT_CORS_ORIGINS=https://app.example.com", true, 403},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command(program, append(tt.args, "-demo-latency=0s")...)
			if tt.environ != "" {
				cmd.Env = append(cmd.Environ(), tt.environ)
			}
			p := processtest.Start(t, cmd)
			status, text := fromPage(t, p.URL)
			if status != tt.status || strings.Contains(text, `"weft"`) != (tt.reported && status == 200) {
				t.Errorf("got %d %s", status, text)
			}
			p.Terminate(t)
			p.Ends(t)
		})
	}
}

// fromPage sends the question for a page of another port, with Weft-Report.
func fromPage(t *testing.T, url string) (status int, text string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(question))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"Content-Type": "application/json", "Weft-Report": "calls", "Origin": "http://localhost:5173", "Sec-Fetch-Site": "same-site",
	} {
		req.Header.Set(name, value)
	}
	req.Close = true
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// TestDemoTokens tries that the page offers tokens which the demo's issuer has signed, with what they say, and that services know whose they
// are.
func TestDemoTokens(t *testing.T) {
	p := processtest.Start(t, exec.Command(processtest.Build(t), "-demo-latency=0s"))
	var page struct {
		Tokens []struct{ Name, Value, Description string }
	}
	if err := json.Unmarshal(send(t, http.MethodGet, strings.TrimSuffix(p.URL, "/graphql")+"/playground/config.json", "", ""), &page); err != nil {
		t.Fatal(err)
	}
	if len(page.Tokens) != 3 {
		t.Errorf("got %d tokens, want those of two customers and an administrator", len(page.Tokens))
	}
	for i, token := range page.Tokens {
		if strings.Count(token.Value, ".") != 2 || !strings.Contains(token.Description, "scope account:read") || strings.Contains(token.Description, "admin") != (i == 2) {
			t.Errorf("got the token %+v", token)
		}
		got := string(send(t, http.MethodPost, p.URL, `{"query": "{ me { name } }"}`, "Bearer "+token.Value))
		if want := `{"data":{"me":{"name":"` + token.Name + `"}}}`; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	p.Terminate(t)
	p.Ends(t)
}

func send(t *testing.T, method, url, body, authorization string) []byte {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	req.Close = true
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
