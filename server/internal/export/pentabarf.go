package export

import (
	"cmp"
	"context"
	"crypto/sha1" //nolint:gosec // what RFC 9562 makes identifiers of version 5 with
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
)

// isoDay and isoHour are how schedules write a day and a time of it.
const (
	isoDay  = "2006-01-02"
	isoHour = "15:04"
)

// slot is where a session is in the schedule.
type slot struct {
	ID       int64
	StartsAt time.Time
	EndsAt   time.Time
	Position int32
	Room     string
	day      string
}

// writePentabarf writes a schedule in the form that Pentabarf and frab gave to the apps of conferences: days,
// rooms in them, and sessions there. The days are those of the event's time zone.
func writePentabarf(ctx context.Context, s *source, to io.Writer) error {
	slots, err := s.slots(ctx)
	if err != nil {
		return err
	}
	days := grouped(slots, func(s slot) string { return s.day })
	t := newTree(to)
	t.begin("schedule")
	t.text("generator", "", attribute{"name", "bailiff"})
	t.text("version", s.version(slots))
	t.conference(s, len(days))
	for i, day := range days {
		first, last := day[0].StartsAt, day[0].EndsAt
		for _, at := range day {
			first, last = earlier(first, at.StartsAt), later(last, at.EndsAt)
		}
		t.begin("day", attribute{"index", strconv.Itoa(i + 1)}, attribute{"date", day[0].day},
			attribute{"start", s.local(first)}, attribute{"end", s.local(last)})
		for _, room := range grouped(day, func(s slot) string { return s.Room }) {
			t.begin("room", attribute{"name", room[0].Room})
			for part := range slices.Chunk(room, page) {
				if err := s.details(ctx, t, part); err != nil {
					return err
				}
			}
			t.end()
		}
		t.end()
	}
	return t.close()
}

// slots are those of all sessions of the programme, in their order. They are small: all of them at once
// take less memory than a page of sessions.
func (s *source) slots(ctx context.Context) ([]slot, error) {
	rows, err := s.db.Query(ctx, `SELECT s.id, s.starts_at, s.ends_at, coalesce(m.position, 0) AS position, coalesce(m.name, '') AS room
		FROM sessions s LEFT JOIN microlocations m ON m.id = s.microlocation_id AND m.deleted_at IS NULL WHERE`+scheduled, s.order.Event)
	if err != nil {
		return nil, err
	}
	slots, err := pgx.CollectRows(rows, pgx.RowToStructByNameLax[slot])
	if err != nil {
		return nil, err
	}
	for i := range slots {
		slots[i].day = slots[i].StartsAt.In(s.places).Format(isoDay)
	}
	slices.SortFunc(slots, func(a, b slot) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.Position, b.Position), cmp.Compare(a.Room, b.Room),
			a.StartsAt.Compare(b.StartsAt), cmp.Compare(a.ID, b.ID))
	})
	return slots, nil
}

// version changes with the programme.
func (s *source) version(slots []slot) string {
	sum := sha1.New() //nolint:gosec // tells versions apart, and guards nothing
	for _, at := range slots {
		fmt.Fprintln(sum, at.ID, at.StartsAt.Unix(), at.EndsAt.Unix(), at.Room)
	}
	return fmt.Sprintf("%x", sum.Sum(nil)[:4])
}

func (t *tree) conference(s *source, days int) {
	t.begin("conference")
	t.text("acronym", s.event.Identifier)
	t.text("title", s.event.Name)
	t.text("venue", s.event.Location)
	t.text("start", s.event.StartsAt.In(s.places).Format(isoDay))
	t.text("end", s.event.EndsAt.In(s.places).Format(isoDay))
	t.text("days", strconv.Itoa(days))
	t.text("timeslot_duration", "00:05")
	t.text("base_url", s.event.URL)
	t.text("time_zone_name", s.places.String())
	t.end()
}

// details writes the sessions of slots.
func (s *source) details(ctx context.Context, t *tree, slots []slot) error {
	ids := make([]int64, len(slots))
	for i, at := range slots {
		ids[i] = at.ID
	}
	rows, err := s.db.Query(ctx, "SELECT "+sessionColumns+" WHERE s.id = ANY($1::bigint[]) ORDER BY array_position($1::bigint[], s.id)", ids)
	if err != nil {
		return err
	}
	sessions, err := pgx.CollectRows(rows, pgx.RowToAddrOfStructByName[session])
	if err != nil {
		return err
	}
	for _, row := range sessions {
		t.session(s, row)
	}
	return t.err
}

func (t *tree) session(s *source, row *session) {
	id := strconv.FormatInt(row.ID, 10)
	t.begin("event", attribute{"id", id}, attribute{"guid", guid(s.event.Identifier, id)})
	t.text("date", s.local(*row.StartsAt))
	t.text("start", row.StartsAt.In(s.places).Format(isoHour))
	t.text("duration", hours(row.EndsAt.Sub(*row.StartsAt)))
	t.text("room", row.Room)
	t.text("slug", s.event.Identifier+"-"+id)
	t.begin("recording")
	t.text("license", "")
	t.text("optout", "false")
	t.end()
	t.text("title", row.Title)
	t.text("subtitle", row.Subtitle)
	t.text("track", row.Track)
	t.text("type", row.Type)
	t.text("language", row.Language)
	t.text("abstract", plain(row.ShortAbstract))
	t.text("description", plain(row.LongAbstract))
	t.begin("persons")
	for i, name := range row.Speakers {
		t.text("person", name, attribute{"id", strconv.FormatInt(row.SpeakerIDs[i], 10)})
	}
	t.end()
	t.begin("links")
	for _, link := range []attribute{{row.Video, "Video"}, {row.Audio, "Audio"}, {row.Signup, "Sign up"}} {
		if link.name != "" {
			t.text("link", link.value, attribute{"href", link.name})
		}
	}
	t.end()
	t.begin("attachments")
	if row.Slides != "" {
		t.text("attachment", "Slides", attribute{"href", row.Slides})
	}
	t.end()
	t.end()
}

// local is a time as the people at the event read it.
func (s *source) local(t time.Time) string { return t.In(s.places).Format(time.RFC3339) }

// hours is a duration in hours and minutes.
func hours(d time.Duration) string {
	minutes := int(d.Round(time.Minute) / time.Minute)
	return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60)
}

// guid is the same for a session every time: a UUID of version 5.
func guid(event, session string) string {
	sum := sha1.Sum([]byte("bailiff session " + event + " " + session)) //nolint:gosec // as RFC 9562 has it
	u := sum[:16]
	u[6], u[8] = u[6]&0x0f|0x50, u[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}

// grouped cuts a list where a key changes.
func grouped(slots []slot, key func(slot) string) (groups [][]slot) {
	for begin, i := 0, 1; i <= len(slots); i++ {
		if i == len(slots) || key(slots[i]) != key(slots[begin]) {
			groups, begin = append(groups, slots[begin:i]), i
		}
	}
	return groups
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
