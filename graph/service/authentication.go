package service

import (
	"fmt"
	"log/slog"

	"weft/graph/auth"
	"weft/graph/config"
	"weft/graph/schedule"
)

// newAuthenticator makes what finds out who asks of a configuration; nil: it says nothing of that.
func newAuthenticator(conf config.Authentication, tasks *schedule.Scheduler, logger *slog.Logger) (*auth.Authenticator, error) {
	if !conf.Any() {
		return nil, nil
	}
	o := auth.Options{
		Issuers: conf.Issuers, APIKeys: conf.APIKeys, Gateway: conf.Gateway, Certificates: conf.Certificates, Schedule: tasks, Logger: logger,
	}
	if i := conf.Introspection; i != nil {
		asked := i.IntrospectionOptions
		asked.Secret = string(i.Secret)
		o.Introspection = &asked
	}
	who, err := auth.New(o)
	if err != nil {
		return nil, fmt.Errorf("authentication: %w", err)
	}
	return who, nil
}

// statusOf is what operators are shown; nil: nobody finds out who asks.
func statusOf(who *auth.Authenticator) *auth.Status {
	if who == nil {
		return nil
	}
	status := who.Status()
	return &status
}
