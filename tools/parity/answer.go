package main

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// answer is what the server gives for a method and a path. Its text is a status, header lines, an empty line
// and the body:
//
//	201 Created
//	Content-Type: application/json
//
//	{"id": 1}
//
// In place of the status may stand what a server in trouble does: close (without a word), reset, hang (until
// the client goes), half (of the answer, then close), or garbage (that is no HTTP). Lines that begin with @ are
// for the server:
//
//	@wait 300ms       before it answers
//	@encode gzip      of the body; base64 or hex: the body is written so here; latin1: its characters
//	@chomp            the last line feed of the body is not sent
//	@chunked          in chunks, without a length
//	@unsized          neither a length nor chunks: the body ends with the connection
type answer struct {
	behaviour string // "" answers
	status    string // with the reason
	headers   []string
	body      []byte
	wait      time.Duration
	chunked   bool
	unsized   bool
}

func parseAnswer(text string) (answer, error) {
	head, body, _ := strings.Cut(text, "\n\n")
	if strings.HasPrefix(text, "\n") {
		return answer{}, fmt.Errorf("it begins with an empty line, not with a status")
	}
	lines := strings.Split(strings.TrimSuffix(head, "\n"), "\n")
	a := answer{status: lines[0], body: []byte(body)}
	first, _, _ := strings.Cut(lines[0], " ")
	if _, err := strconv.Atoi(first); err != nil {
		switch first {
		case "close", "reset", "hang", "garbage":
			a.behaviour = first
		case "half":
			a.behaviour, a.status = first, "200 OK"
		default:
			return a, fmt.Errorf("%q is neither a status nor close, reset, hang, half or garbage", lines[0])
		}
	}
	for _, line := range lines[1:] {
		directive, ok := strings.CutPrefix(line, "@")
		if !ok {
			a.headers = append(a.headers, line)
			continue
		}
		if err := a.direct(directive); err != nil {
			return a, err
		}
	}
	return a, nil
}

func (a *answer) direct(directive string) (err error) {
	name, value, _ := strings.Cut(directive, " ")
	switch name {
	case "wait":
		a.wait, err = time.ParseDuration(value)
	case "chomp":
		a.body = bytes.TrimSuffix(a.body, []byte("\n"))
	case "chunked":
		a.chunked = true
	case "unsized":
		a.unsized = true
	case "encode":
		a.body, err = encode(a.body, value)
	default:
		return fmt.Errorf("@%s is not known", name)
	}
	return err
}

func encode(body []byte, as string) ([]byte, error) {
	switch as {
	case "gzip":
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, _ = w.Write(body) // a buffer takes it
		if err := w.Close(); err != nil {
			return nil, err
		}
		return b.Bytes(), nil
	case "latin1":
		var b []byte
		for _, r := range string(body) {
			b = append(b, byte(r))
		}
		return b, nil
	case "base64":
		return base64.StdEncoding.DecodeString(string(bytes.TrimSpace(body)))
	case "hex":
		return hex.DecodeString(string(bytes.TrimSpace(body)))
	}
	return nil, fmt.Errorf("there is no encoding %q", as)
}

// bytes is the answer to a request with that method.
func (a *answer) bytes(method string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %s\r\n", a.status)
	for _, h := range a.headers {
		fmt.Fprintf(&b, "%s\r\n", h)
	}
	empty := len(a.body) == 0 && (strings.HasPrefix(a.status, "204") || strings.HasPrefix(a.status, "304"))
	switch {
	case a.chunked:
		b.WriteString("Transfer-Encoding: chunked\r\n\r\n")
		for i := 0; i < len(a.body); i += 10 {
			chunk := a.body[i:min(i+10, len(a.body))]
			fmt.Fprintf(&b, "%x\r\n%s\r\n", len(chunk), chunk)
		}
		b.WriteString("0\r\n\r\n")
		return b.Bytes()
	case a.unsized:
		b.WriteString("Connection: close\r\n\r\n")
	case empty:
		b.WriteString("\r\n")
	default:
		fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n", len(a.body))
	}
	if method != "HEAD" {
		b.Write(a.body)
	}
	return b.Bytes()
}
