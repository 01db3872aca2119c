package server

import (
	"regexp"

	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// hexColor is a colour as tracks have it; the pattern is that of SQL's SIMILAR TO too.
const hexColor = `#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})`

// tracks declares the strands of an event's programme.
func tracks() engine.Resource {
	seen := policy.AnyOf(policy.Published(), policy.TrackOrganizer())
	return engine.Resource{
		Type:       "track",
		Path:       "tracks",
		Table:      "tracks",
		SoftDelete: true,
		Event:      "event_id",
		Attributes: []engine.Attribute{
			{Name: "name", Kind: engine.String, Required: true},
			{Name: "description", Kind: engine.String, Nullable: true},
			{Name: "color", Kind: engine.String, Always: "Color attribut is required", Check: checkColor}, // so spelt
			{Name: "font-color", Kind: engine.String, Expression: fontColor},
			{Name: "position", Kind: engine.Int, Default: int64(0)},
		},
		Relationships: []engine.Relationship{
			ofEvent(),
			{Name: "sessions", Type: "session", Many: true, Reverse: "track_id"},
		},
		Policy: policy.Table{
			List:   seen,
			View:   seen.ElseNotFound(),
			Create: policy.TrackOrganizer(),
			Update: policy.TrackOrganizer(),
			Delete: policy.TrackOrganizer(),
		},
	}
}

// fontColor is black on bright colours and white on dark ones, by the luma of ITU-R BT.601. A colour
// that is none has none.
const fontColor = `SELECT CASE WHEN 299 * get_byte(rgb, 0) + 587 * get_byte(rgb, 1) + 114 * get_byte(rgb, 2) > 127500
	THEN '#000000' ELSE '#ffffff' END
	FROM (SELECT decode(CASE length({row}.color) WHEN 7 THEN substr({row}.color, 2)
		WHEN 4 THEN regexp_replace(substr({row}.color, 2), '(.)', '\1\1', 'g') ELSE '' END, 'hex') AS rgb
		WHERE {row}.color SIMILAR TO '` + hexColor + `') parts`

func checkColor(v any) string {
	if text, _ := v.(string); !regexp.MustCompile(`^` + hexColor + `$`).MatchString(text) {
		return "Color should be proper HEX color code"
	}
	return ""
}
