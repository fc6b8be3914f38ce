//go:build !linux

package main

import "os/exec"

// bindToParent does nothing where a process cannot be told that its parent has ended.
func bindToParent(*exec.Cmd) {}
