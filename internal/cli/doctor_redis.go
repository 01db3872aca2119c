package cli

import (
	"context"

	"github.com/bailiff-dev/bailiff/harness/redis"
)

// checkRedis is about what the reference server remembers logins in. There is always one, unless another
// was asked for.
func checkRedis(ctx context.Context) checked {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	found, err := redis.Probe(ctx, redis.Config{})
	switch {
	case err == nil:
		return checked{Status: healthy, Detail: found.Detail}
	case found.Provider == redis.ProviderURL:
		return checked{Status: missing, Detail: "the server that BAILIFF_REDIS_URL names does not answer", Remedy: err.Error()}
	case found.Provider == "":
		return checked{Status: missing, Detail: "BAILIFF_REDIS says something else than where a Redis comes from", Remedy: err.Error()}
	}
	return checked{Status: missing, Detail: "BAILIFF_REDIS asks for " + string(found.Provider) + ", which is not there", Remedy: err.Error()}
}
