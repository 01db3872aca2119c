package engine

import (
	"encoding/binary"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
)

// objects are the document forms of the rows of a statement. A list has thousands of values, so they
// are written as JSON as they come from the database; that saves half of the time that a list takes.
func (rd *reader) objects(rows pgx.Rows) ([]*jsonapi.Object, error) {
	objects := []*jsonapi.Object{}
	writers := rd.writers(rows.FieldDescriptions())
	if writers == nil {
		err := collect(rows, func(values []any) { objects = append(objects, rd.object(rd.read(values))) })
		return objects, err
	}
	defer rows.Close()
	var text []byte
	for rows.Next() {
		if len(objects) == 1 { // the others are about as long as the first
			text = slices.Grow(text, 19*len(text)*9/8)
		}
		before := len(text)
		raw := rows.RawValues()
		r := &row{id: rawInteger(raw[0]), shown: rd.rawShown(raw)}
		text = rd.write(text, r, raw, writers)
		id := strconv.FormatInt(r.id, 10)
		objects = append(objects, &jsonapi.Object{
			Identifier: jsonapi.Identifier{Type: rd.Type, ID: id}, Self: rd.path(id),
			Written: text[before:len(text):len(text)], Relationships: rd.links(r),
		})
	}
	return objects, rows.Err()
}

// write writes the attributes of a row that may be seen, or nothing when there are none.
func (rd *reader) write(b []byte, r *row, raw [][]byte, writers []writer) []byte {
	before := len(b)
	for i, a := range rd.attributes {
		if !r.shows(a.rule) {
			continue
		}
		separator := byte(',')
		if len(b) == before {
			separator = '{'
		}
		b = append(append(b, separator), a.name...)
		if value := raw[1+i]; value != nil {
			b = writers[i](b, value)
		} else {
			b = append(b, "null"...)
		}
	}
	if len(b) == before {
		return b
	}
	return append(b, '}')
}

// rawShown is row.shown of a row as it came.
func (rd *reader) rawShown(raw [][]byte) []bool {
	shown := rd.always
	for i, at := range rd.flags {
		if at > 0 {
			shown = slices.Clone(shown)
			shown[i] = len(raw[at]) == 1 && raw[at][0] != 0
		}
	}
	return shown
}

// writer writes a value of one type of the database, in its binary form, as JSON.
type writer func(b, raw []byte) []byte

// writers are those of the attributes, nil when a column has another type than those below.
func (rd *reader) writers(fields []pgconn.FieldDescription) []writer {
	for _, f := range fields {
		if f.Format != pgtype.BinaryFormatCode && f.DataTypeOID != pgtype.TextOID && f.DataTypeOID != pgtype.VarcharOID {
			return nil
		}
	}
	writers := make([]writer, len(rd.attributes))
	for i, a := range rd.attributes {
		w := writerOf(fields[1+i].DataTypeOID)
		if a.Kind == JSON {
			w = writeJSON
		}
		if w == nil {
			return nil
		}
		writers[i] = w
	}
	return writers
}

func writerOf(oid uint32) writer {
	switch oid {
	case pgtype.TextOID, pgtype.VarcharOID:
		return jsonapi.AppendString[[]byte]
	case pgtype.BoolOID:
		return func(b, raw []byte) []byte { return strconv.AppendBool(b, raw[0] != 0) }
	case pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID:
		return func(b, raw []byte) []byte { return strconv.AppendInt(b, rawInteger(raw), 10) }
	case pgtype.Float8OID:
		return func(b, raw []byte) []byte {
			return jsonapi.AppendFloat(b, math.Float64frombits(binary.BigEndian.Uint64(raw)))
		}
	case pgtype.TimestamptzOID:
		return writeTime
	}
	return nil
}

// rawInteger is a whole number of any size.
func rawInteger(raw []byte) int64 {
	switch len(raw) {
	case 2:
		return int64(int16(binary.BigEndian.Uint16(raw))) //nolint:gosec // the sign is in the highest bit
	case 4:
		return int64(int32(binary.BigEndian.Uint32(raw))) //nolint:gosec // as above
	}
	return int64(binary.BigEndian.Uint64(raw)) //nolint:gosec // as above
}

// epoch is the time from which Postgres counts microseconds.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func writeTime(b, raw []byte) []byte {
	switch micros := rawInteger(raw); micros {
	case math.MaxInt64:
		return jsonapi.AppendValue(b, pgtype.Infinity)
	case math.MinInt64:
		return jsonapi.AppendValue(b, pgtype.NegativeInfinity)
	default:
		return jsonapi.AppendTime(b, time.Unix(epoch.Unix()+micros/1e6, micros%1e6*1e3))
	}
}

// writeJSON keeps the text of JSON as it is.
func writeJSON(b, raw []byte) []byte { return append(b, raw...) }
