package redis

import (
	"fmt"
	"strings"
)

// Provider is where a server comes from.
type Provider string

// Where a server can come from. ProviderAuto takes the first that is there: a URL that was given, the
// redis-server of this machine, miniredis. It never takes a container; see the package's documentation.
const (
	ProviderAuto      Provider = "auto"
	ProviderURL       Provider = "url"
	ProviderDocker    Provider = "docker"
	ProviderLocal     Provider = "local"
	ProviderMiniredis Provider = "miniredis"
)

// ParseProvider reads one of them, as BAILIFF_REDIS takes it; empty is ProviderAuto.
func ParseProvider(s string) (Provider, error) {
	switch p := Provider(strings.ToLower(s)); p {
	case "":
		return ProviderAuto, nil
	case ProviderAuto, ProviderURL, ProviderDocker, ProviderLocal, ProviderMiniredis:
		return p, nil
	}
	return "", fmt.Errorf("unknown provider of Redis %q: use auto, url, docker, local or miniredis", s)
}
