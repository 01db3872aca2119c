package container

import "time"

// DialHost is dialHost.
var DialHost = dialHost

// DaemonAddress is daemonAddress.
var DaemonAddress = daemonAddress

// WatchScript is the script.
var WatchScript = watchScript

// WithPatience sets for how long a container may be silent before it is replaced.
func WithPatience(c Config, d time.Duration) Config {
	c.patience = d
	return c
}
