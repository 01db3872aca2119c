package postgres

import (
	"fmt"
	"strings"
)

// Isolation is how one case is kept from the next.
type Isolation string

// The ways to keep cases apart. IsolationAuto is IsolationRollback, or IsolationDelete where a server of
// another process stands on the database (Config.Database).
const (
	IsolationAuto     Isolation = "auto"
	IsolationRollback Isolation = "rollback"
	IsolationDelete   Isolation = "delete"
	IsolationClone    Isolation = "clone"
)

// ParseIsolation reads one of them, as --isolation takes it; empty is IsolationAuto.
func ParseIsolation(s string) (Isolation, error) {
	switch i := Isolation(strings.ToLower(s)); i {
	case "":
		return IsolationAuto, nil
	case IsolationAuto, IsolationRollback, IsolationDelete, IsolationClone:
		return i, nil
	}
	return "", fmt.Errorf("unknown isolation %q: use auto, rollback, delete or clone", s)
}
