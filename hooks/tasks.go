package hooks

import (
	"net/http"
	"time"

	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

// tasked is a task of Admin's, in a state.
func tasked(state string) *factories.Task { return &factories.Task{UserID: 1, State: state} }

// failed is a task whose event was deleted before a worker began with it.
func failed() *factories.Task {
	task := tasked("FAILURE")
	task.Error = new("the event is no longer there")
	return task
}

// forgotten is a task that was done long ago.
func forgotten() *factories.Task {
	task := tasked("SUCCESS")
	task.ExpiresAt = time.Date(2020, time.January, 8, 0, 0, 0, 0, time.UTC)
	return task
}

func tasks(r *hook.Registry, s *session) {
	const details = "Celery Tasks > Task Details > "
	r.Before(details+"Get Task Result", s.exported)
	exampleHooks(r, details+"Get a Task without a File",
		seed(tasked("WAITING")), seed(tasked("STARTED")), seed(tasked("RETRY")), seed(failed()),
		nobody(tasked("SUCCESS")), s.stranger(tasked("SUCCESS")), seed(), seed(forgotten()))

	const download = "Celery Tasks > Task Download > "
	r.Before(download+"Download the Result of a Task", s.exported)
	exampleHooks(r, download+"Refuse a Download",
		nobody(&factories.TaskResult{Task: tasked("SUCCESS")}), s.stranger(&factories.TaskResult{Task: tasked("SUCCESS")}),
		seed(tasked("STARTED")))
}

// exported exports the schedule of an event in the name of Admin, which is task 1.
func (s *session) exported(c *hook.Case) error {
	if err := seed(programme())(c); err != nil {
		return err
	}
	token, err := s.adminToken(c)
	if err != nil {
		return err
	}
	return s.must(c, request{method: http.MethodGet, path: "/v1/events/1/export/pentabarf", token: token})
}
