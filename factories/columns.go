package factories

import (
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgtype/zeronull"
)

// column is one column of a row: a field with a db tag.
type column struct {
	name  string
	field reflect.Value
}

func columns(r Row) []column {
	v := reflect.ValueOf(r).Elem()
	cs := make([]column, 0, v.NumField())
	for i := range v.NumField() {
		if name, ok := v.Type().Field(i).Tag.Lookup("db"); ok {
			cs = append(cs, column{name, v.Field(i)})
		}
	}
	return cs
}

// insertion returns the statement that inserts a row and returns all of it, and the parameters.
// Columns without a value are left to the database's defaults.
func insertion(table string, cs []column) (sql string, args []any) {
	names, marks, all := make([]string, 0, len(cs)), make([]string, 0, len(cs)), make([]string, 0, len(cs))
	args = make([]any, 0, len(cs))
	for _, c := range cs {
		all = append(all, `"`+c.name+`"`) // "order" is a word of SQL
		if !c.field.IsZero() {
			args = append(args, c.field.Interface())
			names = append(names, `"`+c.name+`"`)
			marks = append(marks, "$"+strconv.Itoa(len(args)))
		}
	}
	values := "DEFAULT VALUES"
	if len(args) > 0 {
		values = "(" + strings.Join(names, ", ") + ") VALUES (" + strings.Join(marks, ", ") + ")"
	}
	return "INSERT INTO " + table + " " + values + " RETURNING " + strings.Join(all, ", "), args
}

// destinations returns what the columns are scanned into: the fields. A plain field of a column that
// may be null is its zero value when it is.
func destinations(cs []column) []any {
	dest := make([]any, len(cs))
	for i, c := range cs {
		switch p := c.field.Addr().Interface().(type) {
		case *string:
			dest[i] = (*zeronull.Text)(p)
		case *int64:
			dest[i] = (*zeronull.Int8)(p)
		default:
			dest[i] = p
		}
	}
	return dest
}

// inUTC moves the times among the destinations to UTC: the driver gives them in the zone of the
// machine.
func inUTC(dest []any) {
	for _, d := range dest {
		switch t := d.(type) {
		case *time.Time:
			*t = t.UTC()
		case **time.Time:
			if *t != nil {
				utc := (*t).UTC()
				*t = &utc
			}
		}
	}
}
