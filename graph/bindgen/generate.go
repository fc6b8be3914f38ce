package bindgen

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/99designs/gqlgen/api"
	"github.com/99designs/gqlgen/codegen/config"

	"weft/graph/bindgen/check"
)

// Main is the generator's command line: it generates the service whose gqlgen.yml stands in the working directory, or in
// the folder given by -dir. It returns the exit status: 0; 1 after an error; 2 after a wrong argument.
func Main(args []string, stderr io.Writer) int {
	flags := flag.NewFlagSet("generate", flag.ContinueOnError)
	flags.SetOutput(stderr)
	dir := flags.String("dir", ".", "the folder of gqlgen.yml")
	flags.Usage = func() {
		fmt.Fprintln(stderr, "generate reads gqlgen.yml and the schema it names, checks every binding, and writes the service's Go code.")
		flags.PrintDefaults()
	}
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() > 0:
		fmt.Fprintf(stderr, "generate takes no argument %q; see -h\n", flags.Arg(0))
		return 2
	}
	if err := os.Chdir(*dir); err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	if err := Generate(); err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	return 0
}

// Generate generates the service whose gqlgen.yml stands in the working directory. All that is wrong with its bindings is
// in the error, a line each ([check.Problems]). When it fails, every file is as it was before.
func Generate() error {
	cfg, err := loadConfig()
	if err != nil {
		return err
	}
	parsers, err := scalarParsers(cfg.Model.Dir())
	if err != nil {
		return err
	}
	cfg.Sources = withoutDirectives(cfg.Sources)
	service, problems := check.Compile(cfg.Sources, check.Options{Root: ".", Parsers: parsers, Models: cfg.Models.UserDefined})
	if len(problems) > 0 {
		return problems
	}
	cfg.Sources = prune(cfg.Sources, service.Shipped, cfg.Exec.Dir())
	p := newPlugin(service, parsers)
	before, err := snapshot(cfg.Exec.Filename, cfg.Model.Filename, viewsFile(cfg), bindingsFile(cfg), gqlgenFile(cfg))
	if err != nil {
		return err
	}
	if err := api.Generate(cfg, api.PrependPlugin(p)); err != nil {
		return errors.Join(err, before.restore())
	}
	return nil
}

// loadConfig reads gqlgen.yml and refuses what of it we would not follow, so that no line in it is silently without effect.
func loadConfig() (*config.Config, error) {
	cfg, err := config.LoadConfigFromDefaultLocations()
	if err != nil {
		return nil, fmt.Errorf("gqlgen.yml: %w", err)
	}
	if !cfg.Exec.IsDefined() {
		return nil, errors.New("gqlgen.yml: exec: say where generated code goes, as in exec: {filename: generated/exec_gen.go, package: generated}")
	}
	if err := errors.Join(cfg.Exec.Check(), cfg.Model.Check()); err != nil {
		return nil, fmt.Errorf("gqlgen.yml: %w", err)
	}
	switch {
	case cfg.Exec.Layout != config.ExecLayoutSingleFile:
		return nil, fmt.Errorf("gqlgen.yml: exec: layout %s is not supported: give filename, one file for all", cfg.Exec.Layout)
	case !cfg.Model.IsDefined():
		return nil, errors.New("gqlgen.yml: model: say which package holds the models, as in model: {filename: model/models_gen.go, package: model}")
	case cfg.Model.Dir() == cfg.Exec.Dir():
		return nil, errors.New("gqlgen.yml: model and exec need a package each; they share " + cfg.Exec.Dir())
	case cfg.Resolver.IsDefined():
		return nil, errors.New("gqlgen.yml: resolver: remove it; bindings answer fields, and @resolver says which ones Go answers")
	case cfg.Federation.IsDefined():
		return nil, errors.New("gqlgen.yml: federation: remove it; it is not supported")
	}
	cfg.SkipModTidy = true
	cfg.OmitGetters = true
	return cfg, nil
}

func viewsFile(cfg *config.Config) string { return filepath.Join(cfg.Model.Dir(), "views_gen.go") }

func bindingsFile(cfg *config.Config) string { return filepath.Join(cfg.Exec.Dir(), "bindings_gen.go") }

func gqlgenFile(cfg *config.Config) string { return filepath.Join(cfg.Exec.Dir(), "gqlgen_gen.go") }

// state is what was there before a run. gqlgen writes file after file; a run that fails midway must not leave new ones beside old ones,
// which do not compile together.
type state struct {
	files map[string][]byte // nil content: there was none
	new   []string          // folders that were not there
}

func snapshot(names ...string) (state, error) {
	s := state{files: map[string][]byte{}}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return state{}, err
		}
		s.files[name] = content
		if _, err := os.Stat(filepath.Dir(name)); errors.Is(err, os.ErrNotExist) {
			s.new = append(s.new, filepath.Dir(name))
		}
	}
	return s, nil
}

// restore puts all files back, and removes those and the folders that were not there. It goes on after an error.
func (s state) restore() error {
	var errs []error
	for name, content := range s.files {
		if content != nil {
			errs = append(errs, os.WriteFile(name, content, 0o644))
		} else if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	for _, dir := range s.new {
		_ = os.Remove(dir) // unless something else is in it
	}
	return errors.Join(errs...)
}
