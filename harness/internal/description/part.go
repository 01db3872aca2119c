package description

// Span is a part of Text: the bytes from offset From on, up to offset To.
type Span struct{ From, To int }

// Part returns a document that holds some of the text alone. Its places are those of the whole: At leads
// to where a byte stands in the files that were read. The spans are in order, and none begins before the
// last one ended.
func (d *Document) Part(spans ...Span) *Document {
	size := 0
	for _, s := range spans {
		size += s.To - s.From
	}
	p := &Document{Filename: d.Filename, Format: d.Format, Text: make([]byte, 0, size), reach: d.reach}
	p.origin.files = d.origin.files
	for _, s := range spans {
		p.origin.segments = append(p.origin.segments, d.origin.cut(s, len(p.Text))...)
		p.Text = append(p.Text, d.Text[s.From:s.To]...)
	}
	return p
}

// cut returns the segments of a span, for a text that has it from offset at on.
func (m *sourceMap) cut(s Span, at int) []segment {
	var list []segment
	for i, g := range m.segments {
		end := int32(s.To)
		if i+1 < len(m.segments) {
			end = min(end, m.segments[i+1].text)
		}
		begin := max(g.text, int32(s.From))
		if begin < end {
			list = append(list, segment{text: int32(at) + begin - int32(s.From), offset: g.offset + begin - g.text, file: g.file})
		}
	}
	return list
}
