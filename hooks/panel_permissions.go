package hooks

import (
	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

func panelPermissions(r *hook.Registry, s *session) {
	panel := moorings()
	tides := &factories.PanelPermission{PanelName: new("tides"), CanAccess: new(false)}
	open := &factories.RolesPanels{Role: harbourMaster(), PanelPermission: panel}
	keeper := &factories.CustomSysRole{}

	r.Permissions("Panel Permissions", stored(panel))

	const collection = "Panel Permissions > Panel Permissions Collections > "
	r.Before(collection+"List All Panel Permissions", seed(panel, tides))
	exampleHooks(r, collection+"Refused Lists of Panel Permissions", s.stranger(panel), anonymous)
	exampleHooks(r, collection+"Refused Panel Permissions", seed(), seed(), seed(), s.stranger(), anonymous)

	const details = "Panel Permissions > Panel Permission Details > "
	r.Before(details+"Get Details", seed(panel))
	exampleHooks(r, details+"Unknown Panel Permission", seed(), s.stranger(), anonymous)
	r.Before(details+"Update Panel Permission", seed(panel))
	exampleHooks(r, details+"Refused Updates of a Panel Permission",
		seed(panel), seed(panel), seed(panel), seed(), s.stranger(panel), anonymous)
	r.Before(details+"Delete Panel Permission", seed(open))
	exampleHooks(r, details+"Refused Deletions of a Panel Permission", seed(), s.stranger(panel), anonymous)

	const of = "Panel Permissions > Get Panel Permission Details for a Custom System Role > "
	r.Before(of+"Get Panel Permission Details for a Custom System Role", seed(open, tides)) // which it cannot open
	r.Before(of+"Create Panel Permission for a Custom System Role", seed(harbourMaster()))
	exampleHooks(r, of+"Refused Panel Permissions of a Custom System Role",
		seed(), s.stranger(open), sequence(seed(open), anonymous))

	const link = "Panel Permissions > Relationship of a Panel Permission to its Custom System Roles > "
	r.Before(link+"Custom System Role Linkage of a Panel Permission", seed(open, keeper))
	r.Before(link+"Add Custom System Roles to a Panel Permission", seed(open, keeper))
	r.Before(link+"Replace Custom System Roles of a Panel Permission", seed(open, keeper))
	r.Before(link+"Remove Custom System Roles from a Panel Permission", seed(open))
	exampleHooks(r, link+"Custom System Roles that a Panel Permission Does Not Get",
		seed(open), seed(open), seed(open), seed(open), s.stranger(open, keeper), anonymous)
}
