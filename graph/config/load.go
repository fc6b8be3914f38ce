package config

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// loader collects a configuration, and what is wrong with it. A step that finds a mistake records it and goes on, so that one start
// shows all of them; the configuration is then thrown away.
type loader struct {
	known    Program        // what may be configured
	environ  []string       // NAME=value, as os.Environ has it
	config   Config         // what has been read so far
	lines    map[string]int // where the file has an upstream, by name
	problems []error
}

// getenv returns the value of a variable; "" is one that is not set. Of several values the last counts, as for package os/exec.
func (l *loader) getenv(name string) (value string) {
	for _, variable := range l.environ {
		if text, found := strings.CutPrefix(variable, name+"="); found {
			value = text
		}
	}
	return value
}

// problem records err, if it is one; where is a variable, a flag, or a line and key of the file.
func (l *loader) problem(where string, err error) {
	if err != nil {
		l.problems = append(l.problems, fmt.Errorf("%s: %w", where, err))
	}
}

// readDefaults applies what settings are when nothing gives them.
func (l *loader) readDefaults() {
	for _, s := range settings() {
		if s.initial != "" {
			l.problem("default of "+s.key, s.set(&l.config, s.initial))
		}
	}
}

// readEnvironment applies the variables that are set and not empty.
func (l *loader) readEnvironment(upstreams []string) {
	for _, s := range settings() {
		text := l.getenv(s.variable)
		if s.secret {
			text = strings.TrimSpace(text) // as everywhere else where a secret is
		}
		if text != "" {
			l.problem(s.variable, s.set(&l.config, text))
		}
	}
	for _, name := range upstreams {
		variable := urlVariable(name)
		text := l.getenv(variable)
		if text == "" {
			continue
		}
		l.problem(variable, checkURL(text))
		o := l.config.Upstreams[name]
		o.URL = text
		l.config.Upstreams[name] = o
	}
}

// unknownVariables finds variables of ours that mean nothing.
func (l *loader) unknownVariables(upstreams []string) {
	known := []string{"WEFT_CONFIG"}
	for _, s := range settings() {
		known = append(known, s.variable)
	}
	for _, name := range upstreams {
		known = append(known, urlVariable(name))
	}
	for _, variable := range l.environ {
		name, _, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "WEFT_") && !slices.Contains(known, name) {
			l.problem(name, errors.New("unknown variable"+cmp.Or(renamed(name), didYouMean(name, known))))
		}
	}
}

// readFlags applies the flags that were given. set has the program's own flags, too, which are no settings.
func (l *loader) readFlags(set map[string]string) {
	for _, s := range settings() {
		if text, given := set[s.flagName()]; given && s.flag {
			l.problem("-"+s.flagName(), s.set(&l.config, text))
		}
	}
}

// missingURLs finds the upstreams without a URL, where others have one. A service without any URL is one for a first look: see HasURL.
func (l *loader) missingURLs(names []string) {
	if !l.config.HasURL() {
		return
	}
	for _, name := range names {
		if l.config.Upstreams[name].URL != "" {
			continue
		}
		if l.config.File == "" {
			l.problem(urlVariable(name), errors.New("is not set, and other upstreams have a URL"))
			continue
		}
		l.problem(l.at(l.lines[name])+": upstreams."+name+".url",
			fmt.Errorf("is missing, and other upstreams have one: give it here or in %s", urlVariable(name)))
	}
}

// missingToken finds a listener for administrators without a token, at which everybody would be one.
func (l *loader) missingToken() {
	if l.config.Admin.Addr == "" || l.config.Admin.Token != "" {
		return
	}
	if l.config.File == "" {
		l.problem("WEFT_ADMIN_TOKEN", errors.New("is not set, and admin.addr is given: whoever asks there needs it"))
		return
	}
	l.problem(l.config.File+": admin.token", errors.New("is missing, and admin.addr is given: give it here or in WEFT_ADMIN_TOKEN"))
}

// at is a line of the file; 0 is the file as such.
func (l *loader) at(line int) string {
	if line == 0 {
		return l.config.File
	}
	return fmt.Sprintf("%s:%d", l.config.File, line)
}
