package export

import (
	"archive/zip"
	"context"
	"io"
	"strings"
	"time"
)

// part is a file of the archive: a list of the rows of a table.
type part struct {
	name string
	// columns are what is written of a row r, in this order. Times and arrays have names of their own.
	columns []string
	from    string // what r is, and its condition on the event $1
}

// parts are the files of an archive, apart from that of the event. What only the site needs to know, such as
// whose account a speaker has, is not in them.
func parts() []part {
	const mine = " r WHERE r.event_id = $1::bigint AND r.deleted_at IS NULL"
	return []part{
		{"tracks", fields("id name description color position"), "tracks" + mine},
		{"microlocations", fields("id name latitude longitude floor room position hidden_in_scheduler"), "microlocations" + mine},
		{"session_types", fields("id name length position"), "session_types" + mine},
		{"sessions", append(fields(`id title subtitle short_abstract long_abstract comments language level website twitter facebook
			github linkedin instagram gitlab mastodon slides_url slides video_url audio_url signup_url state is_locked
			complex_field_values track_id microlocation_id session_type_id`),
			at("starts_at"), at("ends_at"), at("submitted_at"), at("created_at"), at("last_modified_at"),
			`(SELECT coalesce(array_agg(k.id ORDER BY k.id), '{}') FROM speakers_sessions ss JOIN speaker k ON k.id = ss.speaker_id
				AND k.deleted_at IS NULL WHERE ss.session_id = r.id) AS speaker_ids`), "sessions" + mine},
		{"speakers", fields(`id name email is_email_overridden photo_url short_biography long_biography speaking_experience
			sponsorship_required heard_from mobile website twitter facebook github mastodon linkedin instagram organisation
			position country city address gender is_featured order complex_field_values`), "speaker" + mine},
		{"sponsors", fields("id name description url level logo_url type"), "sponsors" + mine},
		{"custom_forms", fields("id field_identifier form type name is_required is_included is_fixed"), "custom_forms r WHERE r.event_id = $1::bigint"},
	}
}

// eventPart is the file of the event. What it is paid with stays where it is.
func eventPart() part {
	return part{"event", append(fields(`id identifier name description state privacy timezone online latitude longitude
		location_name searchable_location_name logo_url original_image_url external_event_url ticket_url owner_name owner_description
		code_of_conduct is_sessions_speakers_enabled is_cfs_enabled is_sponsors_enabled`),
		at("starts_at"), at("ends_at"), at("created_at"), at("schedule_published_on")), "events r WHERE r.id = $1::bigint"}
}

// fields are columns of the row r.
func fields(names string) []string {
	var columns []string
	for name := range strings.FieldsSeq(names) {
		columns = append(columns, `r."`+name+`"`)
	}
	return columns
}

// at is a column with a time, in UTC, whatever the zone of the connection is.
func at(name string) string {
	return `to_char(r.` + name + ` AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS ` + name
}

// row is a row in JSON.
type row struct {
	ID   int64
	Text string
}

// writeArchive writes JSON files into an archive. Those of lists have a row on a line.
func writeArchive(ctx context.Context, s *source, to io.Writer) error {
	z := zip.NewWriter(to)
	w, err := file(z, "event")
	if err != nil {
		return err
	}
	err = s.rows(ctx, eventPart(), func(r *row) error {
		_, err := io.WriteString(w, r.Text+"\n")
		return err
	})
	if err != nil {
		return err
	}
	for _, p := range parts() {
		if err := s.list(ctx, z, p); err != nil {
			return err
		}
	}
	return z.Close()
}

func (s *source) list(ctx context.Context, z *zip.Writer, p part) error {
	w, err := file(z, p.name)
	if err != nil {
		return err
	}
	before := "[\n"
	err = s.rows(ctx, p, func(r *row) error {
		_, err := io.WriteString(w, before+r.Text)
		before = ",\n"
		return err
	})
	if err != nil {
		return err
	}
	after := "\n]\n"
	if before == "[\n" {
		after = "[]\n"
	}
	_, err = io.WriteString(w, after)
	return err
}

// file begins a file of the archive. It is as old as archives can tell, so that the same rows give the same
// bytes.
func file(z *zip.Writer, name string) (io.Writer, error) {
	return z.CreateHeader(&zip.FileHeader{
		Name: name + ".json", Method: zip.Deflate, Modified: time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC),
	})
}

func (s *source) rows(ctx context.Context, p part, do func(*row) error) error {
	return pages(ctx, s, func(last int64) (string, []any) {
		return "SELECT x.id, row_to_json(x)::text AS text FROM (SELECT " + strings.Join(p.columns, ", ") + " FROM " + p.from +
			" AND r.id > $2::bigint ORDER BY r.id LIMIT 200) x ORDER BY x.id", []any{s.order.Event, last}
	}, func(r *row) int64 { return r.ID }, do)
}
