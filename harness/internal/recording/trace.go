package recording

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

var (
	// blockHead announces a block of bytes. It can have a time and a connection in front, and, where
	// the trace and the body went to the same file, the last line of a body.
	blockHead = expression(`(?m)(=> Send|<= Recv) (header|data|SSL data), ([0-9]{1,12}) bytes \(0x[0-9a-f]+\)\r?$`)
	infoHead  = expression(`\A(?:[0-9:.]+ )?(?:\[[^\]\n]*\] )?== Info: `)
	offset    = expression(`^([0-9a-f]{4,}): ?(.*)$`)
)

// block is one dump of a trace.
type block struct {
	received bool
	kind     string // "header", "data" or "SSL data"
	line     int    // of its first line of bytes
	data     []byte
}

// trace reads what curl writes with --trace and --trace-ascii: its header and data dumps, in the
// form of dump() in curl's src/tool_cb_dbg.c.
func (p *parser) trace() (*Recording, error) {
	t := &tracer{p: p, rest: p.data}
	m := message{format: CurlTrace, wire: true}
	ended := false // the head of the response
	for {
		b, err := t.next()
		switch {
		case err != nil:
			return nil, err
		case b == nil:
			if len(m.head) == 0 {
				return nil, p.fail(t.line, "this trace has no response in it; see its last lines for what went wrong")
			}
			if m.lossy = t.ascii; m.lossy {
				m.format = CurlTraceASCII
			}
			return p.finish(m)
		case !b.received && b.kind == "header" && m.method == "":
			method, _, _ := bytes.Cut(b.data, []byte(" "))
			m.method = string(method)
		case !b.received:
		case b.kind == "data":
			m.body = append(m.body, b.data...)
		case b.kind == "header":
			if statusLine().Match(firstLine(b.data)) {
				m.head, m.body, ended = nil, nil, false
			}
			if ended { // trailers
				continue
			}
			ended = m.add(*b)
		}
	}
}

// add takes the lines of a block over, and reports whether they end the head.
func (m *message) add(b block) (ended bool) {
	for line := range bytes.Lines(b.data) {
		text := strings.TrimRight(string(line), "\r\n")
		if text == "" {
			return true
		}
		m.head = append(m.head, headLine{b.line, text})
	}
	return false
}

// tracer goes through a trace block by block.
type tracer struct {
	p    *parser
	rest []byte
	line int // of the line read last
	// known says that ascii is: the first line of bytes tells.
	known, ascii bool
}

func (t *tracer) read() (string, bool) {
	if len(t.rest) == 0 {
		return "", false
	}
	line, rest, _ := bytes.Cut(t.rest, []byte("\n"))
	t.rest = rest
	t.line++
	return strings.TrimSuffix(string(line), "\r"), true
}

// next returns the next block, nil at the end.
func (t *tracer) next() (*block, error) {
	for {
		text, ok := t.read()
		if !ok {
			return nil, nil
		}
		if !strings.HasSuffix(strings.TrimSuffix(text, "\r"), ")") {
			continue // info, or a body that went to the same file
		}
		m := blockHead().FindStringSubmatch(text)
		if m == nil {
			continue
		}
		size, err := strconv.Atoi(m[3])
		if err != nil || size > len(t.rest) {
			return nil, t.p.fail(t.line, "%s bytes are announced here, but the recording breaks off before", m[3])
		}
		b := &block{received: m[1] == "<= Recv", kind: m[2], line: t.line + 1, data: make([]byte, 0, size)}
		head := t.line
		for len(b.data) < size {
			if err := t.dump(b, size); err != nil {
				return nil, t.p.fail(t.line, "%v; %d bytes are announced in line %d, and this should be number %d of them", err, size, head, len(b.data)+1)
			}
		}
		return b, nil
	}
}

// dump reads one line of bytes.
func (t *tracer) dump(b *block, size int) error {
	text, ok := t.read()
	if !ok {
		return fmt.Errorf("the recording breaks off")
	}
	m := offset().FindStringSubmatch(text)
	if m == nil {
		return fmt.Errorf("%s is no line of bytes", shown([]byte(text)))
	}
	if at, err := strconv.ParseInt(m[1], 16, 64); err != nil || at != int64(len(b.data)) {
		return fmt.Errorf("the line of bytes begins with %q", m[1])
	}
	dumped, isHex := hexLine(m[2], min(perLine, size-len(b.data)))
	if !t.known {
		t.known, t.ascii = true, !isHex
	}
	switch {
	case t.ascii:
		return t.text(b, m[2], size)
	case !isHex:
		return fmt.Errorf("%s are no bytes in hexadecimal", shown([]byte(m[2])))
	}
	b.data = append(b.data, dumped...)
	return nil
}

// perLine is how many bytes --trace writes on a line.
const perLine = 16

// hexLine reads n bytes, each of two digits and a blank.
func hexLine(text string, n int) ([]byte, bool) {
	if len(text) < 3*n {
		return nil, false
	}
	digits := make([]byte, 0, 2*perLine)
	for i := range n {
		if text[3*i+2] != ' ' {
			return nil, false
		}
		digits = append(digits, text[3*i], text[3*i+1])
	}
	out := make([]byte, n)
	_, err := hex.Decode(out, digits)
	return out, err == nil
}

// text takes over a line of --trace-ascii. curl begins a new line at CR LF and leaves these two
// out, which the offset of the next line tells.
func (t *tracer) text(b *block, text string, size int) error {
	if here := len(b.data) + len(text); here < size && t.skips(here, size) {
		text += "\r\n"
	}
	if len(b.data)+len(text) > size {
		return fmt.Errorf("the line has too many characters")
	}
	b.data = append(b.data, text...)
	return nil
}

// skips reports whether CR LF was left out between here and the next line.
func (t *tracer) skips(here, size int) bool {
	next := offset().FindSubmatch(bytes.TrimSuffix(firstLine(t.rest), []byte("\r")))
	if next == nil {
		return here+2 == size
	}
	at, err := strconv.ParseInt(string(next[1]), 16, 64)
	return err == nil && at != int64(here)
}
