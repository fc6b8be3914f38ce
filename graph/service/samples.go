package service

import (
	"weft/graph/admit"
	"weft/graph/compiled"
	"weft/graph/fetch"
	"weft/graph/operation"
	"weft/graph/samples"
)

// background is what the service does off the request path. Samples are written where the configuration has a folder for them.
func (s *Service) background(schema compiled.Schema) (fetch.Background, error) {
	b := fetch.Background{Schedule: s.tasks, Ledger: s.ahead.ledger, Riding: s.ahead.riding(), FailureLog: &s.failures, Turn: operation.Turn(s.gate, admit.Refresh)}
	if s.conf.Record.Dir == "" {
		return b, nil
	}
	var err error
	s.samples, err = samples.New(samples.Options{
		Dir: s.conf.Record.Dir, Values: s.conf.Record.Values, Words: schema.Words(), Schedule: s.tasks, Logger: s.options.Logger,
	})
	if err != nil {
		return b, err
	}
	b.Samples = s.samples.Add
	return b, nil
}
