package gavel

// The findings about tables of permissions. Package permission makes them, at every level; they are here
// since the catalogue holds every id.
const (
	PermissionDenied  = "permission-denied"
	PermissionGranted = "permission-granted"
	PermissionField   = "permission-field"
	PermissionStatus  = "permission-status"
)

// permissionRules are those of tables of permissions.
func permissionRules() []Rule {
	return []Rule{
		{
			ID:      PermissionDenied,
			Means:   "A table of permissions grants something, but the server did not do it: it answered no status from 200 to 299, or left the row out of the list.",
			Example: held("Event organizer: Update ✓", "403"),
			Remedy:  "Look at the body that came. Where it is not about rights, let the hook seed what the request needs; else mend the policy of the server, or the cell.",
		},
		{
			ID:      PermissionGranted,
			Means:   "A table of permissions does not grant something, or not without a condition that was not met, but the server did it, or has the row in the list.",
			Example: held("Everyone else: Delete (empty)", "204"),
			Remedy:  "Mend the policy of the server: somebody can do what nobody meant to let them. If they may, tick the cell.",
		},
		{
			ID:      PermissionField,
			Means:   "A table of permissions grants only some fields, but the server showed others, too.",
			Example: held("Everyone else: View ✓, only the fields name and city", `{"name": "Ada", "city": "Rome", "email": "ada@example.org"}`),
			Remedy:  "Let the server leave the fields out for this actor, or add them to the footnote.",
		},
		{
			ID:      PermissionStatus,
			Means:   "The server did not do what a table of permissions does not grant, but its answer is no denial, or not the one that the table says. 403 is a denial; 401 is one for those who have not logged in, and 404 for an action that the table grants to somebody.",
			Example: held("Everyone else: View ✗ 404", "403"),
			Remedy:  "Let the server deny with that status, so that it does not tell what is there, or write the status that it has into the cell or the footnote. After a 401, see whether the hook of the actor sends good credentials.",
		},
	}
}
