package export

import (
	"context"
	"errors"
	"fmt"
	"time"
	_ "time/tzdata" // the zones of events, on machines that have none

	"github.com/jackc/pgx/v5"
)

// page is how many rows are read at once.
const page = 200

// source is an event that is read.
type source struct {
	db     DB
	order  Order
	event  event
	places *time.Location
}

// event is the event itself.
type event struct {
	ID          int64
	Identifier  string
	Name        string
	Description string
	StartsAt    time.Time
	EndsAt      time.Time
	Timezone    string
	Location    string
	Latitude    *float64
	Longitude   *float64
	URL         string
	Owner       string
	Changed     time.Time
}

// session is a session with the names of what it belongs to. Texts that it does not have are empty.
type session struct {
	ID            int64
	Title         string
	Subtitle      string
	ShortAbstract string
	LongAbstract  string
	Comments      string
	Language      string
	Level         string
	StartsAt      *time.Time
	EndsAt        *time.Time
	State         string
	Track         string
	Type          string
	Room          string
	Slides        string
	Video         string
	Audio         string
	Signup        string
	SubmittedAt   *time.Time
	Changed       time.Time
	SpeakerIDs    []int64
	Speakers      []string
	Addresses     []string
}

// open reads the event.
func open(ctx context.Context, db DB, o Order) (*source, error) {
	rows, err := db.Query(ctx, `SELECT id, identifier, name, coalesce(description, '') AS description,
			starts_at, ends_at, timezone, coalesce(location_name, '') AS location, latitude, longitude,
			coalesce(external_event_url, '') AS url, coalesce(owner_name, '') AS owner, created_at AS changed
		FROM events WHERE id = $1::bigint AND deleted_at IS NULL`, o.Event)
	if err != nil {
		return nil, fmt.Errorf("read event %d: %w", o.Event, err)
	}
	e, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[event])
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, ErrNoEvent
	}
	if err != nil {
		return nil, fmt.Errorf("read event %d: %w", o.Event, err)
	}
	places, err := time.LoadLocation(e.Timezone)
	if err != nil {
		places = time.UTC // a zone that nobody knows by now
	}
	return &source{db: db, order: o, event: e, places: places}, nil
}

// sessionColumns are those of the struct session, of a row s and what it belongs to.
const sessionColumns = `s.id, s.title, coalesce(s.subtitle, '') AS subtitle,
	coalesce(s.short_abstract, '') AS short_abstract, coalesce(s.long_abstract, '') AS long_abstract,
	coalesce(s.comments, '') AS comments, coalesce(s.language, '') AS language, coalesce(s.level, '') AS level,
	s.starts_at, s.ends_at, coalesce(s.state, '') AS state,
	coalesce(t.name, '') AS track, coalesce(y.name, '') AS type, coalesce(m.name, '') AS room,
	coalesce(s.slides_url, '') AS slides, coalesce(s.video_url, '') AS video, coalesce(s.audio_url, '') AS audio,
	coalesce(s.signup_url, '') AS signup, s.submitted_at, coalesce(s.last_modified_at, s.created_at) AS changed,
	p.speaker_ids, p.speakers, p.addresses
	FROM sessions s
	LEFT JOIN tracks t ON t.id = s.track_id AND t.deleted_at IS NULL
	LEFT JOIN session_types y ON y.id = s.session_type_id AND y.deleted_at IS NULL
	LEFT JOIN microlocations m ON m.id = s.microlocation_id AND m.deleted_at IS NULL
	CROSS JOIN LATERAL (SELECT coalesce(array_agg(k.id ORDER BY k."order", k.id), '{}') AS speaker_ids,
			coalesce(array_agg(k.name ORDER BY k."order", k.id), '{}') AS speakers,
			coalesce(array_agg(coalesce(k.email, '') ORDER BY k."order", k.id), '{}') AS addresses
		FROM speakers_sessions ss JOIN speaker k ON k.id = ss.speaker_id AND k.deleted_at IS NULL
		WHERE ss.session_id = s.id) p`

// scheduled is the condition that a session is part of the programme, and that it is known when.
const scheduled = ` s.event_id = $1::bigint AND s.deleted_at IS NULL AND s.state IN ('accepted', 'confirmed')
	AND s.starts_at IS NOT NULL AND s.ends_at > s.starts_at`

// sessions calls a function with every session that meets a condition, in the order of their identifiers.
// The condition has $1, the event, and further arguments from $3.
func (s *source) sessions(ctx context.Context, where string, args []any, do func(*session) error) error {
	return pages(ctx, s, func(last int64) (string, []any) {
		return "SELECT " + sessionColumns + " WHERE " + where + " AND s.id > $2::bigint ORDER BY s.id LIMIT 200",
			append([]any{s.order.Event, last}, args...)
	}, func(row *session) int64 { return row.ID }, do)
}

// pages reads rows page by page. query is that for the rows after an identifier, in their order.
func pages[T any](ctx context.Context, s *source, query func(last int64) (string, []any), id func(*T) int64, do func(*T) error) error {
	for last := int64(0); ; {
		sql, args := query(last)
		rows, err := s.db.Query(ctx, sql, args...)
		if err != nil {
			return err
		}
		all, err := pgx.CollectRows(rows, pgx.RowToAddrOfStructByName[T])
		if err != nil {
			return err
		}
		for _, row := range all {
			last = id(row)
			if err := do(row); err != nil {
				return err
			}
		}
		if len(all) < page {
			return nil
		}
	}
}
