package hooks

import (
	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

func userPermissions(r *hook.Registry, s *session) {
	moor := &factories.UserPermission{
		Name: new("moor_boat"), Description: new("Tie up at the quay."), UnverifiedUser: new(true), AnonymousUser: new(false),
	}
	light := &factories.UserPermission{
		Name: new("light_lamp"), Description: new("Light a lamp on the quay."), UnverifiedUser: new(false), AnonymousUser: new(false),
	}

	r.Permissions("User Permissions", stored(moor))

	const collection = "User Permissions > User Permission Collection > "
	r.Before(collection+"List all user permissions", seed(moor, light))
	exampleHooks(r, collection+"Refused Lists of User Permissions", s.stranger(moor), anonymous)
	exampleHooks(r, collection+"Refused User Permissions", seed(), seed(moor), seed(), seed(), s.stranger(), anonymous)

	const details = "User Permissions > User Permission Details > "
	r.Before(details+"Get User Permission Details", seed(moor))
	exampleHooks(r, details+"Unknown User Permission", seed(), s.stranger(), anonymous)
	r.Before(details+"Update User Permission", seed(moor))
	exampleHooks(r, details+"Refused Updates of a User Permission",
		seed(moor), seed(moor, light), seed(moor), seed(moor), seed(), s.stranger(moor), anonymous)
	r.Before(details+"Delete User Permission", seed(moor))
	exampleHooks(r, details+"Refused Deletions of a User Permission", seed(), s.stranger(moor), anonymous)
}
