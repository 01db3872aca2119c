package export

import (
	"context"
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"
)

// newTable writes a table by RFC 4180.
func newTable(w io.Writer) *csv.Writer {
	t := csv.NewWriter(w)
	t.UseCRLF = true
	return t
}

// cell is a value that spreadsheets take for text. One that begins as a formula does would be carried out
// by them, so an apostrophe comes first, as OWASP has it under CSV injection.
func cell(s string) string {
	s = clean(s)
	if t := strings.TrimLeft(s, " \t\n"); t != "" && strings.ContainsRune("=+-@", rune(t[0])) || strings.HasPrefix(s, "\t") {
		return "'" + s
	}
	return s
}

func cells(values ...string) []string {
	for i, v := range values {
		values[i] = cell(v)
	}
	return values
}

// when is a time in a table, in UTC; empty for none.
func when(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func writeSessionsCSV(ctx context.Context, s *source, to io.Writer) error {
	t := newTable(to)
	if err := t.Write([]string{
		"Session ID", "Title", "Subtitle", "State", "Track", "Type", "Room", "Level", "Language", "Starts At", "Ends At",
		"Speakers", "Speaker Emails", "Short Abstract", "Long Abstract", "Comments", "Slides", "Video", "Audio", "Submitted At",
	}); err != nil {
		return err
	}
	err := s.sessions(ctx, `s.event_id = $1::bigint AND s.deleted_at IS NULL AND ($3::text = 'all' OR s.state = $3::text)`,
		[]any{s.status()}, func(row *session) error {
			return t.Write(cells(
				strconv.FormatInt(row.ID, 10), row.Title, row.Subtitle, row.State, row.Track, row.Type, row.Room, row.Level,
				row.Language, when(row.StartsAt), when(row.EndsAt), joined("; ", row.Speakers...), joined("; ", row.Addresses...),
				plain(row.ShortAbstract), plain(row.LongAbstract), plain(row.Comments), row.Slides, row.Video, row.Audio,
				when(row.SubmittedAt),
			))
		})
	if err != nil {
		return err
	}
	t.Flush()
	return t.Error()
}

// status is the state of the sessions that are asked for.
func (s *source) status() string {
	if s.order.Status == "" {
		return All
	}
	return s.order.Status
}

// speaker is a row of speakers with the titles of their sessions.
type speaker struct {
	ID           int64
	Name         string
	Email        string
	Mobile       string
	Organisation string
	Position     string
	Country      string
	City         string
	Website      string
	Twitter      string
	Github       string
	Short        string
	Long         string
	Experience   string
	Sponsorship  string
	HeardFrom    string
	Featured     bool
	Titles       []string
	States       []string
}

func speakersQuery(s *source) func(last int64) (string, []any) {
	return func(last int64) (string, []any) {
		return `SELECT k.id, k.name, coalesce(k.email, '') AS email, coalesce(k.mobile, '') AS mobile,
				coalesce(k.organisation, '') AS organisation, coalesce(k.position, '') AS position,
				coalesce(k.country, '') AS country, coalesce(k.city, '') AS city, coalesce(k.website, '') AS website,
				coalesce(k.twitter, '') AS twitter, coalesce(k.github, '') AS github,
				coalesce(k.short_biography, '') AS short, coalesce(k.long_biography, '') AS long,
				coalesce(k.speaking_experience, '') AS experience, coalesce(k.sponsorship_required, '') AS sponsorship,
				coalesce(k.heard_from, '') AS heard_from, coalesce(k.is_featured, false) AS featured, x.titles, x.states
			FROM speaker k CROSS JOIN LATERAL (SELECT coalesce(array_agg(s.title ORDER BY s.id), '{}') AS titles,
					coalesce(array_agg(coalesce(s.state, '') ORDER BY s.id), '{}') AS states
				FROM speakers_sessions ss JOIN sessions s ON s.id = ss.session_id AND s.deleted_at IS NULL
				WHERE ss.speaker_id = k.id) x
			WHERE k.event_id = $1::bigint AND k.deleted_at IS NULL AND k.id > $2::bigint
				AND ($3::text = 'all' OR $3::text = ANY(x.states)) ORDER BY k.id LIMIT 200`,
			[]any{s.order.Event, last, s.status()}
	}
}

func writeSpeakersCSV(ctx context.Context, s *source, to io.Writer) error {
	t := newTable(to)
	if err := t.Write([]string{
		"Speaker ID", "Name", "Email", "Sessions", "Session States", "Mobile", "Organisation", "Position", "Country", "City",
		"Website", "Twitter", "Github", "Short Biography", "Long Biography", "Speaking Experience", "Sponsorship Required",
		"Heard From", "Featured",
	}); err != nil {
		return err
	}
	err := pages(ctx, s, speakersQuery(s), func(k *speaker) int64 { return k.ID }, func(k *speaker) error {
		return t.Write(cells(
			strconv.FormatInt(k.ID, 10), k.Name, k.Email, joined("; ", k.Titles...), joined("; ", k.States...), k.Mobile,
			k.Organisation, k.Position, k.Country, k.City, k.Website, k.Twitter, k.Github, plain(k.Short), plain(k.Long),
			plain(k.Experience), plain(k.Sponsorship), plain(k.HeardFrom), strconv.FormatBool(k.Featured),
		))
	})
	if err != nil {
		return err
	}
	t.Flush()
	return t.Error()
}
