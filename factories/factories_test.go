package factories_test

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/brianvoe/gofakeit/v7"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/server/password"
)

// salted is what differs from run to run: the salt of a password hash is random.
var salted = cmp.Options{
	cmpopts.IgnoreFields(factories.User{}, "PasswordHash"),
	cmpopts.IgnoreFields(factories.LaboratoryUser{}, "PasswordHash"),
}

// TestAll inserts every factory's row twice in one database, in parallel with all the others, and
// again with the same seed in another database, which must give the same rows.
func TestAll(t *testing.T) {
	t.Parallel()
	for _, row := range factories.All() {
		t.Run(name(row), func(t *testing.T) {
			t.Parallel()
			var runs [2][]factories.Row
			for i := range runs {
				runs[i] = factories.Clone(row, row)
				runs[i][1] = factories.Clone(row)[0]
				require.NoError(t, factories.Insert(t.Context(), setup(t), gofakeit.New(7), runs[i]...))
			}
			if diff := cmp.Diff(runs[0], runs[1], salted); diff != "" {
				t.Errorf("the same seed made other rows (-first +second):\n%s", diff)
			}
			if first, ok := id(runs[0][0]); ok {
				second, _ := id(runs[0][1])
				assert.Equal(t, []int64{1, 2}, []int64{first, second})
			}

			another := factories.Clone(row)
			require.NoError(t, factories.Insert(t.Context(), setup(t), gofakeit.New(8), another...))
			if !refersOnly(row) {
				assert.NotEmpty(t, cmp.Diff(runs[0][0], another[0], salted), "another seed made the same row")
			}
		})
	}
}

// TestAllIsComplete holds All against the types of the package that have a table.
func TestAllIsComplete(t *testing.T) {
	t.Parallel()
	want := declared(t)
	var got []string
	for _, r := range factories.All() {
		got = append(got, name(r))
	}
	assert.Equal(t, want, got)
}

// TestColumns holds the fields of every factory against the columns of its table.
func TestColumns(t *testing.T) {
	t.Parallel()
	tables := declaredTables(t)
	db := setup(t)
	for _, row := range factories.All() {
		var want string
		require.NoError(t, db.QueryRow(t.Context(), `SELECT string_agg(column_name, ' ' ORDER BY column_name)
			FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1`,
			tables[name(row)]).Scan(&want))
		var got []string
		for f := range reflect.TypeOf(row).Elem().Fields() {
			if c, ok := f.Tag.Lookup("db"); ok {
				got = append(got, c)
			}
		}
		slices.Sort(got)
		assert.Equal(t, want, strings.Join(got, " "), name(row))
	}
}

func TestGivenStays(t *testing.T) {
	t.Parallel()
	db := setup(t)
	e := &factories.EventBasic{
		Name: "Open Days", Description: new(""), IsTicketFormEnabled: new(false), Online: new(true),
		StartsAt: time.Date(2030, 5, 1, 9, 0, 0, 0, time.FixedZone("", 7200)),
		EndsAt:   time.Date(2030, 5, 2, 9, 0, 0, 0, time.UTC), DocumentLinks: []byte(`[{"name": "map"}]`),
	}
	require.NoError(t, factories.Insert(t.Context(), db, gofakeit.New(1), e))
	assert.Equal(t, "Open Days", e.Name)
	assert.Empty(t, *e.Description)
	assert.False(t, *e.IsTicketFormEnabled)
	assert.True(t, *e.Online)
	assert.Equal(t, time.Date(2030, 5, 1, 7, 0, 0, 0, time.UTC), e.StartsAt)
	assert.JSONEq(t, `[{"name": "map"}]`, string(e.DocumentLinks))
	assert.Equal(t, "draft", *e.State, "the database's default comes back")
	assert.Nil(t, e.DeletedAt)
	assert.Zero(t, e.EventTopicID)
	assert.Equal(t, time.UTC, e.CreatedAt.Location())

	var stored string
	require.NoError(t, db.QueryRow(t.Context(), "SELECT name FROM events WHERE id = 1").Scan(&stored))
	assert.Equal(t, "Open Days", stored)
}

// TestGivenDisturbsNothing holds that what is given does not change what else is made up.
func TestGivenDisturbsNothing(t *testing.T) {
	t.Parallel()
	plain, given := &factories.User{}, &factories.User{FirstName: new("Ada"), Email: "ada@example.org"}
	require.NoError(t, factories.Insert(t.Context(), setup(t), gofakeit.New(1), plain))
	require.NoError(t, factories.Insert(t.Context(), setup(t), gofakeit.New(1), given))
	assert.Equal(t, plain.LastName, given.LastName)
	assert.Equal(t, plain.AvatarURL, given.AvatarURL)
	assert.Equal(t, "Ada "+*given.LastName, *given.PublicName)
}

func TestParents(t *testing.T) {
	t.Parallel()
	db := setup(t)
	topic := &factories.EventTopic{Name: "Travel & Outdoor"}
	event := &factories.EventBasic{EventTopic: topic}
	sub := &factories.EventSubTopic{Name: "Hiking, Biking", EventTopic: topic}
	lone := &factories.EventSubTopic{}
	owner := &factories.UsersEventsRoles{Event: event, Role: &factories.Role{Name: "owner"}}
	known := &factories.EventSubTopic{EventTopicID: 1}
	require.NoError(t, factories.Insert(t.Context(), db, gofakeit.New(1), event, sub, lone, owner, known))

	assert.Equal(t, int64(1), topic.ID)
	assert.Equal(t, "travel-outdoor", topic.Slug)
	assert.Equal(t, int64(1), event.EventTopicID)
	assert.Equal(t, int64(1), sub.EventTopicID)
	assert.Equal(t, "hiking-biking", sub.Slug)
	assert.Equal(t, int64(2), lone.EventTopicID, "a topic of its own")
	assert.Equal(t, int64(2), lone.EventTopic.ID)
	assert.Nil(t, known.EventTopic, "what is there already is not made")
	assert.Equal(t, []int64{1, 1, 1}, []int64{owner.EventID, owner.UserID, owner.RoleID})
	assert.Equal(t, "Owner", *owner.Role.TitleName)

	var topics, events int
	require.NoError(t, db.QueryRow(t.Context(),
		"SELECT (SELECT count(*) FROM event_topics), (SELECT count(*) FROM events)").Scan(&topics, &events))
	assert.Equal(t, []int{2, 1}, []int{topics, events})
}

func TestUserCanSignIn(t *testing.T) {
	t.Parallel()
	known, made := &factories.User{Password: "open sesame"}, &factories.User{}
	require.NoError(t, factories.Insert(t.Context(), setup(t), gofakeit.New(1), known, made))
	for _, u := range []*factories.User{known, made} {
		ok, err := password.Verify(u.Password, u.PasswordHash)
		require.NoError(t, err)
		assert.True(t, ok)
	}
	assert.Equal(t, "open sesame", known.Password)
}

func TestFakeEventsAreInOrder(t *testing.T) {
	t.Parallel()
	var rows []factories.Row
	for range 50 {
		rows = append(rows, &factories.EventBasic{})
	}
	rows = append(rows, &factories.EventBasic{EndsAt: time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)})
	require.NoError(t, factories.Insert(t.Context(), setup(t), gofakeit.New(1), rows...))
	for _, r := range rows {
		e := r.(*factories.EventBasic)
		assert.True(t, e.StartsAt.Before(e.EndsAt), "%v to %v", e.StartsAt, e.EndsAt)
		assert.Less(t, e.EndsAt.Sub(e.StartsAt), 20*24*time.Hour)
		assert.Zero(t, e.StartsAt.Nanosecond())
	}
}

func TestClone(t *testing.T) {
	t.Parallel()
	topic := &factories.EventTopic{Name: "Music", SystemImageURL: new("https://images.example.com/a.png")}
	event := &factories.EventBasic{EventTopic: topic, DocumentLinks: []byte("[1]")}
	sub := &factories.EventSubTopic{EventTopic: topic}
	copies := factories.Clone(event, sub)
	assert.Equal(t, []factories.Row{event, sub}, copies)
	e := copies[0].(*factories.EventBasic)
	assert.NotSame(t, event, e)
	assert.NotSame(t, topic, e.EventTopic)
	assert.NotSame(t, topic.SystemImageURL, e.EventTopic.SystemImageURL)
	assert.Same(t, e.EventTopic, copies[1].(*factories.EventSubTopic).EventTopic, "one topic stays one topic")
	e.DocumentLinks[1] = '2'
	assert.Equal(t, "[1]", string(event.DocumentLinks))
}

func TestErrors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		rows []factories.Row
		want string
	}{
		{
			"taken slug",
			[]factories.Row{&factories.EventTopic{Name: "A"}, &factories.EventTopic{Name: "A"}},
			"insert into event_topics: ERROR: duplicate key value",
		},
		{
			"unknown parent",
			[]factories.Row{&factories.EventSubTopic{EventTopicID: 9}},
			`insert into event_sub_topics: ERROR: insert or update on table "event_sub_topics" violates foreign key`,
		},
		{
			"bad parent",
			[]factories.Row{&factories.EventTopic{Name: "A"}, &factories.EventSubTopic{EventTopic: &factories.EventTopic{Name: "A"}}},
			"(for a row of event_sub_topics)",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.ErrorContains(t, factories.Insert(t.Context(), setup(t), gofakeit.New(1), tt.rows...), tt.want)
		})
	}
	t.Run("no database", func(t *testing.T) {
		t.Parallel()
		assert.ErrorContains(t, factories.Insert(t.Context(), nil, gofakeit.New(1)), "a database and a faker are needed")
	})
	t.Run("interrupted", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		db := setup(t)
		cancel()
		assert.ErrorIs(t, factories.Insert(ctx, db, gofakeit.New(1), &factories.EventTopic{}), context.Canceled)
	})
}

func name(r factories.Row) string { return reflect.TypeOf(r).Elem().Name() }

// id is the identifier of a row; pairs have none.
func id(r factories.Row) (id int64, ok bool) {
	f := reflect.ValueOf(r).Elem().FieldByName("ID")
	if !f.IsValid() {
		return 0, false
	}
	return f.Int(), true
}

// refersOnly reports whether all columns of a row are identifiers.
func refersOnly(r factories.Row) bool {
	for f := range reflect.TypeOf(r).Elem().Fields() {
		if c, ok := f.Tag.Lookup("db"); ok && c != "id" && !strings.HasSuffix(c, "_id") {
			return false
		}
	}
	return true
}

func declared(t *testing.T) (names []string) {
	t.Helper()
	for n := range declaredTables(t) {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// declaredTables reads the source of the package: each type with a method table, and what it returns.
func declaredTables(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("*.go")
	require.NoError(t, err)
	tables := map[string]string{}
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil || f.Name.Name != "table" {
				continue
			}
			receiver := f.Recv.List[0].Type.(*ast.StarExpr).X.(*ast.Ident).Name
			value := f.Body.List[0].(*ast.ReturnStmt).Results[0].(*ast.BasicLit).Value
			table, err := strconv.Unquote(value)
			require.NoError(t, err)
			tables[receiver] = table
		}
	}
	return tables
}
