package config

import (
	"errors"
	"fmt"
)

// Who is told what operations did, and may do without techniques.
const (
	ReportOff   = "off"   // nobody
	ReportToken = "token" // who sends Config.ReportToken
	ReportAll   = "all"   // whoever asks
)

// insightSettings are about what clients are told beside answers.
func insightSettings() []setting {
	return []setting{
		{
			key: "playground", variable: "WEFT_PLAYGROUND", flag: true, truth: true, initial: "true",
			about: "serve the playground, where operations are written and tried in a browser, at /",
			set: func(c *Config, text string) (err error) {
				c.Playground, err = parseTruth(text)
				return err
			},
		},
		{
			key: "report", variable: "WEFT_REPORT", flag: true, like: ReportOff,
			about: "answer the request headers \"Weft-Report: calls\" and Weft-Without of `whom`: off, nobody; token, who sends reportToken; all, everybody",
			set:   setReport,
		},
		{
			key: "reportToken", variable: "WEFT_REPORT_TOKEN", secret: true, like: "report_token",
			about: "what is sent as Weft-Report-Token, where report is token",
			set: func(c *Config, text string) error {
				c.ReportToken = Secret(text)
				return checkKey(text)
			},
		},
		{
			key: "reasons", variable: "WEFT_REASONS", truth: true, initial: "false",
			about: "say in errors why a service's answer cannot be used: where in it, what is wanted and what kind of value is there",
			set: func(c *Config, text string) (err error) {
				c.Reasons, err = parseTruth(text)
				return err
			},
		},
		{
			key: "introspection", variable: "WEFT_INTROSPECTION", truth: true, initial: "true",
			about: "answer what asks about the schema",
			set: func(c *Config, text string) (err error) {
				c.Introspection, err = parseTruth(text)
				return err
			},
		},
		{
			key: "suggestions", variable: "WEFT_SUGGESTIONS", truth: true, like: "true",
			about: "say in errors which of the schema's names may have been meant; as introspection by default",
			set: func(c *Config, text string) error {
				suggest, err := parseTruth(text)
				c.Suggestions = &suggest
				return err
			},
		},
	}
}

func setReport(c *Config, text string) error {
	if text != ReportOff && text != ReportToken && text != ReportAll {
		return fmt.Errorf("there is no %q: choose off, token or all", text)
	}
	c.Report = text
	return nil
}

// missingReportToken finds reports that only who has a token may see, which there is none of.
func (l *loader) missingReportToken() {
	if l.config.Report != ReportToken || l.config.ReportToken != "" {
		return
	}
	where := "WEFT_REPORT_TOKEN"
	if l.config.File != "" {
		where = l.config.File + ": reportToken"
	}
	l.problem(where, errors.New("is not given, and report is token: nobody could ask for one"))
}

// renamed ends the error of an unknown name that was another one's before; "": it was none.
func renamed(name string) string {
	now, ok := map[string]string{"trace": "report", "-trace": "-report", "WEFT_TRACE": "WEFT_REPORT"}[name]
	if !ok {
		return ""
	}
	return ": it is now " + now + ", which is off, token or all"
}
