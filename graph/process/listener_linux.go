package process

import (
	"net"

	"golang.org/x/sys/unix"
)

// onlyBegun is a program of the system's packet filter. Where a listener has it, whoever begins to connect hears nothing, and tries
// again; who has begun goes on. It sees a packet from its TCP header on (RFC 9293 §3.1), whose 14th byte has the flags.
var onlyBegun = [...]unix.SockFilter{
	{Code: unix.BPF_LD | unix.BPF_B | unix.BPF_ABS, K: 13},
	{Code: unix.BPF_ALU | unix.BPF_AND | unix.BPF_K, K: 0x12},        // SYN and ACK
	{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: 0x02, Jf: 1}, // SYN alone
	{Code: unix.BPF_RET | unix.BPF_K, K: 0},
	{Code: unix.BPF_RET | unix.BPF_K, K: 1 << 18},
}

// refuse lets the system begin no more connections for l. It is a help only, and may fail: then those that come after the last Accept are reset.
func refuse(l *net.TCPListener) {
	raw, err := l.SyscallConn()
	if err != nil {
		return
	}
	program := onlyBegun
	_ = raw.Control(func(fd uintptr) {
		_ = unix.SetsockoptSockFprog(int(fd), unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]})
	})
}
