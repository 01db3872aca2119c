package postgres

import (
	"fmt"
	"strings"
)

// Provider is where a server comes from.
type Provider string

// Where a server can come from. ProviderAuto takes the first that is there: a URL that was given, a
// container when a Docker daemon answers, the binaries of the npm package, the binaries of the machine.
const (
	ProviderAuto     Provider = "auto"
	ProviderURL      Provider = "url"
	ProviderDocker   Provider = "docker"
	ProviderEmbedded Provider = "embedded"
	ProviderLocal    Provider = "local"
)

// ParseProvider reads one of them, as BAILIFF_POSTGRES and --postgres take it; empty is ProviderAuto.
func ParseProvider(s string) (Provider, error) {
	switch p := Provider(strings.ToLower(s)); p {
	case "":
		return ProviderAuto, nil
	case ProviderAuto, ProviderURL, ProviderDocker, ProviderEmbedded, ProviderLocal:
		return p, nil
	}
	return "", fmt.Errorf("unknown provider of Postgres %q: use auto, url, docker, embedded or local", s)
}
