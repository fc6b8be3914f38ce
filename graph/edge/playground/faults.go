package playground

import (
	"encoding/json"
	"net/http"
)

// Faults break services that are there to be broken, a demo's, and mend them.
type Faults interface {
	// Faults returns what is wrong with each service, by name: one of the modes, or "none".
	Faults() map[string]string

	// SetFault breaks a service in a mode, or mends it: "none". The error is for whoever asked: there is no such service or mode.
	SetFault(service, mode string) error
}

// fault is the body of POST /playground/faults.
type fault struct {
	Service string `json:"service"`
	Mode    string `json:"mode"`
}

const maxFault = 1 << 10 // bytes of a body

// setFault changes what is wrong with a service, and answers what is wrong with each. Pages of other origins must not reach it.
func setFault(faults Faults) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var f fault
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxFault)).Decode(&f); err != nil {
			http.Error(w, `the body is not {"service": "NAME", "mode": "down"}`, http.StatusBadRequest)
			return
		}
		if err := faults.SetFault(f.Service, f.Mode); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		writeJSON(w, faults.Faults())
	}
}
