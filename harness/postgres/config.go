package postgres

import (
	"fmt"
	"os"
	"time"
)

// Names of the environment variables that stand in for empty fields of Config.
const (
	envProvider = "BAILIFF_POSTGRES"
	envURL      = "BAILIFF_POSTGRES_URL"
	envImage    = "BAILIFF_POSTGRES_IMAGE"
	envBinaries = "BAILIFF_POSTGRES_BINARIES"
	envCache    = "BAILIFF_CACHE"
)

// Config says which server to use and what is in the databases. The zero value takes the first server
// that is to be had, and its databases are empty.
type Config struct {
	// URL is the address of a server to use, as a URL or as keywords and values. Its user must be
	// allowed to create databases; the database that it names is used for nothing else but to
	// connect to. Empty: BAILIFF_POSTGRES_URL, which ProviderAuto and ProviderURL use and the others do not.
	URL string
	// Provider is where the server comes from. Empty: ProviderURL with a URL here, or else BAILIFF_POSTGRES;
	// if that is empty too, ProviderAuto.
	Provider Provider
	// Image is that of the container of ProviderDocker. Empty: BAILIFF_POSTGRES_IMAGE, or else
	// bailiff-postgres if that is there, or else postgres:17-alpine, by the digest of the multi-platform image.
	Image string
	// Database is the address of the database that a server of another process stands on. It is set back to
	// what it was at the beginning between the cases, which run one after the other. Empty: each worker
	// clones one from the template.
	Database string
	// Isolation is how one case is kept from the next. Empty: IsolationAuto.
	Isolation Isolation
	// KeepFailed keeps the databases of failed cases for a look.
	KeepFailed bool
	// DetectLeaks looks after each case for rows that were written past it, and tells them as its error.
	DetectLeaks bool
	// Migrator fills the template that all databases are cloned from. Nil: they are empty.
	Migrator Migrator
	// Binaries is a folder of Postgres binaries to run, as "bin" in it, or it itself. Empty:
	// BAILIFF_POSTGRES_BINARIES, or else they are looked for. ProviderAuto takes a folder that is named
	// before all that is found; ProviderEmbedded and ProviderLocal run what is in it.
	Binaries string
	// Cache is the folder that the embedded server keeps its data in from run to run. Empty:
	// BAILIFF_CACHE, or else a folder of the user's.
	Cache string
	// Linger is for how long the embedded server waits for new users when its last one has left, in
	// whole seconds. Starting it takes a twentieth of a second, so that is rarely worth it.
	// Zero: not at all.
	Linger time.Duration
	// Log gets a line from each Open about the server that was chosen, and others about what takes time
	// or is unusual. Nil: nobody does.
	Log func(string)

	// look is for somebody who only looks at what is there: no template is made.
	look bool
	// docker stands in for the Docker of the machine. Nil: that one.
	docker *containers
}

// withEnvironment fills empty fields from the environment, and tells where the URL is from.
func (c Config) withEnvironment() (filled Config, origin string, err error) {
	origin = "the configured URL"
	switch {
	case c.Provider == "" && c.URL != "": // what the code says wins
		c.Provider = ProviderURL
	case c.Provider == "":
		if c.Provider, err = ParseProvider(os.Getenv(envProvider)); err != nil {
			return c, "", fmt.Errorf("read %s: %w", envProvider, err)
		}
	}
	if c.Provider, err = ParseProvider(string(c.Provider)); err != nil {
		return c, "", err
	}
	if c.Image == "" {
		c.Image = os.Getenv(envImage)
	}
	if c.URL == "" {
		c.URL, origin = os.Getenv(envURL), envURL
	}
	if c.Binaries == "" {
		c.Binaries = os.Getenv(envBinaries)
	}
	if c.Cache == "" {
		c.Cache = os.Getenv(envCache)
	}
	return c, origin, nil
}

func (c Config) log(line string) {
	if c.Log != nil {
		c.Log(line)
	}
}
