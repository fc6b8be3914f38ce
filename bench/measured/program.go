// Package measured is what the services that bench measures have in common: the flags of their programs.
package measured

import (
	"context"
	"errors"
	"flag"
	"os"
	"runtime/pprof"

	"weft/graph/config"
	"weft/graph/service"
)

// Program is the program of a service that is measured. Beside the flags of every service it has -upstream, the URL of all of its
// upstreams, of which paths has the path below that for each name, and -profile, the file of a CPU profile.
func Program(name, about string, paths map[string]string) service.Program {
	var url, profile string
	return service.Program{
		Name: name, About: about,
		Flags: func(f *flag.FlagSet) {
			f.StringVar(&url, "upstream", "", "`URL` of what answers for all upstreams; sets their urls")
			f.StringVar(&profile, "profile", "", "write a CPU profile to this `file`")
		},
		Before: func(_ context.Context, conf *config.Config, _ *service.Options) (func() error, error) {
			for name, path := range paths {
				if url != "" {
					u := conf.Upstreams[name]
					u.URL = url + path
					conf.Upstreams[name] = u
				}
			}
			return profileTo(profile)
		},
	}
}

// profileTo writes a CPU profile from now until stop is called; with no path it does nothing.
func profileTo(path string) (stop func() error, err error) {
	if path == "" {
		return func() error { return nil }, nil
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		return f.Close()
	}, nil
}
