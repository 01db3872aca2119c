package cli

import (
	"encoding/json"
	"strconv"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// The JSON of `bailiff compile`, which has the names that Dredd's compiler gives things, and some
// more of our own: filename, actions, omissions, and file beside location.
type (
	jsonCompiled struct {
		MediaType    string            `json:"mediaType"`
		Transactions []jsonTransaction `json:"transactions"`
		Annotations  []jsonAnnotation  `json:"annotations"`
		Filename     string            `json:"filename"`
		Actions      int               `json:"actions"`
		Omissions    []jsonOmission    `json:"omissions"`
	}
	jsonTransaction struct {
		Request  jsonRequest  `json:"request"`
		Response jsonResponse `json:"response"`
		Name     string       `json:"name"`
		Origin   jsonOrigin   `json:"origin"`
	}
	jsonRequest struct {
		Method  string       `json:"method"`
		URI     string       `json:"uri"`
		Headers []jsonHeader `json:"headers"`
		Body    string       `json:"body"`
	}
	jsonResponse struct {
		Status  string       `json:"status"`
		Headers []jsonHeader `json:"headers"`
		Body    string       `json:"body,omitempty"`
		Schema  string       `json:"schema,omitempty"`
	}
	jsonHeader struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	jsonOrigin struct {
		Filename          string `json:"filename"`
		APIName           string `json:"apiName"`
		ResourceGroupName string `json:"resourceGroupName"`
		ResourceName      string `json:"resourceName"`
		ActionName        string `json:"actionName"`
		ExampleName       string `json:"exampleName"`
	}
	jsonAnnotation struct {
		Type      transaction.Severity `json:"type"`
		Component string               `json:"component"`
		Message   string               `json:"message"`
		Location  *jsonLocation        `json:"location"`
		File      string               `json:"file"`
		Name      string               `json:"name,omitempty"`
		Origin    *jsonOrigin          `json:"origin,omitempty"`
	}
	jsonOmission struct {
		Name     string        `json:"name"`
		Origin   jsonOrigin    `json:"origin"`
		Method   string        `json:"method"`
		URI      string        `json:"uri"`
		Reason   string        `json:"reason"`
		Location *jsonLocation `json:"location"`
		File     string        `json:"file"`
	}
	// jsonLocation is line and column of the first character and of the last, counted from 1.
	jsonLocation [2][2]int
)

// json writes a description as one line.
func (p *compilePrinter) json(c *harness.Compiled, _ bool) error {
	out := jsonCompiled{
		MediaType:    c.MediaType,
		Transactions: make([]jsonTransaction, 0, len(c.Transactions)),
		Annotations:  make([]jsonAnnotation, 0, len(c.Annotations)),
		Filename:     c.Filename,
		Actions:      c.Actions,
		Omissions:    make([]jsonOmission, 0, len(c.Omissions)),
	}
	for _, t := range c.Transactions {
		out.Transactions = append(out.Transactions, toJSON(t))
	}
	for _, a := range c.Annotations {
		j := jsonAnnotation{Type: a.Severity, Component: a.Component, Message: a.Message, Location: location(a.At, a.End), File: a.At.File}
		if a.Origin != (transaction.Origin{}) {
			j.Name, j.Origin = string(harness.NameOf(a.Origin)), new(jsonOrigin(a.Origin))
		}
		out.Annotations = append(out.Annotations, j)
	}
	for _, o := range c.Omissions {
		out.Omissions = append(out.Omissions, jsonOmission{
			Name: string(harness.NameOf(o.Origin)), Origin: jsonOrigin(o.Origin), Method: o.Method, URI: o.URI,
			Reason: o.Reason, Location: location(o.At, transaction.Position{}), File: o.At.File,
		})
	}
	enc := json.NewEncoder(p.out)
	enc.SetEscapeHTML(false)
	return enc.Encode(out)
}

func toJSON(t *transaction.Transaction) jsonTransaction {
	return jsonTransaction{
		Request:  jsonRequest{Method: t.Request.Method, URI: t.Request.URI, Headers: headerList(t.Request.Headers), Body: t.Request.Body},
		Response: jsonResponse{Status: strconv.Itoa(t.Expected.StatusCode), Headers: headerList(t.Expected.Headers), Body: t.Expected.Body, Schema: t.Expected.Schema},
		Name:     string(t.Name),
		Origin:   jsonOrigin(t.Origin),
	}
}

func headerList(headers transaction.Headers) []jsonHeader {
	list := make([]jsonHeader, len(headers))
	for i, h := range headers {
		list[i] = jsonHeader(h)
	}
	return list
}

// location is nil when no line is known. It speaks of one file, so a part of a description that goes
// on in another file ends where it begins.
func location(at, end transaction.Position) *jsonLocation {
	if at.Line == 0 {
		return nil
	}
	if end.File != at.File || end.Line == 0 {
		end = at
	}
	return &jsonLocation{{at.Line, max(at.Column, 1)}, {end.Line, max(end.Column, 1)}}
}
