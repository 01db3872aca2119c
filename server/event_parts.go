package server

import (
	"fmt"

	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
)

// ofEvent is the relationship to the event that an object is a part of.
func ofEvent() engine.Relationship {
	return engine.Relationship{Name: "event", Type: "event", Column: "event_id", Required: true}
}

// keepEvent refuses to move an object to another event: one that grants something would grant it there
// to whoever moved it.
func keepEvent(c *engine.Change) error {
	if c.Changes("event") {
		return jsonapi.Forbidden("/data/relationships/event", "The event cannot be changed")
	}
	return nil
}

// enabled refuses a creation in an event that has not switched its kind of objects on. The flag is a
// column of events.
func enabled(flag, refusal string) func(*engine.Change) error {
	return func(c *engine.Change) error {
		var on bool
		err := c.DB.QueryRow(c.Context, "SELECT coalesce("+flag+", false) FROM events WHERE id = $1::bigint", c.Will("event")).Scan(&on)
		if err != nil {
			return fmt.Errorf("look up %s of event %v: %w", flag, c.Will("event"), err)
		}
		if !on {
			return jsonapi.Forbidden("", refusal)
		}
		return nil
	}
}
