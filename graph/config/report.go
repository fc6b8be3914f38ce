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
