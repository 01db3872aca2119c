package process

import "fmt"

// Exit says how a program ended.
type Exit struct {
	// Code is its exit status; -1 when a signal ended it.
	Code int
	// Signal is the name of the signal that ended it, such as "SIGSEGV", or "".
	Signal string
	// Stopped says that it had been asked to end before.
	Stopped bool
}

// OK reports that it ended by itself with status 0.
func (e Exit) OK() bool { return e.Code == 0 && e.Signal == "" && !e.Stopped }

// String says it in words that follow the name of the program: "exited with status: 3" or "was killed
// by SIGSEGV".
func (e Exit) String() string {
	if e.Signal != "" {
		return "was killed by " + e.Signal
	}
	return fmt.Sprintf("exited with status: %d", e.Code)
}
