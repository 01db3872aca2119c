package server

import (
	"net/http"
	"sync"

	"github.com/bailiff-dev/bailiff/server/laboratory"
)

// newLaboratory makes the second API when it is first asked for.
func newLaboratory(c Config) func() (*laboratory.Laboratory, error) {
	return sync.OnceValues(func() (*laboratory.Laboratory, error) {
		return laboratory.New(laboratory.Config{Password: c.Password, Now: c.Now, Log: c.Log})
	})
}

// onDatabase is the remote laboratory on the database of the handler, made when it is first asked for.
func (h *handler) onDatabase() http.Handler {
	lab, err := h.laboratory()
	if err != nil { // its functions are embedded, so this is a fault of the program
		h.config.Log.Error("there is no laboratory", "error", err)
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "there is no laboratory", http.StatusInternalServerError)
		})
	}
	return lab.With(h.db)
}
