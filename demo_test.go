package main_test

import (
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
