package harness_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
	"github.com/bailiff-dev/bailiff/harness/internal/permission"
)

// TestPermissionsOfEveryPart reads tables of the whole API, of a resource and of an action, and two of
// one group.
func TestPermissionsOfEveryPart(t *testing.T) {
	t.Parallel()
	small := func(actor string) string {
		return "\n| | List | View |\n|---|---|---|\n| " + actor + " | ✓ | ✓ |\n\n"
	}
	text := strings.Replace(speakersBlueprint, speakersTable, small("Admin")+small("Superadmin"), 1)
	text = strings.Replace(text, "# Programme\n", "# Programme\n"+small("Superadmin"), 1)
	text = strings.Replace(text, "### View Speaker [GET]\n", "### View Speaker [GET]\n"+strings.Replace(small("Admin"), "List", "Update", 1), 1)
	text = strings.Replace(text, "# Group Rooms\n\n## Rooms [/rooms]\n", "# Group Rooms\n\n## Rooms [/rooms]\n"+small("Admin"), 1)
	cfg := speakersConfig(rightRules())
	cfg.FS = fstest.MapFS{"api.apib": {Data: []byte(text)}}
	cfg.Hooks.Permissions("programme.", seedNobody).Request(hook.List, "List All Speakers").Request(hook.View, "View Speaker")
	cfg.Hooks.Permissions("Rooms > Rooms", seedNobody).Request(hook.View, "View Speaker")
	cfg.Hooks.Permissions("Speakers > Speaker Details > View Speaker", seedNobody).Request(hook.Update, "PATCH /speakers/1")
	cfg.Hooks.Tables()[0].Name = "(nothing)"
	cfg.Hooks.Permissions("Speakers", seedNobody)
	cfg.UnmatchedHooks = harness.UnmatchedIgnore

	result := mustRunPermissions(t, cfg)

	assert.True(t, result.OK(), contradictions(result))
	assert.Equal(t, []string{
		"Speakers > Speakers Collection > List All Speakers",
		"Speakers > Speakers Post > Create Speaker",
		"Speakers > Speakers Post > Refused Speaker",
		"Speakers > Speaker Details > View Speaker",
		"Speakers > Speaker Details > View Speaker > Permissions > Admin > Update",
		"Speakers > Speaker Details > View Speaker > Permissions > Admin > View",
		"Speakers > Speaker Details > Update Speaker",
		"Speakers > Speaker Details > Delete Speaker",
		"Speakers > Permissions > Admin > List",
		"Speakers > Permissions > Admin > View",
		"Speakers > Permissions 2 > Superadmin > List",
		"Speakers > Permissions 2 > Superadmin > View",
		"Rooms > Rooms > List All Rooms",
		"Permissions > Superadmin > List",
		"Permissions > Superadmin > View",
		"Rooms > Rooms > Permissions > Admin > List",
		"Rooms > Rooms > Permissions > Admin > View",
	}, namesOf(result.Outcomes))
}

// seedNobody seeds a situation without conditions.
func seedNobody(c *hook.Case, s *hook.Situation) error {
	s.Row = 1
	text, err := json.Marshal(s.User)
	c.Transaction.Request.Headers.Set("X-World", string(text))
	return err
}

// TestPermissionsShowOnlySomeFields, and deny with the status that is said.
func TestPermissionsShowOnlySomeFields(t *testing.T) {
	t.Parallel()
	const table = `
| | View | Update |
|---|---|---|
| Admin | ✓ | ✓ |
| Everyone else | ✓ [1] | ✗ 401 |

1. Only the fields app-name and tagline
`
	text := strings.Replace(speakersBlueprint, speakersTable, table, 1)
	tests := map[string]struct {
		body   string
		status int
		want   []string
	}{
		"as it is":          {`{"data": {"id": "1", "attributes": {"app_name": "x", "tagline": "y"}}}`, 401, []string{}},
		"fewer":             {`{"app-name": "x"}`, 401, []string{}},
		"another status":    {`{}`, 403, []string{"Everyone else > Update denied: permission-status at 11:27"}},
		"a field too many":  {`{"data": {"app_name": "x", "secret": "z"}}`, 401, []string{"Everyone else > View [1]: permission-field at 11:19"}},
		"no fields to read": {`<p>`, 401, []string{"Everyone else > View [1]:the answer is not JSON, so nobody knows which fields it shows: invalid character '<' looking for beginning of value"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := speakersConfig(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if world := r.Header.Get("X-World"); r.Method != http.MethodGet && world != "" && !strings.Contains(world, "admin") {
					w.WriteHeader(tt.status)
				}
				_, _ = fmt.Fprint(w, tt.body)
			}))
			cfg.FS = fstest.MapFS{"api.apib": {Data: []byte(text)}}
			cfg.Hooks.Tables()[0].Name = "(nothing)"
			cfg.Hooks.Permissions("Speakers", seedNobody)
			cfg.UnmatchedHooks = harness.UnmatchedIgnore
			failed := slices.DeleteFunc(contradictions(mustRunPermissions(t, cfg)), func(s string) bool { return strings.Contains(s, "s > Speaker") || strings.Contains(s, "Rooms") })
			assert.Equal(t, tt.want, failed)
		})
	}
}

// TestDenialsThatAreNone: 401 denies nothing to somebody who has logged in, and 404 nothing that the table
// grants to nobody.
func TestDenialsThatAreNone(t *testing.T) {
	t.Parallel()
	const table = `
| | View | Delete |
|---|---|---|
| Admin | ✓ | %s |
| Everyone else | ✗ | %s |
`
	tests := map[string]struct {
		admin, everyone string // the cells of Delete
		view, delete    int    // the statuses of what is denied
		credentials     bool   // everyone else sends some
		want            []string
	}{
		"the whole method is not there": {
			view: 403, delete: 404,
			want: []string{"Admin > Delete denied: permission-status at 10:15", "Everyone else > Delete denied: permission-status at 11:23"},
		},
		"the method is not allowed": {
			view: 403, delete: 405,
			want: []string{"Admin > Delete denied: permission-status at 10:15", "Everyone else > Delete denied: permission-status at 11:23"},
		},
		"it is not there, as the table says": {admin: "✗ 404", everyone: "✗ 404", view: 404, delete: 404},
		"denied":                             {view: 403, delete: 403},
		"nobody is known": {
			view: 401, delete: 401,
			want: []string{"Admin > Delete denied: permission-status at 10:15"},
		},
		"credentials are no good": {
			credentials: true, view: 401, delete: 403,
			want: []string{"Everyone else > View denied: permission-status at 11:19"},
		},
		"nobody is known, as the table says": {admin: "✗ 401", view: 401, delete: 401},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := speakersConfig(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				world := r.Header.Get("X-World")
				switch {
				case world == "":
				case r.Method == http.MethodDelete:
					w.WriteHeader(tt.delete)
				case !strings.Contains(world, "admin"):
					w.WriteHeader(tt.view)
				}
			}))
			text := strings.Replace(speakersBlueprint, speakersTable, fmt.Sprintf(table, tt.admin, tt.everyone), 1)
			cfg.FS = fstest.MapFS{"api.apib": {Data: []byte(text)}}
			cfg.Hooks = hook.New()
			cfg.Hooks.Actor("Admin", func(_ *hook.Case, s *hook.Situation) error {
				s.User = world{Role: "admin"}
				return nil
			})
			cfg.Hooks.Actor("Everyone else", func(c *hook.Case, _ *hook.Situation) error {
				if tt.credentials {
					c.Transaction.Request.Headers.Set("Cookie", "session=1")
				}
				return nil
			})
			cfg.Hooks.Permissions("Speakers", seedNobody)
			failed := slices.DeleteFunc(contradictions(mustRunPermissions(t, cfg)), func(s string) bool {
				return strings.Contains(s, "s > Speaker") || strings.Contains(s, "Rooms")
			})
			assert.ElementsMatch(t, tt.want, failed)
		})
	}
}

// TestTablesThatNearlyAreSome are warned of where nothing is registered.
func TestTablesThatNearlyAreSome(t *testing.T) {
	t.Parallel()
	cfg := variant{old: "# Group Rooms\n", new: "# Group Rooms\n\n| | Vew | Delete |\n|-|-|-|\n| admin | ✓ | |\n"}.config()
	s, err := harness.Open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	assert.Equal(t, []string{
		`a table is taken for none of permissions, and not tested: api.apib:71:5 (Rooms): the column "Vew" is no action: ` +
			"a table of permissions has columns List, View, Create, Update and Delete, two of them at least, and no others",
	}, s.Plan().Warnings)
}

// TestPermissionIDsAreInTheCatalogue: what is found has an entry in docs/findings.md.
func TestPermissionIDsAreInTheCatalogue(t *testing.T) {
	t.Parallel()
	var ids []string
	for _, r := range gavel.Catalogue() {
		if r.Group == gavel.AboutPermissions {
			ids = append(ids, r.ID)
		}
	}
	assert.Equal(t, []string{permission.Denied, permission.Granted, permission.Field, permission.WrongStatus}, ids)
}
