package factories

import "time"

// Task is a row of tasks: an export that somebody has asked for, and that waits for a worker. The user is
// made unless given; Event is inserted first when it is given without an identifier. There is no job in the
// queue for it.
type Task struct {
	ID     int64 `db:"id"`
	UserID int64 `db:"user_id"`
	User   *User
	// EventID is 0 for what is about no event.
	EventID    int64 `db:"event_id"`
	Event      *EventBasic
	Kind       string     `db:"kind"`
	JobID      int64      `db:"job_id"`
	State      string     `db:"state"`
	Error      *string    `db:"error"`
	CreatedAt  time.Time  `db:"created_at"`
	FinishedAt *time.Time `db:"finished_at"`
	ExpiresAt  time.Time  `db:"expires_at"`
}

func (*Task) table() string { return "tasks" }
func (t *Task) id() *int64  { return &t.ID }

func (t *Task) fill(m *maker) error {
	f := m.faker
	give(&t.Kind, "export-"+f.RandomString([]string{"json", "ical", "xcal", "pentabarf"}))
	give(&t.JobID, int64(f.Uint32()))
	give(&t.CreatedAt, past(f))
	give(&t.ExpiresAt, far(f))
	if t.State == "SUCCESS" || t.State == "FAILURE" {
		giveNew(&t.FinishedAt, t.CreatedAt.Add(time.Second))
	}
	if err := optional(m, &t.EventID, &t.Event); err != nil {
		return err
	}
	return parent(m, &t.UserID, &t.User)
}

// TaskResult is a row of task_results: the file that a task has made. The task is made unless given, as one
// that has succeeded. The content is in rows of TaskResultPart.
type TaskResult struct {
	TaskID    int64 `db:"task_id"`
	Task      *Task
	FileName  string `db:"file_name"`
	MediaType string `db:"media_type"`
	Size      int64  `db:"size"`
}

func (*TaskResult) table() string { return "task_results" }

// id is of no row: a result has that of its task.
func (*TaskResult) id() *int64 { return new(int64) }

func (r *TaskResult) fill(m *maker) error {
	f := m.faker
	give(&r.FileName, word(f)+".csv")
	give(&r.MediaType, "text/csv; charset=utf-8; header=present")
	give(&r.Size, int64(f.IntRange(1, 1000)))
	if r.TaskID == 0 && r.Task == nil {
		r.Task = &Task{State: "SUCCESS"}
	}
	return parent(m, &r.TaskID, &r.Task)
}

// TaskResultPart is a row of task_result_parts: content of the file that a task has made. The task is made
// unless given, and Number is 0 for the first part.
type TaskResultPart struct {
	TaskID  int64 `db:"task_id"`
	Task    *Task
	Number  int32  `db:"number"`
	Content []byte `db:"content"`
}

func (*TaskResultPart) table() string { return "task_result_parts" }

// id is of no row: a part has that of its task.
func (*TaskResultPart) id() *int64 { return new(int64) }

func (p *TaskResultPart) fill(m *maker) error {
	if p.Content == nil {
		p.Content = []byte(m.faker.Sentence(5))
	}
	if p.TaskID == 0 && p.Task == nil {
		p.Task = &Task{State: "SUCCESS"}
	}
	return parent(m, &p.TaskID, &p.Task)
}
