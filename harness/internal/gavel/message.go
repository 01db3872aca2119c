package gavel

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Message is a response as Gavel takes it. It can leave out parts that a transaction.Response
// always has: Gavel looks only at those that the expected message names.
type Message struct {
	// StatusCode is empty when it is left out.
	StatusCode string
	// Headers counts when HasHeaders says so, even if it is empty.
	Headers    transaction.Headers
	HasHeaders bool
	// Body counts when HasBody says so, even if it is empty.
	Body    string
	HasBody bool
	// Schema is the text of a JSON Schema. With HasSchema and no text, the schema is one that
	// Gavel takes for none: "" or false.
	Schema    string
	HasSchema bool
	// Problem says why Body is not what was meant to come; nil when it is. It becomes a finding, and
	// the body is compared with nothing. It counts in a real message only.
	Problem *transaction.Problem
}

// expectedMessage is what a documented response demands.
func expectedMessage(r transaction.Response) Message {
	m := Message{
		Headers: r.Headers, HasHeaders: true,
		Body: r.Body, HasBody: r.Body != "",
		Schema: r.Schema, HasSchema: r.Schema != "",
	}
	if r.StatusCode != 0 {
		m.StatusCode = strconv.Itoa(r.StatusCode)
	}
	return m
}

// realMessage is what came.
func realMessage(r transaction.Response) Message {
	return Message{
		StatusCode: strconv.Itoa(r.StatusCode),
		Headers:    r.Headers, HasHeaders: true,
		Body: r.Body, HasBody: true,
		Problem: r.Problem,
	}
}

// UnmarshalJSON reads Gavel's own form: statusCode (a number or a string), headers (an object), body
// (a string) and bodySchema (the text of a schema, or the schema itself). Other members are passed
// over.
func (m *Message) UnmarshalJSON(data []byte) error {
	t, bad := parse(string(data))
	if bad != nil {
		return fmt.Errorf("read a message: %s", bad)
	}
	if t.nodes[0].kind != kindObject {
		return fmt.Errorf("read a message: want an object, not %s", t.typeName(0))
	}
	*m = Message{}
	for k := int32(1); k < t.nodes[0].next; k = t.afterMember(k) {
		if t.dead(k) {
			continue
		}
		v := k + 1
		switch t.str(k) {
		case "statusCode":
			m.StatusCode = strings.TrimSpace(t.asText(v))
		case "headers":
			m.HasHeaders = true
			if err := m.readHeaders(t, v); err != nil {
				return err
			}
		case "body":
			m.Body, m.HasBody = t.asText(v), true
		case "bodySchema":
			m.Schema, m.HasSchema = t.asText(v), t.nodes[v].kind != kindNull
			if t.nodes[v].kind == kindBoolean && m.Schema == "false" {
				m.Schema = ""
			}
		}
	}
	return nil
}

// asText is the text of a string, nothing for null, and JSON for all else.
func (t *tree) asText(i int32) string {
	switch t.nodes[i].kind {
	case kindNull:
		return ""
	case kindString:
		return t.str(i)
	}
	return t.raw(i)
}

func (m *Message) readHeaders(t *tree, i int32) error {
	if t.nodes[i].kind == kindNull {
		return nil
	}
	if t.nodes[i].kind != kindObject {
		return fmt.Errorf("read a message: headers must be an object, not %s", t.typeName(i))
	}
	for k := i + 1; k < t.nodes[i].next; k = t.afterMember(k) {
		v := k + 1
		if t.dead(k) {
			continue
		}
		if t.nodes[v].kind != kindArray {
			m.Headers = append(m.Headers, transaction.Header{Name: t.str(k), Value: t.asText(v)})
			continue
		}
		for c := v + 1; c < t.nodes[v].next; c = t.nodes[c].next {
			m.Headers = append(m.Headers, transaction.Header{Name: t.str(k), Value: t.asText(c)})
		}
	}
	return nil
}
