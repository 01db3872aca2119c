package export

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// productID names the program that made a calendar, as RFC 5545 section 3.7.3 wants.
const productID = "-//bailiff//event management API//EN"

// kind is the type of a value, by RFC 5545 section 3.3.
type kind int

const (
	kindText kind = iota
	kindTime
	kindURI
	kindGeo // two numbers
)

// property is a line of a calendar, or an element of one in XML.
type property struct {
	name   string
	kind   kind
	values []string // several make a list; of kindGeo, latitude and longitude
	time   time.Time
}

// entry is something that takes place: properties of a VEVENT.
type entry []property

func (e *entry) text(name string, values ...string) {
	var kept []string
	for _, v := range values {
		if v = clean(v); v != "" {
			kept = append(kept, v)
		}
	}
	if len(kept) > 0 {
		*e = append(*e, property{name: name, values: kept})
	}
}

func (e *entry) when(name string, t time.Time) {
	*e = append(*e, property{name: name, kind: kindTime, time: t.UTC()})
}

func (e *entry) uri(name, value string) {
	if value = clean(value); value != "" {
		*e = append(*e, property{name: name, kind: kindURI, values: []string{strings.ReplaceAll(value, "\n", "")}})
	}
}

// head are the properties of the calendar itself.
func (s *source) head() entry {
	var e entry
	e.text("PRODID", productID)
	e.text("VERSION", "2.0")
	e.text("NAME", s.event.Name) // RFC 7986
	return e
}

// entries calls a function with the event, which is an entry so that no calendar is empty, and then with
// every session of its programme. Times are in UTC: the calendars of the world know what that is without
// being told, and clients show it in the zone of who looks.
func (s *source) entries(ctx context.Context, do func(entry) error) error {
	if err := do(s.whole()); err != nil {
		return err
	}
	return s.sessions(ctx, scheduled, nil, func(row *session) error { return do(s.entry(row)) })
}

// whole is the event as an entry.
func (s *source) whole() entry {
	var e entry
	e.text("UID", "event-"+s.event.Identifier)
	e.when("DTSTAMP", s.event.Changed) // without a METHOD, it is when this was revised last
	e.when("DTSTART", s.event.StartsAt)
	if s.event.EndsAt.After(s.event.StartsAt) {
		e.when("DTEND", s.event.EndsAt)
	}
	e.text("SUMMARY", s.event.Name)
	e.text("DESCRIPTION", plain(s.event.Description))
	e.text("LOCATION", s.event.Location)
	if s.event.Latitude != nil && s.event.Longitude != nil {
		e = append(e, property{name: "GEO", kind: kindGeo, values: []string{number(*s.event.Latitude), number(*s.event.Longitude)}})
	}
	e.text("CONTACT", s.event.Owner)
	e.uri("URL", s.event.URL)
	return e
}

// entry is a session as an entry.
func (s *source) entry(row *session) entry {
	var e entry
	e.text("UID", fmt.Sprintf("session-%d-%s", row.ID, s.event.Identifier))
	e.when("DTSTAMP", row.Changed)
	e.when("DTSTART", *row.StartsAt)
	e.when("DTEND", *row.EndsAt)
	e.text("SUMMARY", row.Title)
	e.text("DESCRIPTION", joined("\n\n", joined(", ", row.Speakers...), plain(row.ShortAbstract), plain(row.LongAbstract)))
	e.text("LOCATION", joined(", ", row.Room, s.event.Location))
	e.text("CATEGORIES", row.Track, row.Type)
	e.uri("URL", row.Signup)
	e.text("RELATED-TO", "event-"+s.event.Identifier)
	return e
}

// joined joins the texts that are not empty.
func joined(between string, texts ...string) string {
	var kept []string
	for _, t := range texts {
		if t != "" {
			kept = append(kept, t)
		}
	}
	return strings.Join(kept, between)
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
