package engine

import (
	"errors"
	"net/http"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
)

// Failure is what an error of a route is answered with. Errors of the database are the caller's when
// a value has caused them: one that is taken already, too long, or out of range. What is left is the
// server's, and unexpected says so.
func (e *Engine) Failure(method string, err error) (answer error, unexpected bool) {
	if list, ok := jsonapi.AsErrors(err); ok {
		return list, false
	}
	if plain, ok := errors.AsType[*jsonapi.Plain](err); ok {
		return plain, false
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		if known := e.databaseFailure(method, pg); known != nil {
			return jsonapi.Errors{known}, false
		}
	}
	return jsonapi.Errors{{Status: http.StatusInternalServerError, Title: "Unknown error", Detail: "Unknown error"}}, true
}

func (e *Engine) databaseFailure(method string, pg *pgconn.PgError) *jsonapi.Error {
	const uniqueViolation, foreignKeyViolation, notNullViolation = "23505", "23503", "23502"
	switch pg.Code {
	case uniqueViolation:
		for _, r := range e.resources {
			if known := r.Conflicts[pg.ConstraintName]; known != nil {
				return known
			}
		}
		return jsonapi.Conflict("/data", "Another object has the same values already")
	case foreignKeyViolation:
		return jsonapi.Conflict("/data", "The object is related to others that are in the way")
	case notNullViolation:
		return jsonapi.Invalid("/data", "A value is missing: "+pg.ColumnName+" may not be null.")
	}
	switch pg.Code[:2] {
	case "22", "54": // a value out of range or of no valid form, or one that an index has no room for
		if method == http.MethodGet || method == http.MethodHead {
			return &jsonapi.Error{
				Status: http.StatusBadRequest, Title: "Bad request", Parameter: "filters",
				Detail: "A value of the query is out of range or malformed",
			}
		}
		return jsonapi.Invalid("/data", "A value is out of range or too long.")
	}
	return nil
}
