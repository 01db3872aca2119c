package export

import (
	"context"
	"io"
	"strings"
)

// writeXCal writes a calendar by RFC 6321.
func writeXCal(ctx context.Context, s *source, to io.Writer) error {
	t := newTree(to)
	t.begin("icalendar", attribute{"xmlns", "urn:ietf:params:xml:ns:icalendar-2.0"})
	t.begin("vcalendar")
	t.properties(s.head())
	t.begin("components")
	err := s.entries(ctx, func(e entry) error {
		t.begin("vevent")
		t.properties(e)
		t.end()
		return t.err
	})
	if err != nil {
		return err
	}
	return t.close()
}

func (t *tree) properties(e entry) {
	t.begin("properties")
	for _, p := range e {
		t.begin(strings.ToLower(p.name))
		switch p.kind {
		case kindTime:
			t.text("date-time", p.time.Format("2006-01-02T15:04:05Z"))
		case kindGeo:
			t.text("latitude", p.values[0])
			t.text("longitude", p.values[1])
		case kindURI:
			t.text("uri", p.values[0])
		case kindText:
			for _, v := range p.values {
				t.text("text", v)
			}
		}
		t.end()
	}
	t.end()
}
