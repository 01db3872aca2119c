package laboratory

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/bailiff-dev/bailiff/server/laboratory/evaluation"
)

// evaluated is the answer to a function string. The posts that the laboratory is made after answer what a function
// could not do as any other result; Error tells it apart.
type evaluated struct {
	Status bool `json:"status"`
	// Result is what the function returned, or what went wrong as a text.
	Result any `json:"result"`
	// Stringified says that Result is the text of a value.
	Stringified bool `json:"stringified"`
	// Error says that Result tells what went wrong.
	Error bool `json:"error,omitempty"`
}

// unauthorized is the answer to a function string of nobody.
type unauthorized struct {
	Status  bool   `json:"status"`
	Result  string `json:"result"`
	Message string `json:"message"`
}

// evalFunctionString runs a function string on the instrument of the user.
func (h *handler) evalFunctionString(_ http.ResponseWriter, r *http.Request) (any, error) {
	u, err := h.user(r)
	if err != nil {
		return nil, err
	}
	if u == nil {
		return nil, &refusal{
			code:   http.StatusOK,
			answer: unauthorized{Result: "unauthorized access", Message: "Unauthorized access"},
			reason: "a function string of nobody",
		}
	}
	if err := h.limited(h.bench.wait(h.bench.evaluations.get(u.id, h.config.Now())), "function strings"); err != nil {
		return nil, err
	}
	text, err := field(r, "function", evaluation.MaxLength)
	if err != nil {
		return nil, err
	}
	value, err := h.bench.instruments.get(u.id, h.config.Now()).evaluate(r.Context(), text, h.config.EvaluationTime)
	if err != nil {
		h.refusedString(r, u, text, err)
		value = err.Error()
	}
	return result(value, err != nil, r.PostForm.Get("stringify") != ""), nil
}

// refusedString logs a function string that was not carried out to its end.
func (h *handler) refusedString(r *http.Request, u *user, text string, err error) {
	var refused *evaluation.RefusedError
	var panicked *evaluation.PanicError
	log := h.config.Log.With("user", u.id, "from", place(r), "function", text)
	switch {
	case errors.As(err, &panicked):
		log.ErrorContext(r.Context(), "laboratory: a function broke down", "panic", panicked.Value)
	case errors.As(err, &refused):
		log.WarnContext(r.Context(), "laboratory: refused a function string", "reason", refused.Reason)
	default:
		log.InfoContext(r.Context(), "laboratory: a function failed", "reason", err)
	}
}

// result makes an answer of a value: as it is where JSON has the like, and as text where that is asked for, or
// there is no other way.
func result(value any, failed, stringify bool) evaluated {
	e := evaluated{Status: true, Error: failed}
	b, err := json.Marshal(value)
	if err != nil || stringify {
		e.Result, e.Stringified = text(value), true
		return e
	}
	e.Result = json.RawMessage(b) // a capture is long: once is enough
	return e
}

// text is a value in words: lists and objects as JSON has them.
func text(value any) string {
	if s, ok := value.(string); ok {
		return s
	}
	if b, err := json.Marshal(value); err == nil {
		return string(b)
	}
	return fmt.Sprint(value)
}

// listFunctions answers which functions there are.
func (h *handler) listFunctions(w http.ResponseWriter, _ *http.Request) {
	type function struct {
		*evaluation.Function
		Signature string `json:"signature"`
	}
	list := make([]function, len(h.functions))
	for i, f := range h.functions {
		list[i] = function{f, f.Signature()}
	}
	reply(w, http.StatusOK, struct {
		Functions []function `json:"functions"`
	}{list})
}
