package hooks

import (
	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

// harbourMaster is the role in the whole system that the documentation shows, and moorings the panel that
// is open to it.
func harbourMaster() *factories.CustomSysRole {
	return &factories.CustomSysRole{Name: new("Harbour Master")}
}

func moorings() *factories.PanelPermission {
	return &factories.PanelPermission{PanelName: new("moorings"), CanAccess: new(true)}
}

func customSystemRoles(r *hook.Registry, s *session) {
	master := harbourMaster()
	keeper := &factories.CustomSysRole{Name: new("Lighthouse Keeper")}
	open := &factories.RolesPanels{Role: master, PanelPermission: moorings()}
	tides := &factories.PanelPermission{}

	r.Permissions("Custom System Roles", stored(master))

	const collection = "Custom System Roles > Custom System Roles Collections > "
	r.Before(collection+"List All Custom System Roles", seed(master, keeper))
	exampleHooks(r, collection+"Refused Custom System Roles", seed(), seed(master), seed(), seed(), s.stranger(), anonymous)

	const details = "Custom System Roles > Custom System Roles Details > "
	r.Before(details+"Get Details", seed(master))
	r.Before(details+"Update Custom System Role", seed(master))
	exampleHooks(r, details+"Refused Updates of a Custom System Role",
		seed(master), seed(master, keeper), seed(master), seed(master), seed(), s.stranger(master), anonymous)
	r.Before(details+"Delete Custom Systen Role", seed(open)) // Open Event's spelling
	exampleHooks(r, details+"Refused Deletions of a Custom System Role", seed(), s.stranger(master), anonymous)

	const of = "Custom System Roles > Get Custom System Role Details for a Panel Permission > "
	r.Before(of+"Get Custom System Role Details for a Panel Permission", seed(open, keeper)) // who cannot open it
	r.Before(of+"Create Custom System Role for a Panel Permission", seed(moorings()))
	exampleHooks(r, of+"Refused Custom System Roles of a Panel Permission", seed(), s.stranger(open), anonymous)

	const link = "Custom System Roles > Relationship of a Custom System Role to its Panel Permissions > "
	r.Before(link+"Panel Permission Linkage of a Custom System Role", seed(open, tides))
	r.Before(link+"Add Panel Permissions to a Custom System Role", seed(open, tides))
	r.Before(link+"Replace Panel Permissions of a Custom System Role", seed(open, tides))
	r.Before(link+"Remove Panel Permissions from a Custom System Role", seed(open))
	exampleHooks(r, link+"Panel Permissions that a Custom System Role Does Not Get",
		seed(open), seed(open), seed(open), seed(open), s.stranger(open, tides), anonymous)
}
