package report

import (
	"bytes"
	"io"
	"strings"
)

// document is a report that is a document, such as one in XML or JSON: it needs a closing part, and may
// tell counts at its top. Where Options.File is set, the file is complete and valid after each write,
// from the first one on, so that a crash or a kill takes nothing of what was done before, and memory does
// not grow. Where it is not, the document is gathered, and Options.Out gets it as a whole in the end.
//
// A write puts the new part and the closing part in place of the last closing part, by one call of the
// system. Blanks fill up to where the file ended before; they may follow the end in every format that is
// used here, and are cut off afterwards. Two things are not promised. A kill can hit the microseconds in
// which the system copies a part: Linux looks for one between two pages. And nothing is synced to the
// disk: what a crash of the machine leaves is for its file system to say.
//
//	d := newDocument(o, nil, func() string { return "</list>\n" })
//	d.add("<list>\n")
//	d.add("<item/>\n")
//	err := d.end()
type document struct {
	out  io.Writer
	file File
	head func() string
	tail func() string

	top  string // the head as it stands in the file
	at   int64  // where the closing part begins in the file
	size int64  // of the file
	buf  bytes.Buffer
	err  error
}

// newDocument begins a document, and writes it: from now on the file is a valid one. head returns what
// stands at the top and changes as things go on; it has to be of the same length each time, which blanks
// can see to. tail returns the closing part as it is to be after what was added so far; before anything
// was, head and tail together are a whole document. head may be nil.
func newDocument(o Options, head, tail func() string) *document {
	if head == nil {
		head = func() string { return "" }
	}
	d := &document{out: o.Out, file: o.File, head: head, tail: tail}
	if d.out == nil {
		d.out = io.Discard
	}
	if d.file != nil {
		d.top = head()
		d.put(0, d.top+tail())
		d.at = int64(len(d.top))
	}
	return d
}

// add appends a part, which must be complete in itself.
func (d *document) add(part string) {
	if d.err != nil {
		return
	}
	if d.file == nil {
		d.buf.WriteString(part)
		return
	}
	d.put(d.at, part+d.tail())
	d.at += int64(len(part))
	d.retop()
}

// retop brings the top up to date. What stands there in between is a little old, and valid.
func (d *document) retop() {
	top := d.head()
	if d.err != nil || top == d.top || len(top) != len(d.top) {
		return
	}
	d.top = top
	_, d.err = d.file.WriteAt([]byte(top), 0)
}

// put writes the end of the file.
func (d *document) put(at int64, text string) {
	end := at + int64(len(text))
	if blank := d.size - end; blank > 0 {
		text += strings.Repeat(" ", int(blank))
	}
	if _, d.err = d.file.WriteAt([]byte(text), at); d.err != nil {
		return
	}
	if d.size > end {
		d.err = d.file.Truncate(end)
	}
	d.size = end
}

// end writes what is to be written still, and returns the first error that there was.
func (d *document) end() error {
	switch {
	case d.err != nil:
	case d.file != nil:
		d.add("")
	default:
		text := d.head() + d.buf.String() + d.tail()
		d.buf = bytes.Buffer{}
		_, d.err = io.WriteString(d.out, text)
	}
	return d.err
}
