package hooks

import (
	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

// programme is the event that exports are of: Ines holds a session.
func programme() *factories.SpeakersSessions { return held("accepted", ines(lit())) }

func eventExports(r *hook.Registry, s *session) {
	const export = "Event Export > "
	for _, name := range []string{
		"Start Event Export as Zip > Start a Task to Export an Event as Zip",
		"Start Event Export as iCal file > Start a Task to Export an Event as iCal event",
		"Start Event Export as xCalendar > Start a Task to Export an Event as xCalendar",
		"Start Event Export as Pentabarf XML > Start a Task to Export an Event as Pentabarf XML",
		"Start Sessions Export as CSV > Start a Task to Export Sessions of an Event as CSV",
		"Start Speakers Export as CSV > Start a Task to Export Speakers of an Event as CSV",
	} {
		r.Before(export+name, s.member("coorganizer", programme()))
	}
	exampleHooks(r, export+"Start Speakers Export as CSV > Refuse to Export the Speakers of an Event",
		nobody(harbour()), s.member("registrar", harbour()), s.stranger(unlit()), s.as(factories.User{}),
		s.member("coorganizer", harbour()), s.member("coorganizer", harbour()))
	r.Before(export+"Start Event Export as Zip > Refuse to Export an Event as Zip", s.member("coorganizer", harbour()))
	r.Permissions("Event Export", func(c *hook.Case, at *hook.Situation) error { return stage(c, at, harbour()) })
}
