package server

import (
	"fmt"
	"time"

	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// speakersCalls declares the times in which events look for speakers. An event has one at most.
func speakersCalls() engine.Resource {
	seen := policy.AnyOf(policy.Published(), policy.CoOrganizer())
	return engine.Resource{
		Type:       "speakers-call",
		Path:       "speakers-calls",
		Table:      "speakers_calls",
		SoftDelete: true,
		Event:      "event_id",
		Without:    engine.List,
		Attributes: []engine.Attribute{
			{Name: "announcement", Kind: engine.HTML, Nullable: true},
			{Name: "starts-at", Kind: engine.Time, Required: true},
			{Name: "soft-ends-at", Kind: engine.Time, Nullable: true},
			{Name: "ends-at", Kind: engine.Time, Required: true},
			{Name: "hash", Kind: engine.String, Nullable: true},
			{Name: "privacy", Kind: engine.String, OneOf: []string{"private", "public"}},
		},
		Relationships: []engine.Relationship{ofEvent()},
		Policy: policy.Table{
			List:   seen,
			View:   seen.ElseNotFound(),
			Create: policy.CoOrganizer(),
			Update: policy.CoOrganizer(),
			Delete: policy.CoOrganizer(),
		},
		Conflicts: map[string]*jsonapi.Error{
			"speakers_calls_event_id_key": jsonapi.Conflict("/data/relationships/event", "Speakers Call already exists for this event"),
		},
		BeforeCreate: checkCallDates,
		BeforeUpdate: checkCallDates,
	}
}

// checkCallDates wants a call to end after it starts, and before its event starts.
func checkCallDates(c *engine.Change) error {
	if !c.Changes("starts-at") && !c.Changes("ends-at") && !c.Changes("soft-ends-at") && !c.Changes("event") {
		return nil
	}
	starts, _ := c.Will("starts-at").(time.Time)
	ends, _ := c.Will("ends-at").(time.Time)
	if !ends.After(starts) {
		return jsonapi.Unprocessable("/data/attributes/ends-at", "ends-at should be after starts-at")
	}
	if soft, ok := c.Will("soft-ends-at").(time.Time); ok && (soft.Before(starts) || soft.After(ends)) {
		return jsonapi.Unprocessable("/data/attributes/soft-ends-at", "soft-ends-at should be between starts-at and ends-at")
	}
	var late bool
	err := c.DB.QueryRow(c.Context, "SELECT starts_at < $2::timestamptz FROM events WHERE id = $1::bigint", c.Will("event"), ends).Scan(&late)
	if err != nil {
		return fmt.Errorf("look up start of event %v: %w", c.Will("event"), err)
	}
	if late {
		return jsonapi.Forbidden("/data/attributes/ends-at", "Speakers Call should end before the event starts")
	}
	return nil
}
