package redis

import (
	"os"
	"time"
)

// Names of the environment variables that stand in for empty fields of Config.
const (
	envProvider = "BAILIFF_REDIS"
	envURL      = "BAILIFF_REDIS_URL"
	envImage    = "BAILIFF_REDIS_IMAGE"
	envCache    = "BAILIFF_CACHE"
)

// openTimeout bounds how long a server may take to answer that is there already or only has to start.
// A container takes its own time.
const openTimeout = 10 * time.Second

// Config says which server to use. The zero value takes what is there.
type Config struct {
	// URL is the address of a server to use: redis://user:password@host:6379/0, rediss:// for TLS, or
	// unix:///path?db=0. Empty: BAILIFF_REDIS_URL.
	URL string
	// Provider is where the server comes from. Empty: BAILIFF_REDIS; if that is empty too, ProviderAuto.
	Provider Provider
	// Image is that of the container of ProviderDocker. Empty: BAILIFF_REDIS_IMAGE, or else
	// bailiff-redis if that is there, or else redis:8-alpine, as it was
	// when its digest was noted here.
	Image string
	// Cache is the folder that processes agree in on the server they share. Empty: BAILIFF_CACHE, or
	// else a folder of the user's.
	Cache string
	// Log gets the line that tells where the server is from, and lines about what is unusual.
	// Nil: nobody does.
	Log func(string)
}

// withEnvironment fills empty fields from the environment, and tells where the URL is from.
func (c Config) withEnvironment() (Config, string, error) {
	origin := "the configured URL"
	if c.URL == "" {
		c.URL, origin = os.Getenv(envURL), envURL
	}
	if c.Provider == "" {
		c.Provider = Provider(os.Getenv(envProvider))
	}
	if c.Image == "" {
		c.Image = os.Getenv(envImage)
	}
	if c.Cache == "" {
		c.Cache = os.Getenv(envCache)
	}
	var err error
	c.Provider, err = ParseProvider(string(c.Provider))
	return c, origin, err
}

func (c Config) log(line string) {
	if c.Log != nil {
		c.Log("redis: " + line)
	}
}
