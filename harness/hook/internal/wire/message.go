package wire

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Event says what a message asks of the handler.
type Event string

// The events that Dredd sends. The handler runs the hooks of a name (before, beforeValidation, after)
// beside those of the event.
const (
	BeforeAll            Event = "beforeAll"
	BeforeEach           Event = "beforeEach"
	BeforeEachValidation Event = "beforeEachValidation"
	AfterEach            Event = "afterEach"
	AfterAll             Event = "afterAll"
)

// All reports whether the data of the event is the list of all transactions.
func (e Event) All() bool { return e == BeforeAll || e == AfterAll }

// validated reports whether the event comes after the response.
func (e Event) validated() bool { return e == BeforeEachValidation || e == AfterEach || e == AfterAll }

// Message is one request of Dredd, or the answer of a handler, which has the UUID of the request.
type Message struct {
	Event Event
	UUID  string
	// Data is a transaction, or a list of them for BeforeAll and AfterAll; nil when there is none.
	Data json.RawMessage
	// More holds the members that Dredd does not know, in their order; empty for its own messages.
	More Object
}

// Write sends a message in one piece. The members stand in Dredd's order, and no line feed is inside.
func Write(w io.Writer, m Message) error {
	var o Object
	o.Set("event", quote(string(m.Event)))
	o.Set("uuid", quote(m.UUID))
	data := m.Data
	if data == nil {
		data = json.RawMessage("null")
	}
	if bytes.IndexByte(data, '\n') >= 0 {
		var b bytes.Buffer
		if err := json.Compact(&b, data); err != nil {
			return fmt.Errorf("write the %s message: %w", m.Event, err)
		}
		data = b.Bytes()
	}
	o.Set("data", data)
	for _, f := range m.More.members {
		o.Set(f.key, f.value)
	}
	b := append(o.appendTo(make([]byte, 0, len(data)+128)), '\n')
	_, err := w.Write(b)
	return err
}

// DefaultLimit is how long a message may be, in bytes.
const DefaultLimit = 64 << 20

// TooLongError tells of a message that is longer than allowed.
type TooLongError struct {
	// Limit is how many bytes are allowed.
	Limit int
}

// Error says how many bytes are allowed.
func (e *TooLongError) Error() string {
	return fmt.Sprintf("a message of more than %d bytes", e.Limit)
}

// SyntaxError tells of a message that is no JSON.
type SyntaxError struct {
	// Text is the beginning of the message.
	Text string
	// Err says what is wrong with it.
	Err error
}

// Error says what is wrong, and shows the beginning of the message.
func (e *SyntaxError) Error() string { return fmt.Sprintf("%q is no JSON: %v", e.Text, e.Err) }

// Unwrap returns what is wrong.
func (e *SyntaxError) Unwrap() error { return e.Err }

// Reader splits a stream into messages. Use it from one goroutine.
type Reader struct {
	r     *bufio.Reader
	limit int
	rest  bool // a message that was too long goes on
}

// NewReader returns a Reader of messages of at most limit bytes each; zero means DefaultLimit.
func NewReader(r io.Reader, limit int) *Reader {
	if limit <= 0 {
		limit = DefaultLimit
	}
	return &Reader{r: bufio.NewReaderSize(r, 64<<10), limit: limit}
}

// Next returns the next message, however the stream is cut into chunks. Blank lines are passed over. A
// message that is JSON but not of Dredd's form comes back without what is missing.
//
// The error is a *SyntaxError or a *TooLongError for a message that cannot be used, and Next may then be
// called for the one after it; io.EOF at the end; io.ErrUnexpectedEOF at an end within a message;
// else that of the stream.
func (r *Reader) Next() (Message, error) {
	for {
		line, err := r.line()
		if err != nil {
			return Message{}, err
		}
		if line = bytes.TrimSpace(line); len(line) > 0 {
			return parse(line)
		}
	}
}

// line reads up to the next line feed, which it leaves out. It stops reading at the limit.
func (r *Reader) line() ([]byte, error) {
	var line []byte
	for {
		chunk, err := r.r.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			if errors.Is(err, io.EOF) && len(bytes.TrimSpace(line))+len(bytes.TrimSpace(chunk)) > 0 && !r.rest {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
		switch ends := err == nil; {
		case r.rest:
			r.rest = !ends
		case len(line)+len(chunk) > r.limit+1: // the line feed does not count
			r.rest = !ends
			return nil, &TooLongError{Limit: r.limit}
		case ends:
			return append(line, chunk[:len(chunk)-1]...), nil
		default:
			line = append(line, chunk...)
		}
	}
}

// parse reads a message. Dredd looks at nothing but the UUID, so neither is the rest demanded here.
func parse(line []byte) (Message, error) {
	if err := check(line); err != nil {
		return Message{}, &SyntaxError{Text: excerpt(line), Err: err}
	}
	o, err := ParseObject(line)
	if err != nil { // JSON, but no object: a message without UUID
		return Message{}, nil //nolint:nilerr // see above
	}
	var m Message
	for _, f := range o.members {
		switch f.key {
		case "event":
			m.Event = Event(asString(f.value))
		case "uuid":
			m.UUID = asString(f.value)
		case "data":
			m.Data = f.value
		default:
			m.More.Set(f.key, f.value)
		}
	}
	return m, nil
}

// check says what makes a text no JSON.
func check(text []byte) error {
	if json.Valid(text) {
		return nil
	}
	var v json.RawMessage
	return json.Unmarshal(text, &v)
}

// excerpt is the beginning of a text that may be long and may be anything.
func excerpt(text []byte) string {
	const most = 80
	if len(text) <= most {
		return strings.ToValidUTF8(string(text), "\uFFFD")
	}
	cut := most
	for cut > most-utf8.UTFMax && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return strings.ToValidUTF8(string(text[:cut]), "\uFFFD") + "…"
}
