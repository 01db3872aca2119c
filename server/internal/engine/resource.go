package engine

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// DB is the database of one request.
type DB interface {
	Begin(ctx context.Context) (pgx.Tx, error)
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

// Resource declares one type of objects.
type Resource struct {
	// Type is the JSON:API type: "event-topic".
	Type string
	// AlsoType is another type that creations may give: an older spelling. Empty: none.
	AlsoType string
	// Path is the segment of the collection in URLs: "event-topics" for /v1/event-topics.
	Path string
	// Table has a bigint column "id". Columns of attributes are named like them, with underscores.
	Table string
	// Key is another unique column that URLs accept in place of the id. Empty: none.
	Key string
	// SoftDelete says that the table has a column deleted_at, which a deletion sets. It adds the
	// attribute deleted-at, by which a PATCH deletes and restores.
	SoftDelete bool
	// Singleton says that there is just one object, with the id 1: it is served at the path itself, and
	// exists from the first request on, with the defaults of the table.
	Singleton bool

	Attributes    []Attribute
	Relationships []Relationship

	Policy policy.Table
	// Event is the column that leads to the event a row belongs to, and User to the user, for the
	// rules of Policy that ask for them. Empty: rows belong to none.
	Event, User string
	// Sessions is the condition that a row belongs to the session s, for the rules that ask for it: SQL,
	// in which {row} stands for the row. Empty: rows belong to none.
	Sessions string

	// Views are named parts of the list, served under its path: "upcoming" for /v1/events/upcoming.
	Views []View
	// Without are routes of the collection and its objects that are not served.
	Without Operation

	// Conflicts maps unique constraints and indexes to what their violation is answered with.
	Conflicts map[string]*jsonapi.Error

	// The functions below are what is special about a resource. Each may be nil. An error of theirs
	// refuses the request, and nothing is written.
	BeforeCreate  func(*Change) error // may set values
	AfterCreate   func(*Change) error // has the id
	BeforeUpdate  func(*Change) error // may set values
	AfterUpdate   func(*Change) error // also of a relationship endpoint that changes a column
	BeforeDelete  func(*Change) error // also when a PATCH sets deleted-at
	BeforeRestore func(*Change) error // when a PATCH sets deleted-at to null
}

// Operation is a set of routes.
type Operation uint

// The routes of a collection and its objects.
const (
	List Operation = 1 << iota
	Create
	Show
	Update
	Delete
)

// Attribute declares one attribute.
type Attribute struct {
	// Name is the dashed name.
	Name string
	Kind Kind
	// Column is the column in the table. Empty: the name with underscores.
	Column string
	// Expression is computed instead of stored: SQL in which {row} stands for the row. It makes
	// the attribute read-only, unless it is Virtual.
	Expression string
	// Virtual says that requests may give an attribute with an Expression: the functions of the resource
	// find it in a Change and store it somewhere.
	Virtual bool

	Required  bool // a creation must give it
	Nullable  bool // it may be null in a request
	ReadOnly  bool // requests that give it are not refused, it is just not read
	WriteOnly bool // it is in no document, and nothing can be found or sorted by it
	// Always is what a request is told that does not give it, whether it creates or updates. Empty: only
	// Required counts.
	Always string

	// Default is the value of a creation that does not give it; Now is the time of the request.
	// nil leaves it to the database.
	Default any
	// OneOf are the only values allowed. Empty: any.
	OneOf []string
	// Check returns what is wrong with a value of its kind, "" for nothing. nil: nothing is.
	Check func(value any) string

	// Visible is who sees it, of those who see the object. Left out: all of them.
	Visible policy.Rule
	// Sealed says that Visible counts for who has just created or changed the object too. They see all
	// else of it, also what they will not see from now on.
	Sealed bool
	// Writer is who may change it, of those who may write the object. Left out: all of them.
	Writer policy.Rule
}

// Now is the Default that stands for the time of the request.
type Now struct{}

// Relationship declares to which objects of another type, or of the same, an object is related. Of
// Column, Reverse and Join one says how; with none of them, or as long as Type is of no declared
// resource, the relationship is just a pair of links, and the column need not exist.
type Relationship struct {
	// Name is the dashed name.
	Name string
	// Type is the type of the related objects.
	Type string
	Many bool
	// Path is the last segment of the related link. Empty: Name.
	Path string

	// Column of this table holds the id of the related object.
	Column string
	// Reverse is the column of the other table which holds the id of this object.
	Reverse string
	// Join is a table in between.
	Join *Join
	// By is a text column of the other table, after whose values parts of the list are served below it.
	// Empty: none are.
	By string

	Required bool // an object always has it
	ReadOnly bool // requests that give it are not refused, it is just not read

	// Visible is who sees it, of those who see the object. Left out: all of them.
	Visible policy.Rule
}

// Join is a table of pairs. Who makes a pair must be allowed to update both objects.
type Join struct {
	Table string
	// Here is the column with the id of this object, There with the id of the related one.
	Here, There string
	// Same is a column that both objects have, in which they must agree to be a pair. Empty: none.
	Same string
	// Where is a further condition in SQL, in which {row} stands for the row of Table. Relationships
	// with one are read-only. Empty: none.
	Where string
}

// View is a part of a list.
type View struct {
	Name string
	// Where is a condition in SQL, in which {row} stands for the row and {now} for the time of the
	// request.
	Where string
}

// Change is what a request does to one object, as the functions of a Resource see it.
type Change struct {
	Context context.Context
	DB      DB
	// Actor is nil for callers who have not logged in.
	Actor *policy.Actor
	Now   time.Time
	// ID is the object's, 0 before it is created.
	ID int64
	// Values is what the request sets, by names of attributes and relationships; a relationship to
	// one object has its id as int64, or nil. A function may change them, and set read-only ones.
	Values map[string]any
	// Columns are further columns that a function sets.
	Columns map[string]any

	old map[string]any
}

// Was is the stored value of an attribute or of a relationship to one object, nil on creation.
func (c *Change) Was(name string) any { return c.old[name] }

// Will is the value that there will be: the one set, or else the stored one.
func (c *Change) Will(name string) any {
	if v, ok := c.Values[name]; ok {
		return v
	}
	return c.old[name]
}

// Text is Will as text, "" when it is null or no text.
func (c *Change) Text(name string) string {
	s, _ := c.Will(name).(string)
	return s
}

// Changes reports whether the request sets it to something else than what is stored.
func (c *Change) Changes(name string) bool {
	v, ok := c.Values[name]
	return ok && !same(v, c.old[name])
}

// same compares two values of one kind.
func same(a, b any) bool {
	if t, ok := a.(time.Time); ok {
		u, ok := b.(time.Time)
		return ok && t.Equal(u)
	}
	return a == b
}
