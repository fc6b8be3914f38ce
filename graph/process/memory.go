package process

import (
	"log/slog"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// LimitMemory has the garbage collector stay within nine tenths of what the process's cgroup may have, so that a container is not killed
// for what could have been collected. It does nothing where GOMEMLIMIT is set, AUTOMEMLIMIT is off, or nothing limits the process.
func LimitMemory(log *slog.Logger) { limitMemory(log, memlimit.FromCgroup) }

func limitMemory(log *slog.Logger, from memlimit.Provider) {
	limit, err := memlimit.Set(memlimit.WithProvider(from))
	if err != nil {
		log.Debug("what memory the process may have is not known", "error", err)
		return
	}
	log.Debug("memory is limited", "GOMEMLIMIT", limit)
}
