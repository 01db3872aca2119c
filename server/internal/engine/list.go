package engine

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// narrowing is a further condition on the rows of a list, with this alias.
type narrowing func(b *statement, alias string) policy.Predicate

// list answers with the objects that the caller may see, of those that the narrowing and the query
// want: one statement counts them, one reads a page, and both go to the database together.
func (s *session) list(r *resource, narrow narrowing) (*Response, error) {
	if err := s.require(r, r.Policy.List); err != nil {
		return nil, err
	}
	nodes, err := includes(r, s.query.Include)
	if err != nil {
		return nil, err
	}
	b := &statement{}
	alias := b.alias()
	open := policy.And(s.alive(b, r, alias, s.query.Trashed), s.grant(b, r, alias, r.Policy.List))
	narrowed := policy.Always
	if narrow != nil {
		narrowed = narrow(b, alias)
	}
	filter, err := s.filter(b, r, alias, s.query.Filter)
	if err != nil {
		return nil, err
	}
	from := " FROM " + r.Table + " " + alias + " WHERE " + string(policy.And(narrowed, b.guarded(open, filter)))

	sel := s.selection(r)
	rd := s.reader(b, sel, alias)
	order, err := s.order(b, r, alias)
	if err != nil {
		return nil, err
	}
	sql := "SELECT " + rd.list() + from + " ORDER BY " + order + page(b, s.query.Page)

	batch := &pgx.Batch{}
	for _, one := range []string{"SELECT count(*)" + from, sql} {
		bound, args := b.bind(one)
		batch.Queue(bound, args...)
	}
	count, objects, err := s.readPage(batch, rd)
	if err != nil {
		return nil, err
	}
	included, err := s.include(r, objects, nodes)
	if err != nil {
		return nil, err
	}
	return &Response{Status: http.StatusOK, Document: &jsonapi.Document{
		Data: objects, Included: included,
		Links: s.query.Links(s.HTTP.URL.EscapedPath(), count),
		Meta:  []jsonapi.Member{{Name: "count", Value: count}},
	}}, nil
}

func page(b *statement, p jsonapi.Page) string {
	if p.Size == 0 {
		return ""
	}
	return fmt.Sprintf(" LIMIT %s::bigint OFFSET %s::bigint",
		b.arg(int64(p.Size)), b.arg(int64(p.Number-1)*int64(p.Size)))
}

func (s *session) readPage(batch *pgx.Batch, rd *reader) (count int, objects []*jsonapi.Object, err error) {
	results := s.DB.SendBatch(s.ctx(), batch)
	defer func() {
		if closed := results.Close(); err == nil {
			err = closed
		}
	}()
	if err := results.QueryRow().Scan(&count); err != nil {
		return 0, nil, fmt.Errorf("count %s: %w", rd.Table, err)
	}
	rows, err := results.Query()
	if err != nil {
		return 0, nil, fmt.Errorf("list %s: %w", rd.Table, err)
	}
	objects, err = rd.objects(rows)
	return count, objects, err
}

// named is the narrowing of a View.
func (s *session) named(v View) narrowing {
	return func(b *statement, alias string) policy.Predicate {
		now := "{now}"
		where := strings.ReplaceAll(v.Where, "{row}", alias)
		if strings.Contains(where, now) {
			where = strings.ReplaceAll(where, now, b.arg(s.Now)+"::timestamptz")
		}
		return policy.Predicate("(" + where + ")")
	}
}
