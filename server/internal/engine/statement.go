package engine

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// statement gathers the arguments of a statement, and gives aliases to its tables.
type statement struct {
	args    []any
	aliases int
	// laborious says that some condition on values does more than compare them.
	laborious bool
}

// arg takes an argument and returns its placeholder. Its type is written behind it in every case,
// so that the database never guesses it.
func (b *statement) arg(v any) string {
	b.args = append(b.args, v)
	return "$" + strconv.Itoa(len(b.args))
}

func (b *statement) alias() string {
	b.aliases++
	return "t" + strconv.Itoa(b.aliases)
}

// bind is the statement with the arguments that it really has: a condition that came out as false
// has taken others with it, and Postgres refuses arguments that stand nowhere. Nothing but
// placeholders has a dollar sign.
func (b *statement) bind(sql string) (string, []any) {
	var out strings.Builder
	var args []any
	places := make([]int, len(b.args)+1)
	for {
		before, after, found := strings.Cut(sql, "$")
		out.WriteString(before)
		if !found {
			return out.String(), args
		}
		end := strings.IndexFunc(after, func(c rune) bool { return c < '0' || c > '9' })
		if end < 0 {
			end = len(after)
		}
		n, _ := strconv.Atoi(after[:end])
		if places[n] == 0 {
			args = append(args, b.args[n-1])
			places[n] = len(args)
		}
		out.WriteString("$" + strconv.Itoa(places[n]))
		sql = after[end:]
	}
}

// each runs a reading statement and visits its rows. doing says what for, in errors.
func (b *statement) each(ctx context.Context, db DB, doing, sql string, visit func(values []any)) error {
	sql, args := b.bind(sql)
	rows, err := db.Query(ctx, sql, args...)
	if err == nil {
		err = collect(rows, visit)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

// holds runs a statement whose one value is a condition.
func (b *statement) holds(ctx context.Context, db DB, doing, sql string) (bool, error) {
	held := false
	err := b.each(ctx, db, doing, sql, func(values []any) { held, _ = values[0].(bool) })
	return held, err
}

// exec runs a writing statement and counts the rows it wrote.
func (b *statement) exec(ctx context.Context, db DB, doing, sql string) (int64, error) {
	sql, args := b.bind(sql)
	tag, err := db.Exec(ctx, sql, args...)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", doing, err)
	}
	return tag.RowsAffected(), nil
}

// collect runs through all rows of a result.
func collect(rows pgx.Rows, visit func(values []any)) error {
	defer rows.Close()
	for rows.Next() {
		values, err := rows.Values()
		if err != nil {
			return err
		}
		visit(values)
	}
	return rows.Err()
}
