package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// rows are the rows of a query, all in memory. They behave as those of a connection: an error that
// came after some rows shows after those rows.
type rows struct {
	c      *nested
	fields []pgconn.FieldDescription
	values [][][]byte
	tag    pgconn.CommandTag
	late   error // shows when the rows are closed

	next   int // index of the row that Next goes to
	closed bool
	err    error
}

func failedRows(c *nested, err error) *rows { return &rows{c: c, closed: true, err: err} }

// readRows reads everything that a query returns. early is what Query itself returned.
func readRows(ctx context.Context, c *nested, from pgx.Rows, early error) *rows {
	if early != nil {
		from.Close()
		return failedRows(c, canceled(ctx, early))
	}
	r := &rows{c: c}
	for from.Next() {
		if r.fields == nil {
			r.fields = slices.Clone(from.FieldDescriptions())
		}
		r.values = append(r.values, cloneRow(from.RawValues()))
	}
	if r.fields == nil && from.Err() == nil {
		r.fields = slices.Clone(from.FieldDescriptions())
	}
	r.tag, r.late = from.CommandTag(), canceled(ctx, from.Err())
	return r
}

// cloneRow copies the values of a row out of the connection's buffer, in one piece.
func cloneRow(raw [][]byte) [][]byte {
	size := 0
	for _, v := range raw {
		size += len(v)
	}
	buffer := make([]byte, 0, size)
	row := make([][]byte, len(raw))
	for i, v := range raw {
		if v == nil {
			continue
		}
		buffer = append(buffer, v...)
		row[i] = buffer[len(buffer)-len(v) : len(buffer) : len(buffer)]
	}
	return row
}

func (r *rows) Close() {
	if r.closed {
		return
	}
	r.closed = true
	if r.err == nil {
		r.err = r.late
	}
}

func (r *rows) fatal(err error) error {
	if r.err == nil {
		r.err = err
	}
	r.closed = true
	return err
}

func (r *rows) Err() error                                   { return r.err }
func (r *rows) CommandTag() pgconn.CommandTag                { return r.tag }
func (r *rows) FieldDescriptions() []pgconn.FieldDescription { return r.fields }
func (r *rows) Conn() *pgx.Conn                              { return r.c.conn }
func (r *rows) TypeMap() *pgtype.Map                         { return r.c.mode.types }

func (r *rows) Next() bool {
	if r.closed {
		return false
	}
	if r.next == len(r.values) {
		r.Close()
		return false
	}
	r.next++
	return true
}

func (r *rows) RawValues() [][]byte {
	if r.closed || r.next == 0 {
		return nil
	}
	return r.values[r.next-1]
}

func (r *rows) Scan(dest ...any) error {
	if len(dest) == 1 {
		if scanner, ok := dest[0].(pgx.RowScanner); ok {
			if err := scanner.ScanRow(r); err != nil {
				return r.fatal(err)
			}
			return nil
		}
	}
	if r.closed || r.next == 0 {
		return r.fatal(errors.New("scan without a row: call Next first"))
	}
	r.c.mode.scanning.Lock()
	defer r.c.mode.scanning.Unlock()
	if err := pgx.ScanRow(r.TypeMap(), r.fields, r.RawValues(), dest...); err != nil {
		return r.fatal(err)
	}
	return nil
}

func (r *rows) Values() ([]any, error) {
	if r.closed || r.next == 0 {
		return nil, errors.New("rows is closed")
	}
	r.c.mode.scanning.Lock()
	defer r.c.mode.scanning.Unlock()
	raw := r.RawValues()
	values := make([]any, len(raw))
	for i, v := range raw {
		var err error
		if values[i], err = decode(r.TypeMap(), r.fields[i], v); err != nil {
			return nil, r.fatal(fmt.Errorf("decode %s: %w", r.fields[i].Name, err))
		}
	}
	return values, nil
}

func decode(m *pgtype.Map, f pgconn.FieldDescription, raw []byte) (any, error) {
	if raw == nil {
		return nil, nil
	}
	if t, ok := m.TypeForOID(f.DataTypeOID); ok {
		return t.Codec.DecodeValue(m, f.DataTypeOID, f.Format, raw)
	}
	if f.Format == pgx.TextFormatCode {
		return string(raw), nil
	}
	return slices.Clone(raw), nil
}

// row is the first of the rows.
type row struct{ *rows }

func (r row) Scan(dest ...any) error {
	if r.Err() != nil {
		return r.Err()
	}
	for _, d := range dest {
		if _, ok := d.(*pgtype.DriverBytes); ok {
			r.Close()
			return errors.New("cannot scan into *pgtype.DriverBytes from QueryRow")
		}
	}
	if !r.Next() {
		if r.Err() == nil {
			return pgx.ErrNoRows
		}
		return r.Err()
	}
	_ = r.rows.Scan(dest...)
	r.Close()
	return r.Err()
}
