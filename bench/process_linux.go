package main

import (
	"os/exec"
	"syscall"
)

// bindToParent lets a process end when this one does, however that ends.
func bindToParent(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM} }
