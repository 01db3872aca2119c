package evaluation

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
)

// What one function string may cost.
const (
	// MaxLength is how many bytes it may have.
	MaxLength = 500
	// MaxCalls is how many functions it may call.
	MaxCalls = 8
	// MaxDepth is how deep calls, lists and operations may be nested.
	MaxDepth = 8
	// MaxValues is how many numbers, texts and the like all its calls together may return.
	MaxValues = 50_000
	// maxNodes bounds the tree that the parser makes before it is looked at.
	maxNodes = 200
)

// RefusedError is about a function string that is not carried out.
type RefusedError struct {
	// Reason says what is wrong, and what to write.
	Reason string
	// Column is where, in bytes from 1; 0 where it is the whole.
	Column int
}

// Error is the reason with its place.
func (e *RefusedError) Error() string {
	if e.Column == 0 {
		return e.Reason
	}
	return fmt.Sprintf("column %d: %s", e.Column, e.Reason)
}

// Evaluate carries out a function string. The error is a RefusedError where nothing was run, the context's where
// time ran out, a PanicError, or that of a function. Calls that were made before an error stay made. Time is looked
// at before each call; how long a call takes is up to the function.
func (d *Dictionary) Evaluate(ctx context.Context, text string) (any, error) {
	if err := plain(text); err != nil {
		return nil, err
	}
	if err := d.allow(text); err != nil {
		return nil, err
	}
	options := []expr.Option{
		expr.Env(map[string]any{}), expr.DisableAllBuiltins(), expr.Optimize(false), expr.MaxNodes(maxNodes), expr.Patch(floats{}),
	}
	left := MaxValues
	for name, f := range d.functions {
		options = append(options, expr.Function(name, func(arguments ...any) (any, error) {
			value, err := f.call(ctx, arguments)
			if left -= size(value); left < 0 {
				return nil, fmt.Errorf("this returns more than %d values: take fewer samples", MaxValues)
			}
			return value, err
		}))
	}
	program, err := expr.Compile(text, options...)
	if err != nil {
		return nil, refusal(err)
	}
	value, err := expr.Run(program, map[string]any{})
	if err != nil {
		return nil, cause(err)
	}
	if err := finite(value); err != nil {
		return nil, err
	}
	return value, nil
}

// floats makes all numbers those of JSON: whole ones of Go begin anew where they end, without a word.
type floats struct{}

// Visit replaces a whole number.
func (floats) Visit(node *ast.Node) {
	if n, ok := (*node).(*ast.IntegerNode); ok {
		ast.Patch(node, &ast.FloatNode{Value: float64(n.Value)})
	}
}

// size is how many values a result holds.
func size(value any) int {
	v := reflect.ValueOf(value)
	switch v.Kind() {
	case reflect.Map:
		return v.Len()
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.Slice {
			return v.Len()
		}
		n := 0
		for i := range v.Len() { // lists of lists, such as captures
			n += v.Index(i).Len()
		}
		return n
	default:
		return 1
	}
}

// plain refuses what the parser shall not even see.
func plain(text string) error {
	if len(text) > MaxLength {
		return &RefusedError{Reason: fmt.Sprintf("the function string has %d bytes: %d are allowed", len(text), MaxLength)}
	}
	if strings.TrimSpace(text) == "" {
		return &RefusedError{Reason: errEmpty.Error()}
	}
	for i, r := range text {
		switch {
		case strings.ContainsRune("‘’‚‛“”„‟`´", r):
			return &RefusedError{Reason: fmt.Sprintf("%q is no quotation mark of function strings: use ' or \"", r), Column: i + 1}
		case r >= utf8.RuneSelf || r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7f:
			return &RefusedError{Reason: fmt.Sprintf("the character %q is not allowed: only those of ASCII are", r), Column: i + 1}
		}
	}
	return nil
}

// allow walks through the tree of a function string and refuses all that is not in the dictionary.
func (d *Dictionary) allow(text string) error {
	tree, err := parser.Parse(text)
	if err != nil {
		return refusal(err)
	}
	w := walk{dictionary: d}
	w.node(tree.Node, 1)
	if w.refused == nil && w.calls == 0 {
		w.refused = &RefusedError{Reason: errEmpty.Error()}
	}
	if w.refused != nil {
		return w.refused
	}
	return nil
}

// walk is the way through one tree.
type walk struct {
	dictionary *Dictionary
	calls      int
	refused    *RefusedError
}

func (w *walk) refuse(n ast.Node, format string, parts ...any) {
	if w.refused == nil {
		w.refused = &RefusedError{Reason: fmt.Sprintf(format, parts...), Column: n.Location().From + 1}
	}
}

func (w *walk) node(n ast.Node, depth int) {
	if w.refused != nil {
		return
	}
	if depth > MaxDepth {
		w.refuse(n, "this is nested more than %d deep", MaxDepth)
		return
	}
	switch n := n.(type) {
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.StringNode:
	case *ast.UnaryNode:
		if n.Operator != "-" && n.Operator != "+" {
			w.refuse(n, "the operator %s is not allowed: calls, values, lists and + - * / are", n.Operator)
			return
		}
		w.node(n.Node, depth+1)
	case *ast.BinaryNode:
		w.binary(n, depth)
	case *ast.ArrayNode:
		for _, element := range n.Nodes {
			w.node(element, depth+1)
		}
	case *ast.CallNode:
		w.call(n, depth)
	case *ast.IdentifierNode:
		w.identifier(n)
	default:
		w.refuse(n, "this is not allowed: calls, values, lists and + - * / are")
	}
}

// binary allows arithmetic. A text on either side would be joined to another.
func (w *walk) binary(n *ast.BinaryNode, depth int) {
	if !strings.Contains("+-*/", n.Operator) {
		w.refuse(n, "the operator %s is not allowed: calls, values, lists and + - * / are", n.Operator)
		return
	}
	for _, side := range []ast.Node{n.Left, n.Right} {
		if _, text := side.(*ast.StringNode); text {
			w.refuse(side, "texts cannot be reckoned with")
		}
		w.node(side, depth+1)
	}
}

func (w *walk) call(n *ast.CallNode, depth int) {
	name, ok := n.Callee.(*ast.IdentifierNode)
	if !ok {
		w.refuse(n, "only functions of the dictionary can be called, by their names")
		return
	}
	if w.dictionary.functions[name.Value] == nil {
		w.refuse(name, "there is no function %s: %s", name.Value, w.dictionary.suggest(name.Value))
		return
	}
	if w.calls++; w.calls > MaxCalls {
		w.refuse(n, "this calls more than %d functions", MaxCalls)
		return
	}
	for _, argument := range n.Arguments {
		w.node(argument, depth+1)
	}
}

func (w *walk) identifier(n *ast.IdentifierNode) {
	if f := w.dictionary.functions[n.Value]; f != nil {
		w.refuse(n, "%s is a function: call it as %s", n.Value, f.Signature())
		return
	}
	w.refuse(n, "there is no name %s: texts stand in quotation marks, such as 'CH1'", n.Value)
}

// refusal is an error of the parser or the compiler, without the excerpt that it adds.
func refusal(err error) error {
	var at *file.Error
	if errors.As(err, &at) {
		return &RefusedError{Reason: inWords(at.Message), Column: at.From + 1}
	}
	return &RefusedError{Reason: err.Error()}
}

// inWords is a message of the language without types and functions of Go.
func inWords(message string) string {
	switch {
	case strings.HasPrefix(message, "invalid operation"):
		return "+ - * / are for numbers alone"
	case strings.HasSuffix(message, "value out of range"):
		return "this number is too large"
	case strings.HasPrefix(message, "unexpected token EOF"):
		return "the function string ends too early"
	}
	if token, ok := strings.CutPrefix(message, "unexpected token "); ok { // such as Bracket("(")
		_, token, _ = strings.Cut(token, "(")
		return strings.TrimSuffix(token, ")") + " does not belong here"
	}
	return message
}

// cause is what a function said, without what the machine adds on the way.
func cause(err error) error {
	var at *file.Error
	if !errors.As(err, &at) {
		return err
	}
	if inner := at.Unwrap(); inner != nil {
		return inner
	}
	return errors.New(inWords(at.Message))
}

// finite refuses numbers that JSON does not have.
func finite(value any) error {
	switch v := value.(type) {
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("the result is %v: was something divided by zero?", v)
		}
	case []any:
		for _, element := range v {
			if err := finite(element); err != nil {
				return err
			}
		}
	}
	return nil
}
