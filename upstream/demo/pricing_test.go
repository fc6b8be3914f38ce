package demo_test

import (
	"regexp"
	"strings"
	"testing"
)

func TestPricing(t *testing.T) {
	d := start(t)
	a := d.send(t, "POST", "pricing", "/prices/query", `{"skus": ["p-0001", "p-0003", "p-9999", "p-0001"]}`)
	prices := decode[struct {
		Prices map[string]struct {
			Amount, Currency string
			Until            int64
			Was              *string
		}
	}](t, a, 200).Prices
	if len(prices) != 2 {
		t.Errorf("got prices %v, want those of p-0001 and p-0003", prices)
	}
	for id, p := range prices {
		if !regexp.MustCompile(`^\d+\.\d\d$`).MatchString(p.Amount) || p.Currency != "EUR" || p.Until < 1_700_000_000 {
			t.Errorf("%s: got %+v, want an amount with two decimals in EUR and seconds", id, p)
		}
	}
	for _, name := range []string{"Cache-Control", "ETag", "Expires", "Vary", "Last-Modified"} {
		wantHeader(t, a, name, "")
	}
	costs := decode[struct {
		Costs []struct{ SKU, Amount string }
	}](t, d.get(t, "pricing", "/costs?skus=p-0003,p-9999,p-0001"), 200).Costs
	if len(costs) != 2 || costs[0].SKU != "p-0003" || costs[1].SKU != "p-0001" || costs[1].Amount != "166.86" {
		t.Errorf("got the costs %v, want those of p-0003 and p-0001", costs)
	}
	if empty := d.send(t, "POST", "pricing", "/prices/query", `{"skus": []}`); string(empty.body) != `{"prices":{}}` {
		t.Errorf("no skus: got %s", empty.body)
	}
}

func TestPricingErrors(t *testing.T) {
	d := start(t)
	for body, detail := range map[string]string{
		`{"skus": [1]}`: "body",
		`{"ids": []}`:   "ids",
		`{}`:            "skus",
		``:              "body",
		`{"skus": ["` + strings.Repeat(`a","`, 200) + `a"]}`: "at most 200",
		strings.Repeat(" ", 1<<20) + `{"skus": []}`:          "too large",
	} {
		wantProblem(t, d.send(t, "POST", "pricing", "/prices/query", body), 400, detail)
	}
	wantProblem(t, d.get(t, "pricing", "/costs"), 400, "skus")
	if got := d.get(t, "pricing", "/prices/query").status; got != 405 {
		t.Errorf("GET: got status %d, want 405", got)
	}
}
