package auth

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"weft/graph/schedule"
)

const (
	apiKeysEvery = 2 * time.Second // between two looks at the file
	maxAPIKeys   = 16 << 20        // bytes of it
	digestPrefix = "sha256:"
)

// APIKeyOptions are whose API keys are believed.
type APIKeyOptions struct {
	// File has a line for each: sha256: with the digest of the key in hexadecimal digits, whose it is, and scopes, with spaces between them.
	// Empty lines, and lines that begin with #, are none. It is read again within some seconds when it has changed.
	File string

	// Header is the request header that has the key; "" means X-Api-Key.
	Header string
}

// apiKeys are those of a file.
type apiKeys struct {
	APIKeyOptions
	logger *slog.Logger
	known  atomic.Pointer[map[tokenID]*Caller]

	mu      sync.Mutex // guards what follows
	text    []byte     // of which known is made
	pending []byte     // what the last look has found, where that is something else: somebody may be writing it
	failed  string     // why the last look was for nothing
}

func (a *Authenticator) addAPIKeys(o Options) error {
	if o.APIKeys == nil {
		return nil
	}
	k := &apiKeys{APIKeyOptions: *o.APIKeys, logger: o.Logger}
	k.Header = http.CanonicalHeaderKey(cmp.Or(k.Header, "X-Api-Key"))
	text, err := readKeys(k.File)
	if err == nil {
		err = k.take(text)
	}
	if err != nil {
		return fmt.Errorf("API keys: %w", err)
	}
	o.Schedule.Every(apiKeysEvery, schedule.Tasks{
		Of: k, Name: "look at API keys", Keys: []string{""}, Priority: schedule.Declared,
		Run: func(context.Context, []string) { k.look() },
	})
	a.keys = k
	a.headers = append(a.headers, headerMethod{header: k.Header, challenge: challengeAPIKey, authenticate: k.authenticate})
	return nil
}

func (k *apiKeys) authenticate(_ context.Context, value string, _ Credentials) (*Caller, error) {
	if c := (*k.known.Load())[digestOf(value)]; c != nil {
		return c, nil
	}
	return nil, &Refused{"the API key is not known", challengeAPIKey}
}

// look takes the file's keys when it has changed, and has not since the last look. One that is bad leaves the keys as they are.
func (k *apiKeys) look() {
	k.mu.Lock()
	defer k.mu.Unlock()
	text, err := readKeys(k.File)
	switch {
	case err != nil:
	case bytes.Equal(text, k.text):
		k.pending = nil
	case bytes.Equal(text, k.pending):
		err = k.take(text)
	default:
		k.pending = text
		return
	}
	k.report(err)
}

// report tells the operator what has changed.
func (k *apiKeys) report(err error) {
	before := k.failed
	k.failed = ""
	if err != nil {
		k.failed = err.Error()
	}
	switch {
	case k.failed != "" && k.failed != before:
		k.logger.Error("auth: the file of API keys cannot be used, and the last keys stay", "error", err)
	case k.failed == "" && before != "":
		k.logger.Info("auth: the file of API keys is good again")
	}
}

// take makes the keys of a text the ones that are known.
func (k *apiKeys) take(text []byte) error {
	known, err := parseAPIKeys(text)
	if err != nil {
		return err
	}
	k.text, k.pending = text, nil
	k.known.Store(&known)
	return nil
}

// readKeys returns what a file has. Its errors do not say which one.
func readKeys(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, withoutPath(err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxAPIKeys+1))
	if err == nil && len(text) > maxAPIKeys {
		err = fmt.Errorf("the file has more than %d bytes", maxAPIKeys)
	}
	return text, withoutPath(err)
}

func withoutPath(err error) error {
	if of, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("the file cannot be read: %w", of.Err)
	}
	return err
}

// parseAPIKeys reads the lines of a file. Its errors name lines, and quote nothing: a key may be there by mistake.
func parseAPIKeys(text []byte) (map[tokenID]*Caller, error) {
	known := map[tokenID]*Caller{}
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		id, err := parseDigest(words[0])
		switch {
		case err != nil:
			return nil, fmt.Errorf("line %d: %w", n, err)
		case len(words) < 2:
			return nil, fmt.Errorf("line %d: does not say whose key it is", n)
		case known[id] != nil:
			return nil, fmt.Errorf("line %d: has the key of another line", n)
		}
		subject, scopes := words[1], words[2:]
		known[id] = newCaller(APIKey, "", subject, time.Time{}, scopes, said(subject, scopes))
	}
	return known, nil
}

func parseDigest(word string) (id tokenID, err error) {
	digits, found := strings.CutPrefix(word, digestPrefix)
	digest, err := hex.DecodeString(digits)
	if !found || err != nil || len(digest) != sha256.Size {
		return id, errors.New("must begin with sha256: and the 64 hexadecimal digits of the key's digest")
	}
	return tokenID(digest), nil
}

// said are the claims of a caller whom no token has introduced.
func said(subject string, scopes []string) map[string]any {
	claims := map[string]any{"sub": subject}
	if len(scopes) > 0 {
		claims["scope"] = strings.Join(scopes, " ")
	}
	return claims
}

func (k *apiKeys) status(s *Status) {
	k.mu.Lock()
	defer k.mu.Unlock()
	s.APIKeys, s.Error = len(*k.known.Load()), k.failed
}
