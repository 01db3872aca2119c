package policy

// Actor is a caller who has logged in. nil is everybody else.
type Actor struct {
	ID int64
	// Email is the caller's address. Rules go by it only when it is Verified: anybody can sign up with
	// the address of somebody else.
	Email      string
	SuperAdmin bool
	Admin      bool
	Verified   bool
	// Fresh says that the caller showed a password to get the token, not another token.
	Fresh bool
}

// Staff reports whether the caller is an admin of either kind.
func (a *Actor) Staff() bool { return a != nil && (a.Admin || a.SuperAdmin) }
