package postgres_test

import (
	"crypto/rand"
	"strings"
)

// hashed makes the hash of a template that no test made before, in this run or an earlier one of -count.
func hashed(name string) string { return name + strings.ToLower(rand.Text()[:8]) }
