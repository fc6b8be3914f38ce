package fetch_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
)

// One of twelve keys is refused with its batch: the others are answered, by halves, and the next batch goes without it.
func TestRefusedKey(t *testing.T) {
	s := newShop(t)
	var ids []string
	for i := range 12 {
		ids = append(ids, fmt.Sprint(i+1))
	}
	s.listOfProducts(ids...)
	calls, bad := 0, 0
	s.pricing.Handle("POST /prices", func(w http.ResponseWriter, r *http.Request) {
		var body struct{ SKUs []json.Number }
		_ = json.NewDecoder(r.Body).Decode(&body)
		prices := map[string]any{}
		refused := false
		for _, sku := range body.SKUs {
			refused = refused || sku == "7"
			prices[sku.String()] = map[string]any{"amount": sku}
		}
		if refused {
			w.WriteHeader(http.StatusUnprocessableEntity)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"prices": prices})
	})
	for range 2 {
		response := s.do(t.Context(), nil, `{ products { id price { amount } } }`, nil)
		var data struct {
			Products []struct {
				ID    string
				Price *struct{ Amount json.Number }
			}
		}
		if err := json.Unmarshal(response.Data, &data); err != nil {
			t.Fatal(err)
		}
		for _, p := range data.Products {
			if (p.Price == nil) != (p.ID == "7") {
				t.Errorf("%s has the price %v", p.ID, p.Price)
			}
		}
		if len(response.Errors) != 1 {
			t.Errorf("got the errors %v, want one", response.Errors)
		}
		calls, bad = len(s.pricing.Calls())-calls, bad+1
		if want := map[int]int{1: 9, 2: 1}[bad]; calls != want {
			t.Errorf("run %d: %d calls, want %d", bad, calls, want)
		}
	}
}
