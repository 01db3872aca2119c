package server

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
)

// moves are the states that a session can go to, by the state it is in.
type moves map[string][]string

// organizerMoves are what organizers may do with a session, speakerMoves what those may who hold or
// submitted it. A draft is its author's alone.
func organizerMoves() moves {
	return moves{
		"draft":     {},
		"pending":   {"withdrawn", "accepted", "rejected", "confirmed"},
		"accepted":  {"pending", "withdrawn", "rejected", "confirmed", "canceled"},
		"confirmed": {"pending", "withdrawn", "accepted", "rejected", "canceled"},
		"rejected":  {"pending", "withdrawn", "accepted", "confirmed"},
		"canceled":  {"pending", "withdrawn", "accepted", "rejected", "confirmed"},
		"withdrawn": {"pending", "withdrawn", "accepted", "rejected", "canceled"},
	}
}

func speakerMoves() moves {
	return moves{
		"draft":     {"pending"},
		"pending":   {"withdrawn"},
		"accepted":  {"withdrawn"},
		"confirmed": {"withdrawn"},
		"rejected":  {"withdrawn"},
		"canceled":  {"withdrawn"},
		"withdrawn": {},
	}
}

// sessionStates are the names of the states.
func sessionStates() []string {
	return []string{"pending", "accepted", "confirmed", "rejected", "draft", "canceled", "withdrawn"}
}

// check refuses a move that is none of these. To stay is none.
func (m moves) check(from, to string) error {
	if from == to || slices.Contains(m[from], to) {
		return nil
	}
	return jsonapi.Forbidden("/data/attributes/state", fmt.Sprintf("You cannot change a session state from %q to %q", from, to))
}

// table is the form in which clients read the moves: a set is an object whose values are true.
func (m moves) table() map[string]map[string]bool {
	table := map[string]map[string]bool{}
	for from, targets := range m {
		table[from] = map[string]bool{}
		for _, to := range targets {
			table[from][to] = true
		}
	}
	return table
}

// listStates says which moves there are.
func (s *Server) listStates(*exchange) (*reply, error) {
	return plain(http.StatusOK, map[string]map[string]map[string]bool{
		"organizer": organizerMoves().table(), "speaker": speakerMoves().table(),
	}), nil
}

// stateMail is the text of a message about a session. What stands in braces is filled in when it is sent.
type stateMail struct {
	Subject string `json:"subject"`
	Message string `json:"message"`
}

// listMails says what speakers are told when a session changes its state.
func (s *Server) listMails(*exchange) (*reply, error) {
	about := func(state, news string) stateMail {
		return stateMail{
			Subject: state + ": your session {session_name} at {event_name}",
			Message: "Hello,<br/><br/>" + news + "<br/><br/>You find it at {session_link}, and the event at {event_link}." +
				"<br/><br/>{app_name} has sent this mail by itself.",
		}
	}
	return plain(http.StatusOK, map[string]any{
		"recipient": "Speaker",
		"pending":   about("Received", "thank you for {session_name}. The organizers of {event_name} will have a look at it."),
		"accepted":  about("Accepted", "{session_name} is going to be a part of {event_name}. Congratulations!"),
		"confirmed": about("Confirmed", "{session_name} has its place in the programme of {event_name}."),
		"rejected":  about("Not accepted", "we are sorry: there is no place for {session_name} at {event_name}."),
		"canceled":  about("Canceled", "{session_name} was taken from the programme of {event_name}."),
		"withdrawn": about("Withdrawn", "{session_name} is no longer among the submissions to {event_name}."),
	}), nil
}
