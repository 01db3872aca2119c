package policy

// Actor is a caller who has logged in. nil is everybody else.
type Actor struct {
	ID         int64
	SuperAdmin bool
	Admin      bool
	Verified   bool
	// Fresh says that the caller showed a password to get the token, not another token.
	Fresh bool
}

// Staff reports whether the caller is an admin of either kind.
func (a *Actor) Staff() bool { return a != nil && (a.Admin || a.SuperAdmin) }
