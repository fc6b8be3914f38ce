// Package processtest runs weft as a process of its own, for tests.
package processtest

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// Build builds weft and returns the path of the program.
func Build(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "weft")
	if out, err := exec.Command("go", "build", "-o", path, "weft").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return path
}

// Process is a running weft.
type Process struct {
	URL   string // its endpoint
	Admin string // its admin listener; empty where it has none

	cmd   *exec.Cmd
	ended chan error // receives once; nil afterwards

	mu    sync.Mutex // guards what follows
	lines []string   // of its log
	over  bool       // no more of them come
	more  *sync.Cond // there is another one, or the end
}

// Start starts cmd, a weft, on a free port, and returns when it is ready. It is killed with the test, if it has not ended.
func Start(t *testing.T, cmd *exec.Cmd) *Process {
	t.Helper()
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	cmd.Env = append(cmd.Env, "WEFT_ADDR=127.0.0.1:0")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &Process{cmd: cmd, ended: make(chan error, 1)}
	p.more = sync.NewCond(&p.mu)
	ready := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(stderr)
		for lines.Scan() {
			label, url, _ := strings.Cut(strings.TrimSpace(lines.Text()), " ")
			switch url = strings.TrimSpace(url); label {
			case "Admin":
				p.Admin = url
			case "Endpoint":
				ready <- url
			default:
				t.Log(lines.Text())
				p.note(lines.Text(), false)
			}
		}
		p.note("", true)
		p.ended <- cmd.Wait()
	}()
	t.Cleanup(func() {
		if p.ended != nil {
			_ = cmd.Process.Kill()
			<-p.ended
		}
	})
	select {
	case p.URL = <-ready:
	case err := <-p.ended:
		p.ended = nil
		t.Fatalf("weft has ended: %v", err)
	}
	return p
}

func (p *Process) note(line string, over bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lines, p.over = append(p.lines, line), over
	p.more.Broadcast()
}

// Logged waits until the process has logged a line that has text in it, and returns the first such line; "" where it ends without one.
func (p *Process) Logged(text string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		for _, line := range p.lines {
			if strings.Contains(line, text) {
				return line
			}
		}
		if p.over {
			return ""
		}
		p.more.Wait()
	}
}

// Lines waits until the process has ended, and returns all that it has logged.
func (p *Process) Lines() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !p.over {
		p.more.Wait()
	}
	return p.lines
}

// PID is the process's number.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Terminate asks the process to end.
func (p *Process) Terminate(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
}

// Ends waits for the process's end, which has to be a good one.
func (p *Process) Ends(t *testing.T) {
	t.Helper()
	if err := <-p.ended; err != nil {
		t.Errorf("weft ended with %v", err)
	}
	p.ended = nil
}
