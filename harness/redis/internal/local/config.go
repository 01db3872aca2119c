package local

import "errors"

// ErrNoBinary tells that no redis-server was found.
var ErrNoBinary = errors.New("no redis-server on this machine: install one (apt-get install redis-server), " +
	"or set BAILIFF_REDIS=miniredis, which needs nothing")

// Config says how to run the server. The zero value finds everything itself.
type Config struct {
	// Cache is the folder in which processes find each other's server. Empty: the user's cache folder.
	Cache string
}

// programs are the names of servers that speak Redis' protocol and take its options.
var programs = []string{"redis-server", "valkey-server"}
