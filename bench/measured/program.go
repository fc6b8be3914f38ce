// Package measured is what the services that bench measures have in common: the flags of their programs.
package measured

import (
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"runtime/pprof"
	"runtime/trace"

	"weft/graph/config"
	"weft/graph/service"
)

// Program is the program of a service that is measured. Beside the flags of every service it has -upstream, the URL of all of its
// upstreams, of which paths has the path below that for each name, -profile, the file of a CPU profile, and -trace, that of an execution trace.
func Program(name, about string, paths map[string]string) service.Program {
	var url, profile, executed string
	return service.Program{
		Name: name, About: about,
		Flags: func(f *flag.FlagSet) {
			f.StringVar(&url, "upstream", "", "`URL` of what answers for all upstreams; sets their urls")
			f.StringVar(&profile, "profile", "", "write a CPU profile to this `file`")
			f.StringVar(&executed, "trace", "", "write an execution trace to this `file`")
		},
		Before: func(_ context.Context, conf *config.Config, _ *service.Options) (func() error, error) {
			for name, path := range paths {
				if url != "" {
					u := conf.Upstreams[name]
					u.URL = url + path
					conf.Upstreams[name] = u
				}
			}
			stopProfile, err := record(profile, pprof.StartCPUProfile, pprof.StopCPUProfile)
			if err != nil {
				return nil, err
			}
			stopTrace, err := record(executed, trace.Start, trace.Stop)
			if err != nil {
				return nil, errors.Join(err, stopProfile())
			}
			return func() error { return errors.Join(stopProfile(), stopTrace()) }, nil
		},
	}
}

// record has start write to a file from now until stop is called, which calls end; with no path it does nothing.
func record(path string, start func(io.Writer) error, end func()) (stop func() error, err error) {
	if path == "" {
		return func() error { return nil }, nil
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	if err := start(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() error {
		end()
		return f.Close()
	}, nil
}
