package postgres

import (
	"os"
	"time"
)

// Names of the environment variables that stand in for empty fields of Config.
const (
	envURL      = "BAILIFF_POSTGRES_URL"
	envBinaries = "BAILIFF_POSTGRES_BINARIES"
	envCache    = "BAILIFF_CACHE"
)

// Config says which server to use and what is in the databases. The zero value runs the embedded
// server, and its databases are empty.
type Config struct {
	// URL is the address of a server to use, as a URL or as keywords and values. Its user must be
	// allowed to create databases; the database that it names is used for nothing else but to
	// connect to. Empty: BAILIFF_POSTGRES_URL; if that is empty too, the embedded server.
	URL string
	// Migrator fills the template that all databases are cloned from. Nil: they are empty.
	Migrator Migrator
	// Binaries is the folder of the embedded server's binaries. Empty: BAILIFF_POSTGRES_BINARIES,
	// or else they are looked for.
	Binaries string
	// Cache is the folder that the embedded server keeps its data in from run to run. Empty:
	// BAILIFF_CACHE, or else a folder of the user's.
	Cache string
	// Linger is for how long the embedded server waits for new users when its last one has left, in
	// whole seconds. Starting it takes a twentieth of a second, so that is rarely worth it.
	// Zero: not at all.
	Linger time.Duration
	// Log gets a line about what takes time or is unusual. Nil: nobody does.
	Log func(string)
}

// withEnvironment fills empty fields from the environment, and tells where the URL is from.
func (c Config) withEnvironment() (Config, string) {
	origin := "the configured URL"
	if c.URL == "" {
		c.URL, origin = os.Getenv(envURL), envURL
	}
	if c.Binaries == "" {
		c.Binaries = os.Getenv(envBinaries)
	}
	if c.Cache == "" {
		c.Cache = os.Getenv(envCache)
	}
	return c, origin
}

func (c Config) log(line string) {
	if c.Log != nil {
		c.Log(line)
	}
}
