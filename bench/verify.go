package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"weft/graph/edge/coding"
)

// hits is how often an answer is asked for until it is coded as it is kept.
const hits = 3

// ask sends the request of a load to a URL, and returns the body of its answer, coded.
func ask(ctx context.Context, url string, l load) (body []byte, err error) {
	for range hits {
		if body, err = askOnce(ctx, url, l); err != nil {
			return nil, err
		}
	}
	return body, nil
}

// askOnce sends the request once.
func askOnce(ctx context.Context, url string, l load) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(l.body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept-Encoding", l.coding.String())
	if l.without != "" {
		req.Header.Set("Weft-Without", l.without)
	}
	return roundTrip(req)
}

// decoded is a body without its content coding.
func decoded(body []byte, c coding.Coding) ([]byte, error) {
	return coding.NewDecoder().Append(nil, c, body, maxAnswer)
}

// maxAnswer is how long an answer may be, in bytes.
const maxAnswer = 64 << 20

// roundTrip does a request on a connection of its own.
func roundTrip(req *http.Request) ([]byte, error) {
	req.Close = true
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %.300s", resp.Status, body)
	}
	return body, err
}

// verify reports how a body differs from the operation's right answer. Members may stand in any order.
func verify(body []byte, o operation) error {
	var got, want any
	if err := json.Unmarshal(body, &got); err != nil {
		return fmt.Errorf("the answer is not JSON: %w", err)
	}
	right, err := json.Marshal(map[string]any{"data": o.data})
	if err != nil {
		return err
	}
	if err := json.Unmarshal(right, &want); err != nil {
		return err
	}
	if !reflect.DeepEqual(got, want) {
		return fmt.Errorf("the answer is wrong, it begins %.200s", body)
	}
	return nil
}

// callsSoFar asks the upstream how many calls it had, this one included.
func callsSoFar(ctx context.Context, url string) (int64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+callsPath, nil)
	if err != nil {
		return 0, err
	}
	body, err := roundTrip(req)
	if err != nil {
		return 0, err
	}
	return parseCalls(string(body))
}

// parseCalls reads a number, or the third number of nginx's stub_status, which has a line of names before it.
func parseCalls(text string) (int64, error) {
	if _, rest, ok := strings.Cut(text, "requests"); ok {
		if fields := strings.Fields(rest); len(fields) > 2 {
			text = fields[2]
		}
	}
	return strconv.ParseInt(strings.TrimSpace(text), 10, 64)
}
