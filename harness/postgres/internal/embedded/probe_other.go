//go:build !linux && !darwin

package embedded

import "context"

// Probe says that the embedded Postgres does not run here.
func Probe(c Config) (detail string, err error) {
	_, err = Open(context.Background(), c)
	return "", err
}
