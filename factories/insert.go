package factories

import (
	"context"
	"errors"
	"fmt"

	"github.com/brianvoe/gofakeit/v7"
	"github.com/jackc/pgx/v5"
)

// DB is what Insert needs of a database; pgx.Tx, *pgx.Conn and *pgxpool.Pool have it.
type DB interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// Row is a pointer to one of this package's structs.
type Row interface {
	// table is the name of the table.
	table() string
	// fill gives the fields that were not given a value, and inserts the rows that this one
	// refers to.
	fill(m *maker) error
	// id is where the identifier is kept.
	id() *int64
}

// All returns an empty row of every factory, in alphabetical order.
func All() []Row {
	return []Row{
		&AccessCode{},
		&CustomForm{},
		&CustomFormTranslate{},
		&CustomPlaceholder{},
		&CustomSysRole{},
		&DiscountCode{},
		&EmailNotification{},
		&EventBasic{},
		&EventInvoice{},
		&EventRolePermission{},
		&EventSubTopic{},
		&EventTopic{},
		&EventType{},
		&LaboratorySession{},
		&LaboratoryUser{},
		&Microlocation{},
		&Notification{},
		&PanelPermission{},
		&Role{},
		&RoleInvite{},
		&RolesPanels{},
		&Service{},
		&Session{},
		&SessionType{},
		&SessionsSpeakersLink{},
		&Setting{},
		&Speaker{},
		&SpeakersCall{},
		&SpeakersSessions{},
		&Sponsor{},
		&Task{},
		&TaskResult{},
		&TaskResultPart{},
		&Track{},
		&User{},
		&UserPermission{},
		&UserTokenBlacklistTime{},
		&UsersEventsRoles{},
	}
}

// Insert fills the rows and inserts them in order, each after the rows it refers to: one round trip
// a row. What was filled in, and the identifiers, are set on the structs.
//
// A row whose ID is given is inserted under it, and the sequence of its table does not move.
func Insert(ctx context.Context, db DB, faker *gofakeit.Faker, rows ...Row) error {
	if db == nil || faker == nil {
		return errors.New("insert rows: a database and a faker are needed, and the run has none")
	}
	m := &maker{ctx: ctx, db: db, faker: faker}
	for _, r := range rows {
		if err := m.insert(r); err != nil {
			return err
		}
	}
	return nil
}

// maker inserts the rows of one call of Insert.
type maker struct {
	ctx   context.Context
	db    DB
	faker *gofakeit.Faker
}

func (m *maker) insert(r Row) error {
	if err := r.fill(m); err != nil {
		return fmt.Errorf("%w (for a row of %s)", err, r.table())
	}
	cs := columns(r)
	sql, args := insertion(r.table(), cs)
	dest := destinations(cs)
	if err := m.db.QueryRow(m.ctx, sql, args...).Scan(dest...); err != nil {
		return fmt.Errorf("insert into %s: %w", r.table(), err)
	}
	inUTC(dest)
	return nil
}

// pointer is a Row that is a pointer to T.
type pointer[T any] interface {
	*T
	Row
}

// parent sees to it that a row is referred to: the one given by its identifier, or else the given
// row, or else a fresh one.
func parent[T any, R pointer[T]](m *maker, id *int64, given *R) error {
	if *id == 0 && *given == nil {
		*given = new(T)
	}
	return optional(m, id, given)
}

// optional is parent for a reference that may be null: it refers to nothing when nothing is given. A
// given row that has an identifier already is there already.
func optional[T any, R pointer[T]](m *maker, id *int64, given *R) error {
	if *id != 0 || *given == nil {
		return nil
	}
	if at := (*given).id(); *at == 0 {
		if err := m.insert(*given); err != nil {
			return err
		}
	}
	*id = *(*given).id()
	return nil
}
