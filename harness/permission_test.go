package harness_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// The conditions of the table below.
const (
	selfOwned     = "Only self-owned events"
	accepted      = "Only of sessions with state approved or accepted"
	selfSubmitted = "Only of self-submitted sessions"
	published     = "Only to events with state published"
)

const speakersTable = `
|                  | List     | View     | Create | Update | Delete |
|:-----------------|:--------:|----------|--------|--------|--------|
| Superadmin/admin | ✓        | ✓        | ✓      | ✓      | ✓      |
| Event organizer  | ✓ [1]    | ✓ [1]    | ✓ [1]  | ✓ [1]  | ✓ [1]  |
| Registered User  | ✓ [3]    | ✓ [3]    | ✓ [4]  | ✓ [3]  | ✓ [3]  |
| Everyone else    | ✓ [2][4] | ✓ [2][4] |        |        |        |

1. Only self-owned events
2. Only of sessions with state approved or accepted
3. Only of self-submitted sessions
4. Only to events with state published.
`

const speakersBlueprint = `FORMAT: 1A

# Programme

# Group Speakers
Who speaks.
` + speakersTable + `
## Speakers Collection [/events/{id}/speakers]
+ Parameters
    + id: 1 (number)

### List All Speakers [GET]
+ Response 200 (application/json)

        {"data": [{"id": 1}]}

## Speakers Post [/speakers]

### Create Speaker [POST]
+ Request (application/json)

        {"name": "Ada"}

+ Response 201 (application/json)

        {"data": {"id": 1}}

### Refused Speaker [POST /speakers]
+ Request
    + Headers

            X-Refuse: yes

+ Response 401

## Speaker Details [/speakers/{id}]
+ Parameters
    + id: 1 (number)

### View Speaker [GET]
+ Response 200 (application/json)

        {"data": {"id": 1}}

### Update Speaker [PATCH]
+ Request (application/json)

        {"name": "Ada"}

+ Response 200 (application/json)

        {"data": {"id": 1}}

### Delete Speaker [DELETE]
+ Response 204

# Group Rooms

## Rooms [/rooms]

### List All Rooms [GET]
+ Response 200
`

// world is what the hooks seed, and the server knows: who asks, and what about the only speaker.
type world struct{ User, Role, Owner, Creator, Event, Session string }

func worldOf(h http.Header) (w world) {
	_ = json.Unmarshal([]byte(h.Get("X-World")), &w) // the documented examples have none
	return w
}

// rules is the policy of the server, as data that a test can break.
type rules struct {
	staff, organizer, submitter, public, create func(world) bool
	denial                                      int
	leak                                        bool // lists hide nothing
}

func rightRules() rules {
	return rules{
		staff:     func(w world) bool { return w.Role == "superadmin" || w.Role == "admin" },
		organizer: func(w world) bool { return w.User != "" && w.User == w.Owner },
		submitter: func(w world) bool { return w.User != "" && w.User == w.Creator },
		public: func(w world) bool {
			return w.User == "" && w.Event == "published" && w.Session == "accepted"
		},
		create: func(w world) bool { return w.User != "" && w.Role == "" && w.Event == "published" },
		denial: http.StatusForbidden,
	}
}

func (p rules) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	at := worldOf(r.Header)
	if r.Header.Get("X-World") == "" { // the documented examples
		at.Role = "admin"
		if r.Header.Get("X-Refuse") != "" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
	}
	allowed := p.staff(at) || p.organizer(at)
	switch r.Method {
	case http.MethodGet:
		allowed = allowed || p.submitter(at) || p.public(at)
	case http.MethodPost:
		allowed = allowed || p.create(at)
	default:
		allowed = allowed || p.submitter(at)
	}
	list := strings.HasSuffix(r.URL.Path, "s")
	w.Header().Set("Content-Type", "application/json")
	switch {
	case r.Method == http.MethodGet && list && (allowed || p.leak):
		_, _ = fmt.Fprint(w, `{"data": [{"id": 1}]}`)
	case r.Method == http.MethodGet && list:
		_, _ = fmt.Fprint(w, `{"data": []}`)
	case !allowed:
		w.WriteHeader(p.denial)
		_, _ = fmt.Fprint(w, `{}`)
	case r.Method == http.MethodPost:
		w.WriteHeader(http.StatusCreated)
		_, _ = fmt.Fprint(w, `{"data": {"id": 1}}`)
	case r.Method == http.MethodDelete:
		w.WriteHeader(http.StatusNoContent)
	default:
		_, _ = fmt.Fprint(w, `{"data": {"id": 1}}`)
	}
}

// speakersHooks are those of a project: actors once, and the seeds of the table.
func speakersHooks() *hook.Registry {
	r := hook.New()
	for name, w := range map[string]world{
		"superadmin": {User: "1", Role: "superadmin"}, "Admin": {User: "2", Role: "admin"},
		"Event organizer": {User: "3", Role: "organizer"}, "Registered  user.": {User: "4"}, "Everyone else": {},
	} {
		r.Actor(name, func(_ *hook.Case, s *hook.Situation) error {
			s.User = w
			return nil
		})
	}
	r.Permissions("Speakers", seedSpeakers)
	return r
}

func seedSpeakers(c *hook.Case, s *hook.Situation) error {
	w := s.User.(world)
	w.Event = hook.If(s, published, "published", "draft")
	w.Session = hook.If(s, accepted, "accepted", "rejected")
	w.Creator = hook.If(s, selfSubmitted, w.User, "somebody")
	w.Owner = hook.If(s, selfOwned, w.User, "somebody")
	s.Row = 1
	text, err := json.Marshal(w)
	c.Transaction.Request.Headers.Set("X-World", string(text))
	return err
}

func speakersConfig(p http.Handler) harness.Config {
	return harness.Config{
		Descriptions: []string{"api.apib"},
		FS:           fstest.MapFS{"api.apib": {Data: []byte(speakersBlueprint)}},
		Handler:      func(postgres.DB) http.Handler { return p },
		Hooks:        speakersHooks(),
		Match:        transaction.MatchStructure,
		Workers:      4,
	}
}

func mustRunPermissions(t *testing.T, cfg harness.Config) *harness.Result {
	t.Helper()
	result, err := harness.Run(t.Context(), cfg)
	require.NoError(t, err)
	return result
}

func namesOf(outcomes []transaction.Outcome) []string {
	var list []string
	for _, o := range outcomes {
		list = append(list, string(o.Transaction.Name))
	}
	return list
}

func TestPermissionTablesAreRun(t *testing.T) {
	t.Parallel()
	result := mustRunPermissions(t, speakersConfig(rightRules()))

	for _, o := range result.Outcomes {
		assert.Equal(t, transaction.Pass, o.Status, "%s: %s %v", o.Transaction.Name, o.Reason, o.Findings)
	}
	list := namesOf(result.Outcomes)
	cases := slices.DeleteFunc(slices.Clone(list), func(n string) bool { return !strings.Contains(n, " > Permissions > ") })
	assert.Len(t, cases, 10+10+10+9)
	assert.Equal(t, "Speakers > Speaker Details > Delete Speaker", list[5])
	assert.Equal(t, "Speakers > Permissions > Superadmin > List", list[6], "behind the examples of its group")
	assert.Equal(t, "Rooms > Rooms > List All Rooms", list[len(list)-1])
	assert.Equal(t, []string{
		"Speakers > Permissions > Everyone else > List [2][4]",
		"Speakers > Permissions > Everyone else > List [2] not met",
		"Speakers > Permissions > Everyone else > List [4] not met",
		"Speakers > Permissions > Everyone else > View [2][4]",
		"Speakers > Permissions > Everyone else > View [2] not met",
		"Speakers > Permissions > Everyone else > View [4] not met",
		"Speakers > Permissions > Everyone else > Create denied",
		"Speakers > Permissions > Everyone else > Update denied",
		"Speakers > Permissions > Everyone else > Delete denied",
	}, cases[len(cases)-9:])
}

// TestBrokenPoliciesAreCaught breaks the policy in one way at a time: the very cells that it
// contradicts fail, and no others.
func TestBrokenPoliciesAreCaught(t *testing.T) {
	t.Parallel()
	right := rightRules()
	tests := map[string]struct {
		breakIt func(*rules)
		want    []string
	}{
		"drafts are public": {
			func(p *rules) { p.public = func(w world) bool { return w.User == "" && w.Session == "accepted" } },
			[]string{
				"Everyone else > List [4] not met: permission-granted at 13:22",
				"Everyone else > View [4] not met: permission-granted at 13:33",
			},
		},
		"rejected sessions are public": {
			func(p *rules) { p.public = func(w world) bool { return w.User == "" && w.Event == "published" } },
			[]string{
				"Everyone else > List [2] not met: permission-granted at 13:22",
				"Everyone else > View [2] not met: permission-granted at 13:33",
			},
		},
		"nothing is public": {
			func(p *rules) { p.public = func(world) bool { return false } },
			[]string{
				"Everyone else > List [2][4]: permission-denied at 13:22",
				"Everyone else > View [2][4]: permission-denied at 13:33",
			},
		},
		"anybody creates": {
			func(p *rules) { p.create = func(w world) bool { return w.Event == "published" } },
			[]string{"Everyone else > Create denied: permission-granted at 13:44"},
		},
		"users create in drafts": {
			func(p *rules) { p.create = func(w world) bool { return w.User == "4" } },
			[]string{"Registered User > Create [4] not met: permission-granted at 12:44"},
		},
		"users cannot create": {
			func(p *rules) { p.create = func(world) bool { return false } },
			[]string{"Registered User > Create [4]: permission-denied at 12:44"},
		},
		"admins are nobody": {
			func(p *rules) {
				p.staff = func(w world) bool { return w.Role == "superadmin" || w.User == "" && w.Role == "admin" }
			},
			[]string{
				"admin > List: permission-denied at 10:22",
				"admin > View: permission-denied at 10:33",
				"admin > Create: permission-denied at 10:44",
				"admin > Update: permission-denied at 10:53",
				"admin > Delete: permission-denied at 10:62",
			},
		},
		"organizers of other events": {
			func(p *rules) { p.organizer = func(w world) bool { return w.Role == "organizer" } },
			[]string{
				"Event organizer > List [1] not met: permission-granted at 11:22",
				"Event organizer > View [1] not met: permission-granted at 11:33",
				"Event organizer > Create [1] not met: permission-granted at 11:44",
				"Event organizer > Update [1] not met: permission-granted at 11:53",
				"Event organizer > Delete [1] not met: permission-granted at 11:62",
			},
		},
		"lists are not filtered": {
			func(p *rules) { p.leak = true },
			[]string{
				"Event organizer > List [1] not met: permission-granted at 11:22",
				"Registered User > List [3] not met: permission-granted at 12:22",
				"Everyone else > List [2] not met: permission-granted at 13:22",
				"Everyone else > List [4] not met: permission-granted at 13:22",
			},
		},
		"a denial that is none": {
			func(p *rules) {
				p.denial = http.StatusConflict
				p.organizer = func(w world) bool { return w.Role == "organizer" }
				p.submitter = func(w world) bool { return w.User == "4" }
				p.create = func(w world) bool { return w.User == "4" || right.create(w) }
				p.public = func(w world) bool { return w.User == "" }
			},
			[]string{
				"Event organizer > List [1] not met: permission-granted at 11:22",
				"Event organizer > View [1] not met: permission-granted at 11:33",
				"Event organizer > Create [1] not met: permission-granted at 11:44",
				"Event organizer > Update [1] not met: permission-granted at 11:53",
				"Event organizer > Delete [1] not met: permission-granted at 11:62",
				"Registered User > List [3] not met: permission-granted at 12:22",
				"Registered User > View [3] not met: permission-granted at 12:33",
				"Registered User > Create [4] not met: permission-granted at 12:44",
				"Registered User > Update [3] not met: permission-granted at 12:53",
				"Registered User > Delete [3] not met: permission-granted at 12:62",
				"Everyone else > List [2] not met: permission-granted at 13:22",
				"Everyone else > List [4] not met: permission-granted at 13:22",
				"Everyone else > View [2] not met: permission-granted at 13:33",
				"Everyone else > View [4] not met: permission-granted at 13:33",
				"Everyone else > Create denied: permission-status at 13:44",
				"Everyone else > Update denied: permission-status at 13:53",
				"Everyone else > Delete denied: permission-status at 13:62",
			},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := rightRules()
			tt.breakIt(&p)
			assert.Empty(t, cmp.Diff(tt.want, contradictions(mustRunPermissions(t, speakersConfig(p)))), "(-want +got)")
		})
	}
}

// contradictions lists what failed: the case, the finding, and the cell.
func contradictions(r *harness.Result) []string {
	var list []string
	for _, o := range r.Outcomes {
		if o.Status == transaction.Pass {
			continue
		}
		line := strings.TrimPrefix(string(o.Transaction.Name), "Speakers > Permissions > ") + ":"
		for _, f := range o.Findings {
			line += fmt.Sprintf(" %s at %d:%d", f.ID, f.At.Line, f.At.Column)
		}
		list = append(list, line+o.Reason)
	}
	return list
}

func TestPermissionFindingsAreSentences(t *testing.T) {
	t.Parallel()
	p := rightRules()
	p.public = func(w world) bool { return w.User == "" && w.Session == "accepted" }
	cfg := speakersConfig(p)
	cfg.Only = []string{"Speakers > Permissions > Everyone else > List [4] not met"}
	result := mustRunPermissions(t, cfg)
	i := slices.IndexFunc(result.Outcomes, func(o transaction.Outcome) bool { return o.Status == transaction.Fail })
	require.GreaterOrEqual(t, i, 0)
	o := result.Outcomes[i]
	assert.Equal(t, `The table says that Everyone else may not list Speakers when "Only to events with state published" is not met, `+
		`although "Only of sessions with state approved or accepted" is met, but the server answered 200 OK, with row 1 in the list.`, o.Findings[0].Message)
	assert.Equal(t, "api.apib:13:22", o.Findings[0].At.String())
	assert.Equal(t, o.Findings[0].At, o.Source.Action)
}

// variant changes the blueprint, the hooks, or the configuration.
type variant struct {
	old, new string
	hooks    func(*hook.Registry)
	strict   bool
	want     string
}

// TestPermissionMistakes are what is said before anything runs.
func TestPermissionMistakes(t *testing.T) {
	t.Parallel()
	tests := map[string]variant{
		"unknown actor": {
			old: "Registered User", new: "Registred User",
			want: `api.apib:12:3: error: nobody is registered as the actor "Registred User", did you mean "registered user"?; mend the name, or register it with Actor("Registred User", …)`,
		},
		"footnote without text": {
			old: "4. Only to events with state published.", new: "",
			want: `api.apib:12:44: error: there is no footnote 4 below the table; write it as an item of an ordered list, or as [4]: and its text`,
		},
		"no mark": {
			old: "✓ [4]", new: "maybe",
			want: `api.apib:12:44: error: the cell says "maybe", which is no mark; write ✓ for what is granted, leave it empty for what is not, and put conditions into footnotes: ✓ [1]`,
		},
		"no request": {
			old: "### Delete Speaker [DELETE]\n+ Response 204", new: "",
			want: `api.apib:8:62: error: Delete: no documented request that succeeds is a Delete here (a DELETE); document one, link the header of the column to one, as in [Delete](#name-of-the-action), or name one with Permissions.Request`,
		},
		"two requests": {
			old: "## Speakers Post", new: "### List Guests [GET /events/1/guests]\n+ Response 200\n\n## Speakers Post",
			want: `api.apib:8:22: error: List: /events/1/speakers and /events/1/guests could both be meant by List; link the header of the column to one of them, as in [List](#name-of-the-action), or name it with Permissions.Request`,
		},
		"a link that leads nowhere": {
			old: "| View     | Create |", new: "| [View](#view-spaeker) | Create |",
			want: `api.apib:8:33: error: View: "#view-spaeker" names no documented request that succeeds; write the name of an action after the #, with hyphens for its blanks, or leave the link away`,
		},
		"nothing registered": {
			old: "# Group Rooms\n", new: "# Group Rooms\n" + strings.ReplaceAll(speakersTable, "Registered", "No"), strict: true,
			want: `api.apib:71:3: error: no hook is registered for this table of permissions; register one with Permissions("Rooms", …)`,
		},
		"a column that is misspelt": {
			old: "| View     | Create |", new: "| View     | Craete |",
			want: `api.apib:8:44: error: the column "Craete" is no action: a table of permissions has columns List, View, Create, Update and Delete, two of them at least, and no others; mend the header`,
		},
		"nearly a table, and strict": {
			old: "# Group Rooms\n", new: "# Group Rooms\n\n| | Vew | Delete |\n|-|-|-|\n| admin | ✓ | |\n", strict: true,
			want: `api.apib:71:5: error: the column "Vew" is no action`,
		},
		"nearly a table, and a hook": {
			old: "# Group Rooms\n", new: "# Group Rooms\n\n| | View | Delete | Publish |\n|-|-|-|-|\n| admin | ✓ | | |\n",
			hooks: func(r *hook.Registry) { r.Permissions("Rooms", seedSpeakers) },
			want:  `api.apib:71:21: error: the column "Publish" is no action`,
		},
		"nearly a table, and a hook elsewhere": {
			old: "# Group Rooms\n", new: "# Group Rooms\n\n| | Vew | Delete |\n|-|-|-|\n| admin | ✓ | |\n",
			hooks: func(r *hook.Registry) { r.Permissions("Rooms > Rooms", seedSpeakers) },
			want:  `permissions hook "Rooms > Rooms" finds no table of permissions there; at api.apib:71:5 (Rooms): the column "Vew" is no action`,
		},
		"a status that denies nothing": {
			old: "4. Only to events with state published.", new: "4. Only to events with state published, else 200",
			want: `api.apib:18:1: error: 200 is no status that denies something; write one that does, such as 403 or 404`,
		},
		"a footnote without a cell": {
			old: "4. Only to events with state published.", new: "4. Only to events with state published.\n5. Only on Sundays",
			want: `api.apib:19:1: error: no cell of the table refers to footnote 5; write [5] behind the marks that hang on it, or take it away`,
		},
		"no such table": {
			hooks: func(r *hook.Registry) { r.Permissions("Speaker", seedSpeakers) },
			want:  `permissions hook "Speaker" finds no table of permissions there, did you mean "Speakers"?`,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := harness.Open(t.Context(), tt.config())
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func (v variant) config() harness.Config {
	cfg := speakersConfig(rightRules())
	text := strings.Replace(speakersBlueprint, v.old, v.new, 1)
	cfg.FS = fstest.MapFS{"api.apib": {Data: []byte(text)}}
	cfg.StrictPermissions = v.strict
	if v.hooks != nil {
		v.hooks(cfg.Hooks)
	}
	return cfg
}

// TestTablesWithoutHooksHurtNobody, however they look.
func TestTablesWithoutHooksHurtNobody(t *testing.T) {
	t.Parallel()
	cfg := variant{old: "✓ [4]", new: "whatever [9]"}.config()
	cfg.Hooks = nil
	result := mustRunPermissions(t, cfg)
	assert.True(t, result.OK())
	assert.Len(t, result.Outcomes, 7)

	s, err := harness.Open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	assert.Equal(t, []string{"tables of permissions are not tested, since no hook is registered for them: api.apib:8:3 (Speakers)"}, s.Plan().Warnings)
}

// TestPermissionHooksHaveToHeedTheTable holds what a case says whose hook does not fit the table.
func TestPermissionHooksHaveToHeedTheTable(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		seed hook.PermissionFunc
		want string
	}{
		"a condition that nobody asks for": {
			func(_ *hook.Case, s *hook.Situation) error { s.Row = 1; return nil },
			`did not ask Situation.Met for "Only of self-submitted sessions", the condition at api.apib:17:1; let it seed that`,
		},
		"a condition that no footnote has": {
			func(_ *hook.Case, s *hook.Situation) error { s.Row = s.Met("Only on Sundays"); return nil },
			`no footnote of the table says "Only on Sundays"; there is "Only self-owned events"`,
		},
		"no row": {
			func(_ *hook.Case, s *hook.Situation) error { s.Met(selfSubmitted); return nil },
			"sets no Situation.Row, so there is no row to look for in the list",
		},
		"a panic": {
			func(*hook.Case, *hook.Situation) error { panic("oh") },
			"permissions hook panicked: oh",
		},
		"a look that panics": {
			func(_ *hook.Case, s *hook.Situation) error {
				s.Met(selfSubmitted)
				s.Listed = func(*transaction.Response) (bool, error) { panic("oh") }
				return nil
			},
			"permissions hook panicked: oh",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := speakersConfig(rightRules())
			cfg.Hooks = speakersHooks()
			cfg.Hooks.Tables()[0].Name = "Nothing"
			cfg.UnmatchedHooks = harness.UnmatchedIgnore
			cfg.Hooks.Permissions("Programme > Speakers", tt.seed)
			const name = "Speakers > Permissions > Registered User > List [3]"
			cfg.Only = []string{name}
			result := mustRunPermissions(t, cfg)
			i := slices.IndexFunc(result.Outcomes, func(o transaction.Outcome) bool {
				return o.Transaction.Name == name && o.Status == transaction.Error
			})
			require.GreaterOrEqual(t, i, 0)
			assert.Contains(t, result.Outcomes[i].Reason, tt.want)
		})
	}
}

// TestRequestsCanBeNamed by the table and in Go.
func TestRequestsCanBeNamed(t *testing.T) {
	t.Parallel()
	two := variant{old: "## Speakers Post", new: "### List Guests [GET /events/1/guests]\n+ Response 200\n\n## Speakers Post"}
	tests := map[string]func(*harness.Config){
		"link": func(cfg *harness.Config) {
			v := two
			text := strings.Replace(strings.Replace(speakersBlueprint, v.old, v.new, 1), "| List ", "| [List](#list-guests) ", 1)
			cfg.FS = fstest.MapFS{"api.apib": {Data: []byte(text)}}
		},
		"action":          func(cfg *harness.Config) { cfg.Hooks.Tables()[0].Request(hook.List, "List Guests") },
		"method and path": func(cfg *harness.Config) { cfg.Hooks.Tables()[0].Request(hook.List, "GET /events/1/guests") },
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := two.config()
			tt(&cfg)
			result := mustRunPermissions(t, cfg)
			assert.True(t, result.OK(), contradictions(result))
			seen := false
			for _, o := range result.Outcomes {
				if strings.HasSuffix(string(o.Transaction.Name), "Superadmin > List") {
					seen = o.Transaction.Request.URI == "/events/1/guests"
				}
			}
			assert.True(t, seen)
		})
	}
}

// TestPermissionsOfOpenAPI reads the same table out of the descriptions of OpenAPI, in each format.
func TestPermissionsOfOpenAPI(t *testing.T) {
	t.Parallel()
	indented := strings.ReplaceAll(speakersTable, "\n", "\n      ")
	quoted, err := json.Marshal(speakersTable)
	require.NoError(t, err)
	const paths = `
paths:
  /events/1/speakers:
    get: {tags: [Speakers], responses: {"200": {description: ok, content: {application/json: {example: {data: [{id: 1}]}}}}}}
  /speakers:
    post: {tags: [Speakers], responses: {"201": {description: ok}}}
  /speakers/1:
    get: {tags: [Speakers], responses: {"200": {description: ok, content: {application/json: {example: {data: {id: 1}}}}}}}
    patch: {tags: [Speakers], responses: {"200": {description: ok}}}
    delete: {tags: [Speakers], responses: {"204": {description: ok}}}
`
	tests := map[string]struct{ text, cell string }{
		"3.1 block":  {"openapi: 3.1.0\ninfo: {title: Programme, version: '1'}\ntags:\n  - name: Speakers\n    description: |" + indented + paths, "8:28"},
		"3.0 quoted": {"openapi: 3.0.3\ninfo: {title: Programme, version: '1'}\ntags:\n  - name: Speakers\n    description: " + string(quoted) + paths, "5:"},
		"2.0": {
			"swagger: '2.0'\ninfo: {title: Programme, version: '1'}\ntags:\n  - name: Speakers\n    description: |" + indented + strings.NewReplacer(
				"content: {application/json: {example: {data: [{id: 1}]}}}", "examples: {application/json: {data: [{id: 1}]}}",
				"content: {application/json: {example: {data: {id: 1}}}}", "examples: {application/json: {data: {id: 1}}}").Replace(paths), "8:28",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := speakersConfig(rightRules())
			cfg.Descriptions, cfg.FS = []string{"api.yaml"}, fstest.MapFS{"api.yaml": {Data: []byte(tt.text)}}
			for range 2 { // the second time, what was compiled is there already
				cfg.Hooks = speakersHooks()
				result := mustRunPermissions(t, cfg)
				assert.True(t, result.OK(), contradictions(result))
				assert.Len(t, result.Outcomes, 5+39)
			}
			p := rightRules()
			p.staff = func(w world) bool { return w.Role == "superadmin" || w.User == "" && w.Role == "admin" }
			cfg = speakersConfig(p)
			cfg.Descriptions, cfg.FS = []string{"api.yaml"}, fstest.MapFS{"api.yaml": {Data: []byte(tt.text)}}
			failed := contradictions(mustRunPermissions(t, cfg))
			require.Len(t, failed, 5)
			assert.Contains(t, failed[0], "admin > List: permission-denied at "+tt.cell)
		})
	}
}

// TestPermissionsOverTheWire runs them against a server that listens somewhere.
func TestPermissionsOverTheWire(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(rightRules())
	t.Cleanup(server.Close)
	cfg := speakersConfig(nil)
	cfg.Handler, cfg.Endpoint = nil, server.URL
	result := mustRunPermissions(t, cfg)
	assert.True(t, result.OK(), contradictions(result))
	assert.Len(t, result.Outcomes, 7+39)
}
