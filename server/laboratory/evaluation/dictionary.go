package evaluation

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// Dictionary holds the functions that may be called. It is safe for use by several goroutines if the
// functions are.
type Dictionary struct {
	functions map[string]*Function
}

// Function is one of them.
type Function struct {
	// Name is that in function strings, such as get_voltage.
	Name string `json:"name"`
	// Parameters are what it takes, in order.
	Parameters []Parameter `json:"parameters"`
	// Doc says what it does, in a sentence or two.
	Doc string `json:"doc"`

	method reflect.Value
}

// Parameter is one argument of a function.
type Parameter struct {
	// Name is for people: arguments have no names in function strings.
	Name string `json:"name"`
	// Kind is text, whole number, number or boolean.
	Kind string `json:"kind"`
}

// Signature is how the function is called, such as get_voltage(channel).
func (f *Function) Signature() string {
	names := make([]string, len(f.Parameters))
	for i, p := range f.Parameters {
		names[i] = p.Name
	}
	return f.Name + "(" + strings.Join(names, ", ") + ")"
}

// kinds are the types that a parameter may have.
var kinds = map[reflect.Kind]string{
	reflect.String: "text", reflect.Int: "whole number", reflect.Float64: "number", reflect.Bool: "boolean",
}

var errorType = reflect.TypeFor[error]()

// NewDictionary gathers the exported methods of an instrument, but for those of the names in without. A method
// that takes or returns what function strings cannot have is an error: it must be left out by name.
func NewDictionary(instrument any, without []string, docs Docs) (*Dictionary, error) {
	d := &Dictionary{functions: map[string]*Function{}}
	v := reflect.ValueOf(instrument)
	for i := range v.NumMethod() {
		name := v.Type().Method(i).Name
		if slices.Contains(without, name) {
			continue
		}
		f, err := newFunction(name, v.Method(i), docs[name])
		if err != nil {
			return nil, err
		}
		d.functions[f.Name] = f
	}
	for _, name := range without {
		if _, ok := v.Type().MethodByName(name); !ok {
			return nil, fmt.Errorf("%s has no method %s to leave out", v.Type(), name)
		}
	}
	return d, nil
}

func newFunction(name string, method reflect.Value, doc documented) (*Function, error) {
	t := method.Type()
	f := &Function{Name: snake(name), Doc: doc.text, method: method}
	for i := range t.NumIn() {
		kind, ok := kinds[t.In(i).Kind()]
		if !ok || t.IsVariadic() {
			return nil, fmt.Errorf("method %s takes a %s, which no function string has", name, t.In(i))
		}
		p := Parameter{Name: fmt.Sprintf("p%d", i+1), Kind: kind}
		if i < len(doc.parameters) {
			p.Name = doc.parameters[i]
		}
		f.Parameters = append(f.Parameters, p)
	}
	if n := t.NumOut(); n > 2 || n > 0 && t.Out(n-1) != errorType {
		return nil, fmt.Errorf("method %s must return an error, or a value and an error", name)
	}
	return f, nil
}

// snake is a name of Go in snake case: GetVoltage is get_voltage.
func snake(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// Functions are all functions, in alphabetical order.
func (d *Dictionary) Functions() []*Function {
	all := make([]*Function, 0, len(d.functions))
	for _, f := range d.functions {
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b *Function) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// call runs a function on arguments as expr has them. What comes of a method without a value is nil. A panic
// is an error.
func (f *Function) call(ctx context.Context, arguments []any) (value any, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(arguments) != len(f.Parameters) {
		return nil, fmt.Errorf("%s takes %s, and got %d", f.Signature(), count(len(f.Parameters), "argument"), len(arguments))
	}
	in := make([]reflect.Value, len(arguments))
	for i, a := range arguments {
		converted, ok := convert(a, f.method.Type().In(i))
		if !ok {
			return nil, fmt.Errorf("%s of %s must be a %s, and is %s", f.Parameters[i].Name, f.Name, f.Parameters[i].Kind, described(a))
		}
		in[i] = converted
	}
	defer func() {
		if problem := recover(); problem != nil {
			value, err = nil, &PanicError{Function: f.Name, Value: problem}
		}
	}()
	out := f.method.Call(in)
	if len(out) == 0 {
		return nil, nil
	}
	if failed, ok := out[len(out)-1].Interface().(error); ok {
		return nil, failed
	}
	if len(out) == 1 {
		return nil, nil
	}
	return out[0].Interface(), nil
}

// PanicError is about a function that panicked: a fault of the instrument, not of the function string.
type PanicError struct {
	Function string
	Value    any
}

// Error leaves out what the panic said, which is for the log.
func (e *PanicError) Error() string { return e.Function + " broke down" }

// convert makes an argument what a parameter takes. A whole number is a number too, and a number without a
// fraction a whole one.
func convert(a any, t reflect.Type) (reflect.Value, bool) {
	switch a := a.(type) {
	case string, bool:
		v := reflect.ValueOf(a)
		return v, v.Kind() == t.Kind()
	case int:
		return number(float64(a), t)
	case float64:
		return number(a, t)
	}
	return reflect.Value{}, false
}

// exact is the greatest whole number up to which a float64 has each.
const exact = 1 << 53

func number(n float64, t reflect.Type) (reflect.Value, bool) {
	switch t.Kind() {
	case reflect.Float64:
		return reflect.ValueOf(n), true
	case reflect.Int:
		whole := n == float64(int64(n)) && n >= -exact && n <= exact
		return reflect.ValueOf(int(n)), whole
	default:
		return reflect.Value{}, false
	}
}

// described says what an argument is, in the words of Parameter.Kind.
func described(a any) string {
	switch a := a.(type) {
	case string:
		return fmt.Sprintf("the text %q", a)
	case int, float64, bool:
		return fmt.Sprint(a)
	case nil:
		return "nothing"
	default:
		return "a list"
	}
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// errEmpty is about a function string without any function.
var errEmpty = errors.New("there is no function to call: write one such as get_voltage('CH1')")
