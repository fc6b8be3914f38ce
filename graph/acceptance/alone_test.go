package acceptance_test

import (
	"os"
	"os/exec"
	"testing"
)

// aloneVariable is the environment variable that has the name of the test which a process is there for.
const aloneVariable = "TEST_ALONE"

// alone runs a test in a process of its own, in which no other test's memory comes or goes. It reports whether this is that process.
func alone(t *testing.T) bool {
	t.Helper()
	if os.Getenv(aloneVariable) == t.Name() {
		return true
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), aloneVariable+"="+t.Name())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	return false
}
