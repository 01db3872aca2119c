package recording

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// json reads an HTTP archive, or a message as Gavel takes it.
func (p *parser) json(entry int) (*Recording, error) {
	var doc map[string]json.RawMessage
	if err := json.Unmarshal(p.data, &doc); err != nil {
		return nil, p.jsonError(err)
	}
	if log, ok := doc["log"]; ok {
		return p.har(log, entry)
	}
	for _, key := range []string{"statusCode", "headers", "body", "bodySchema"} {
		if _, ok := doc[key]; ok {
			if entry > 1 {
				return nil, p.fail(0, "only an HTTP archive (HAR) has several entries: leave --entry out")
			}
			return p.message(doc)
		}
	}
	return nil, p.fail(1, `this is JSON, but neither an HTTP archive, which has a "log", nor a message, which has some of "statusCode", "headers", "body" and "bodySchema"; %s`, howTo)
}

// jsonError places an error of the JSON decoder.
func (p *parser) jsonError(err error) error {
	var syntax *json.SyntaxError
	line, column := 1, 0
	if errors.As(err, &syntax) {
		before := p.data[:min(int(syntax.Offset), len(p.data))]
		line += bytes.Count(before, []byte("\n"))
		column = max(len([]rune(string(before[bytes.LastIndexByte(before, '\n')+1:]))), 1)
	}
	return &Error{At: transaction.Position{File: p.name, Line: line, Column: column}, Msg: fmt.Sprintf("this begins as JSON, but is none: %v", err)}
}

// archive is what counts of a HAR 1.2 document. Its bodies are as the browser sees them: content
// encodings are undone, and texts are in the charset of the file.
type archive struct {
	Entries []struct {
		Request  struct{ Method, URL string }
		Response struct {
			Status  int
			Headers []struct{ Name, Value string }
			Content struct {
				Text     string
				Encoding string
			}
		}
	}
}

func (p *parser) har(log json.RawMessage, entry int) (*Recording, error) {
	var a archive
	if err := json.Unmarshal(log, &a); err != nil {
		return nil, p.fail(0, "the \"log\" is not that of an HTTP archive: %v", err)
	}
	n := max(entry, 1)
	if n > len(a.Entries) {
		return nil, p.fail(0, "there is no entry %d: the archive has %d", n, len(a.Entries))
	}
	e := a.Entries[n-1]
	if e.Response.Status < 100 || e.Response.Status > 999 {
		return nil, p.fail(0, "entry %d, %s, has no response: its status is %d", n, shown([]byte(e.Request.Method+" "+e.Request.URL)), e.Response.Status)
	}
	r := &Recording{Format: HAR, Response: transaction.Response{StatusCode: e.Response.Status, Body: e.Response.Content.Text}}
	for _, h := range e.Response.Headers {
		if !strings.HasPrefix(h.Name, ":") { // the pseudo-headers of HTTP/2
			r.Response.Headers = append(r.Response.Headers, transaction.Header{Name: h.Name, Value: h.Value})
		}
	}
	if strings.EqualFold(e.Response.Content.Encoding, "base64") {
		body, err := base64.StdEncoding.DecodeString(r.Response.Body)
		if err != nil {
			return nil, p.fail(0, "the body of entry %d is not the base64 that it claims to be: %v", n, err)
		}
		r.Response.Body = string(body)
	}
	return r, nil
}

// message reads a message as Gavel takes it.
func (p *parser) message(doc map[string]json.RawMessage) (*Recording, error) {
	r := &Recording{Format: Message, Response: transaction.Response{
		Body:   text(doc["body"]),
		Schema: text(doc["bodySchema"]),
	}}
	if code := strings.TrimSpace(text(doc["statusCode"])); code != "" {
		n, err := strconv.Atoi(code)
		if err != nil || n < 100 || n > 999 {
			return nil, p.fail(0, "\"statusCode\" is %s; want a number of three digits", shown([]byte(code)))
		}
		r.Response.StatusCode = n
	}
	if raw := bytes.TrimSpace(doc["headers"]); len(raw) > 0 && !bytes.Equal(raw, []byte("null")) {
		headers, err := fields(raw)
		if err != nil {
			return nil, p.fail(0, "\"headers\": %v", err)
		}
		r.Response.Headers = headers
	}
	return r, nil
}

// text is the text of a string, nothing for null, and JSON for all else.
func text(raw json.RawMessage) string {
	var s *string
	if len(raw) == 0 {
		return ""
	}
	if err := json.Unmarshal(raw, &s); err != nil {
		return string(raw)
	}
	if s == nil {
		return ""
	}
	return *s
}

// fields reads an object of headers in its order. A list is several fields of one name.
func fields(raw json.RawMessage) (transaction.Headers, error) {
	var list transaction.Headers
	d := json.NewDecoder(bytes.NewReader(raw))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return nil, errors.New("want an object of names and values")
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, err
		}
		var several []json.RawMessage
		if json.Unmarshal(value, &several) != nil {
			several = []json.RawMessage{value}
		}
		for _, v := range several {
			list = append(list, transaction.Header{Name: fmt.Sprint(name), Value: text(v)})
		}
	}
	return list, nil
}
