package hooks

import (
	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

func roles(r *hook.Registry, s *session) {
	ferryman := &factories.Role{Name: "ferryman", TitleName: new("Ferryman")}
	baker := &factories.Role{Name: "baker", TitleName: new("Baker")}
	owner := &factories.Role{Name: "owner"}

	r.Permissions("Roles", stored(ferryman))

	const collection = "Roles > Roles Collection > "
	r.Before(collection+"List Roles", seed(ferryman, baker))
	r.Before(collection+"Filter Roles", seed(ferryman, baker))
	exampleHooks(r, collection+"Refused Roles", seed(), seed(ferryman), seed(), seed(), s.stranger(), anonymous)

	const details = "Roles > Role Details > "
	r.Before(details+"Get Role Details", seed(ferryman))
	r.Before(details+"Update Role", seed(ferryman))
	exampleHooks(r, details+"Refused Updates of a Role",
		seed(ferryman), seed(ferryman, baker), seed(owner), seed(ferryman), seed(), s.stranger(ferryman), anonymous)
	r.Before(details+"Delete Role", seed(ferryman))
	exampleHooks(r, details+"Refused Deletions of a Role", seed(owner), seed(), s.stranger(ferryman), anonymous)

	r.Before("Roles > Get Role for a Role Invite > Get Role Details for a Role Invite",
		seed(&factories.RoleInvite{Role: ferryman}))
}
