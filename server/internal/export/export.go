// Package export writes events as files: calendars, schedules, tables, and all of an event as JSON.
//
//	file, err := export.Write(ctx, tx, export.Order{Event: 1, Format: export.ICal}, w)
//
// It reads the event from the database page by page and writes as it reads, so that an event of any size
// takes the same memory. What is written depends on the event alone: the same rows give the same bytes. It
// knows nothing of who may have the file, nor where it is kept.
package export

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5"
)

// Format is what an event is written as.
type Format string

// The formats.
const (
	// JSON is an archive of JSON files, one for each kind of object.
	JSON Format = "json"
	// ICal is a calendar by RFC 5545.
	ICal Format = "ical"
	// XCal is the same calendar in XML, by RFC 6321.
	XCal Format = "xcal"
	// Pentabarf is a schedule in the XML that conference apps read.
	Pentabarf Format = "pentabarf"
	// SessionsCSV is a table of the sessions, by RFC 4180.
	SessionsCSV Format = "sessions-csv"
	// SpeakersCSV is a table of the speakers.
	SpeakersCSV Format = "speakers-csv"
)

// All is the status of sessions that takes in those of every state.
const All = "all"

// Order says what is written.
type Order struct {
	Event  int64
	Format Format
	// Status is the state that sessions must be in to be in a table, or that a session must be in for its
	// speakers to be. Empty, or All: any. Other formats do not look at it.
	Status string
}

// File is what an export is called, and what it is.
type File struct{ Name, MediaType string }

// DB is what an export reads from. It should be a transaction that sees one state of the event.
type DB interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// ErrNoEvent is the error of an export whose event has gone. It will not come back.
var ErrNoEvent = errors.New("the event is no longer there")

// writer writes one format.
type writer func(context.Context, *source, io.Writer) error

// Write writes an export. It closes nothing.
func Write(ctx context.Context, db DB, o Order, w io.Writer) (File, error) {
	file, write := o.Format.writer()
	if write == nil {
		return File{}, fmt.Errorf("export: there is no format %q", o.Format)
	}
	s, err := open(ctx, db, o)
	if err != nil {
		return File{}, err
	}
	if err := write(ctx, s, w); err != nil {
		return File{}, fmt.Errorf("export event %d as %s: %w", o.Event, o.Format, err)
	}
	file.Name = fmt.Sprintf("event%d-%s", o.Event, file.Name)
	return file, nil
}

// Known reports whether there is such a format.
func (f Format) Known() bool {
	_, write := f.writer()
	return write != nil
}

func (f Format) writer() (File, writer) {
	switch f {
	case JSON:
		return File{"export.zip", "application/zip"}, writeArchive
	case ICal:
		return File{"calendar.ics", "text/calendar; charset=utf-8"}, writeICal
	case XCal:
		return File{"calendar.xcs", "application/calendar+xml; charset=utf-8"}, writeXCal
	case Pentabarf:
		return File{"schedule.xml", "application/xml"}, writePentabarf
	case SessionsCSV:
		return File{"sessions.csv", "text/csv; charset=utf-8; header=present"}, writeSessionsCSV
	case SpeakersCSV:
		return File{"speakers.csv", "text/csv; charset=utf-8; header=present"}, writeSpeakersCSV
	}
	return File{}, nil
}
