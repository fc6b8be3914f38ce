//go:build !linux

package process

import "net"

// refuse does nothing: see listener_linux.go.
func refuse(*net.TCPListener) {}
