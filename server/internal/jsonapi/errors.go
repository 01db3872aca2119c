package jsonapi

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
)

// Error is one error object of an error document. The HTTP status of a document is that of its
// first error.
type Error struct {
	Status int
	Title  string
	Detail string
	// Parameter names the query parameter or the variable of the URL that is to blame; when it is
	// empty, Pointer is written, which leads into the request's document ("" is its root).
	//
	// Some flask-rest-jsonapi errors have a bare string for source, or nest it once more. JSON:API
	// wants an object with a pointer or a parameter, and has it here in every case.
	Parameter string
	Pointer   string
	// Header holds headers of the response, such as Allow.
	Header http.Header
}

// Error says status, title and detail in one line.
func (e *Error) Error() string {
	return strconv.Itoa(e.Status) + " " + e.Title + ": " + e.Detail
}

// Errors are several errors of one request, such as all invalid attributes.
type Errors []*Error

// Error joins the errors, a line each.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// OrNil is e, or nil when it is empty: for functions that gather errors and return one error.
func (e Errors) OrNil() error {
	if len(e) == 0 {
		return nil
	}
	return e
}

// Plain is an error that is answered outside JSON:API, as {"error": message}: those of
// authentication, and those of endpoints that speak plain JSON.
type Plain struct {
	Status  int
	Message string
}

// Error is the message.
func (e *Plain) Error() string { return e.Message }

// Invalid is an attribute or relationship that cannot be read.
func Invalid(pointer, detail string) *Error {
	return &Error{Status: http.StatusUnprocessableEntity, Title: "Validation error", Detail: detail, Pointer: pointer}
}

// Unprocessable is a request that can be read and makes no sense.
func Unprocessable(pointer, detail string) *Error {
	return &Error{Status: http.StatusUnprocessableEntity, Title: "Unprocessable Entity", Detail: detail, Pointer: pointer}
}

// Forbidden is a request that the caller may not make.
func Forbidden(pointer, detail string) *Error {
	return &Error{Status: http.StatusForbidden, Title: "Access Forbidden", Detail: detail, Pointer: pointer}
}

// Conflict is a request that contradicts what is stored.
func Conflict(pointer, detail string) *Error {
	return &Error{Status: http.StatusConflict, Title: "Conflict", Detail: detail, Pointer: pointer}
}

// BadRequest is a request whose form is wrong.
func BadRequest(pointer, detail string) *Error {
	return &Error{Status: http.StatusBadRequest, Title: "Bad request", Detail: detail, Pointer: pointer}
}

// NotFound is an object that is not there, or that the caller must not know of.
func NotFound() *Error {
	return &Error{Status: http.StatusNotFound, Title: "Object not found", Detail: "Object Not Found"}
}

// ParentNotFound is NotFound for the object in the middle of a URL.
func ParentNotFound(parameter, detail string) *Error {
	return &Error{Status: http.StatusNotFound, Title: "Object not found", Detail: detail, Parameter: parameter}
}

// BadParameter is a query parameter that cannot be read: "sort", "filter", "include", "fields".
func BadParameter(name, detail string) *Error {
	title, parameter := "Invalid "+name+" querystring parameter.", name
	if name == "filter" {
		// Clients know the plural, though the parameter is spelt in the singular.
		title, parameter = "Invalid filters querystring parameter.", "filters"
	}
	return &Error{Status: http.StatusBadRequest, Title: title, Detail: detail, Parameter: parameter}
}

// AsErrors finds the error objects in err, if it has any.
func AsErrors(err error) (Errors, bool) {
	if several, ok := errors.AsType[Errors](err); ok && len(several) > 0 {
		return several, true
	}
	if one, ok := errors.AsType[*Error](err); ok {
		return Errors{one}, true
	}
	return nil, false
}

// Append writes the error document.
func (e Errors) Append(b []byte) []byte {
	b = append(b, `{"errors":[`...)
	for i, one := range e {
		if i > 0 {
			b = append(b, ',')
		}
		// JSON:API wants the status as a string; flask-rest-jsonapi mixes both.
		b = append(b, `{"status":"`...)
		b = strconv.AppendInt(b, int64(one.Status), 10)
		b = append(b, `","source":{`...)
		if one.Parameter != "" {
			b = append(b, `"parameter":`...)
			b = appendString(b, one.Parameter)
		} else {
			b = append(b, `"pointer":`...)
			b = appendString(b, one.Pointer)
		}
		b = append(b, `},"title":`...)
		b = appendString(b, one.Title)
		b = append(b, `,"detail":`...)
		b = appendString(b, one.Detail)
		b = append(b, '}')
	}
	b = append(b, `],`...)
	return appendVersion(b)
}
