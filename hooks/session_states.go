package hooks

import (
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

func lockSessions(r *hook.Registry, s *session) {
	const locks = "Sessions > Locked Sessions > "
	locked := func(session *factories.Session) *factories.Session {
		session.IsLocked = new(true)
		return session
	}
	event := lit()
	held := held("accepted", ines(event))
	locked(held.Session)
	exampleHooks(r, locks+"Lock Session", s.member("organizer", folding(event)),
		s.member("organizer", locked(folding(event))), s.member("owner", locked(folding(event))))
	exampleHooks(r, locks+"Refused Changes of a Locked Session",
		s.author(locked(mine("accepted"))), s.speaking(held), s.member("coorganizer", locked(folding(event))),
		s.member("coorganizer", locked(folding(event))), s.author(mine("accepted")))
	exampleHooks(r, locks+"Delete a Locked Session",
		s.author(locked(mine("accepted"))), s.member("organizer", locked(folding(event))))
}

// moveSessions are one hook for each move from a state: the request names the state that it goes to.
func moveSessions(r *hook.Registry, s *session) {
	organized := func(states ...string) (list []hook.Func) {
		for _, state := range states {
			list = append(list, s.member("organizer", stated(state, lit())))
		}
		return list
	}
	authored := func(states ...string) (list []hook.Func) {
		for _, state := range states {
			list = append(list, s.author(mine(state)))
		}
		return list
	}
	exampleHooks(r, "Sessions > Session States > Move Session as Organizer", organized(
		"draft", "pending", "pending", "pending", "pending", "accepted", "accepted", "accepted",
		"accepted", "accepted", "confirmed", "confirmed", "confirmed", "confirmed", "confirmed",
		"rejected", "rejected", "rejected", "rejected", "canceled", "canceled", "canceled", "canceled",
		"canceled", "withdrawn", "withdrawn", "withdrawn", "withdrawn",
	)...)
	exampleHooks(r, "Sessions > Session States > Refused Moves of a Session as Organizer", organized(
		"draft", "pending", "pending", "rejected", "withdrawn", "accepted", "pending",
	)...)
	const author = "Sessions > Session States for Speakers > "
	event := lit()
	exampleHooks(r, author+"Move Session as Author", append(authored(
		"draft", "pending", "accepted", "confirmed", "rejected", "canceled", "pending",
	),
		s.speaking(held("accepted", ines(event))), s.member("coorganizer", stated("pending", event)))...)
	exampleHooks(r, author+"Refused Moves of a Session as Author", append(authored(
		"draft", "draft", "pending", "pending", "pending", "pending", "pending", "accepted", "accepted",
		"confirmed", "rejected", "canceled", "withdrawn", "withdrawn",
	),
		s.speaking(held("pending", ines(event))), s.member("coorganizer", stated("pending", event)))...)
}

func notifySpeakers(r *hook.Registry, s *session) {
	const notify = "Sessions > Notify Speakers > "
	event := lit()
	r.Before(notify+"Notify Speakers of a Session", s.member("coorganizer", held("accepted", ines(event))))
	r.After(notify+"Notify Speakers of a Session", notified("ines@example.org", "desk@example.org"))
	plain := seed(folding(event))
	exampleHooks(r, notify+"Refused Notifications", plain, plain, plain, plain, plain,
		s.author(mine("accepted")), s.stranger(stated("pending", event)), nobody(folding(event)))
}

// notified looks into the database behind a request: these addresses, and no others, get the message that
// the documentation shows. It fails the transaction otherwise.
func notified(want ...string) hook.Func {
	return func(c *hook.Case) error {
		rows, err := c.DB.Query(c.Context(), "SELECT recipient FROM mails WHERE subject = 'Bring a jacket' ORDER BY id")
		if err != nil {
			return fmt.Errorf("look up mails: %w", err)
		}
		got, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return fmt.Errorf("look up mails: %w", err)
		}
		if !slices.Equal(got, want) {
			c.Transaction.Fail = fmt.Sprintf("the message is mailed to %q, not to %q", got, want)
		}
		return nil
	}
}
