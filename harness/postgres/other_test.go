//go:build !linux && !darwin

package postgres_test

// envRole and actAs are for tests with several processes, of which there are none here.
const envRole = "BAILIFF_TEST_ROLE"

func actAs(string) int { return 1 }
