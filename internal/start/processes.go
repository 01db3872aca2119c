package start

import "os"

const (
	// hostProc is the variable that gopsutil, which testcontainers-go asks, finds the processes of Linux by.
	hostProc = "HOST_PROC"
	// nowhere is there, and is no folder: reading it fails at once.
	nowhere = os.DevNull
)

var _ = hide()

// hide makes gopsutil find no processes, and reports whether it does, now.
func hide() bool {
	if _, set := os.LookupEnv(hostProc); set {
		return false
	}
	return os.Setenv(hostProc, nowhere) == nil
}

// End is called when main begins. What is asked about processes from here on, by this program or by those
// that it starts, is answered.
func End() {
	if os.Getenv(hostProc) == nowhere {
		_ = os.Unsetenv(hostProc) // it cannot fail for this name
	}
}
