// Package start keeps the garbage collector from running while the program starts: what its libraries
// make of their tables fills the least heap that Go collects, and is there to stay, so that a collection
// finds nothing, and takes a quarter of the time that a short command does.
//
// A program imports it for that alone, and it imports next to nothing, so as to come before the others:
//
//	import _ "github.com/bailiff-dev/bailiff/internal/start"
//
// Whoever sets GOGC decides, and from the first collection on all is as always. It is not for packages
// that others import.
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
