package samples

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// maxBytes is how large a sample becomes.
const maxBytes = 256 << 10

var errFull = errors.New("it would be too large")

// add adds answers to the file, and reports whether they showed anything that it had not. A file that holds something else is left alone.
func (f *file) add(dir string, answers [][]byte) (added bool, err error) {
	path := filepath.Join(dir, f.name)
	before, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	var sample any
	if before != nil {
		if sample, err = decode(before); err != nil {
			return false, fmt.Errorf("what is there is no JSON: %w", err)
		}
	}
	had, err := encode(sample)
	if err != nil {
		return false, err
	}
	for _, body := range answers {
		answer, err := decode(body)
		if err != nil {
			continue // the operation that asked has been told
		}
		if answer = f.rules.plain(answer, "", 0, false); sample == nil {
			sample = answer
		} else {
			sample = f.rules.merge(sample, answer, "")
		}
	}
	now, err := encode(sample)
	switch {
	case err != nil:
		return false, err
	case sample == nil || bytes.Equal(now, had) && before != nil:
		return false, nil
	case len(now) > maxBytes:
		return false, errFull
	}
	return true, replace(path, now)
}

// decode reads one JSON value.
func decode(text []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("there is something behind the value")
	}
	return v, nil
}

// encode is a value as a file has it. Members are in the order of their names.
func encode(v any) ([]byte, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return text.Bytes(), err
}

// replace makes content that of a file which only its owner may read, as a whole or not at all.
func replace(path string, content []byte) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), ".sample-*") // 0600
	if err != nil {
		return err
	}
	_, err = temporary.Write(content)
	if err = errors.Join(err, temporary.Close()); err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temporary.Name()))
	}
	return nil
}
