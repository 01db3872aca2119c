// Package start makes the program start quickly, against what its libraries do before main.
//
// It keeps the garbage collector from running meanwhile: what the libraries make of their tables fills the
// least heap that Go collects, and is there to stay, so that a collection finds nothing, and takes a quarter
// of the time that a short command does.
//
// And it keeps testcontainers-go from reading all about every process of the machine, which it names its
// session by, and which takes some 10 ms where a hundred run. The name is random then; the containers of
// bailiff do not bear it.
//
// It imports next to nothing, so as to come before the others, and is imported by the package of the command
// line alone, whose first statement is
//
//	start.End()
//
// Whoever sets GOGC or HOST_PROC decides, and from the first collection, or from End on, all is as always. It
// is not for packages that others import.
package start

import (
	"runtime"
	"runtime/debug"
)

const (
	// usual is what the collector waits for when GOGC is not set.
	usual = 100
	// first is what it waits for the first time: a heap of 8 MB in place of 4.
	first = 200
)

var _ = wait()

// wait makes the first collection come later, and returns what its end is told by.
func wait() *sentinel {
	before := debug.SetGCPercent(first)
	if before != usual {
		debug.SetGCPercent(before)
		return nil
	}
	s := &sentinel{}
	s.self = s // what holds no pointer may be kept together with something else
	runtime.AddCleanup(s, func(percent int) { debug.SetGCPercent(percent) }, before)
	return s
}

// sentinel is what the first collection finds.
type sentinel struct{ self *sentinel }
