package source

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/bailiff-dev/bailiff/harness/internal/description"
)

// Resolver follows the references of one description, within it and to other files. It is safe for
// parallel use.
type Resolver struct {
	root   *Node
	limits Limits

	mu    sync.Mutex
	files map[string]*Node // by path under the root of the description
	docs  []*description.Document
	size  int
	known map[reference]*Node
	keys  map[*Node]*Node // of what references lead to
}

// reference is what a $ref says, and the file that it is in.
type reference struct {
	from *file
	ref  string
}

// Open reads the text of a document. An error is an *Error.
func Open(doc *description.Document, limits Limits) (*Resolver, error) {
	limits = limits.orDefault()
	f := &file{name: doc.Filename, path: doc.Path(), text: doc.Text, doc: doc}
	root, err := parse(f, limits)
	if err != nil {
		return nil, err
	}
	return &Resolver{
		root: root, limits: limits, files: map[string]*Node{f.path: root},
		docs: []*description.Document{doc}, size: len(doc.Text), known: map[reference]*Node{}, keys: map[*Node]*Node{},
	}, nil
}

// Root returns the value that the document is.
func (r *Resolver) Root() *Node { return r.root }

// Documents returns the document and the files that were read because of references so far.
func (r *Resolver) Documents() []*description.Document {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]*description.Document(nil), r.docs...)
}

// Ref returns the reference that a node is; false when it is none. What stands beside $ref is for
// the caller to judge.
func Ref(n *Node) (string, bool) {
	ref := n.Get("$ref")
	return ref.Text(), ref.Is(String)
}

// Deref follows references until a node is none; a node that is none is returned as it is. A chain
// of references that comes back to itself is an error. A node that contains a reference to itself is
// not: whoever walks into it has to remember the nodes that it is in.
func (r *Resolver) Deref(n *Node) (*Node, error) {
	var seen map[*Node]bool
	for {
		if _, ok := Ref(n); !ok {
			return n, nil
		}
		next, err := r.Follow(n)
		if err != nil {
			return nil, err
		}
		if seen == nil {
			seen = map[*Node]bool{}
		}
		if seen[n] = true; seen[next] {
			return nil, refError(n, circular, nil)
		}
		n = next
	}
}

const circular = "leads back to itself, so that it means nothing"

// Follow follows one reference; a node that is none is returned as it is. A reference to itself is an
// error, so that what is returned is another node wherever there is a reference.
func (r *Resolver) Follow(n *Node) (*Node, error) {
	ref, ok := Ref(n)
	if !ok {
		return n, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	target, err := r.follow(n, ref, 0)
	if err == nil && target == n {
		return nil, refError(n, circular, nil)
	}
	return target, err
}

// KeyOf returns the key of a value that a reference has led to, or through; nil when it has none.
func (r *Resolver) KeyOf(n *Node) *Node {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.keys[n]
}

// longChain is how many references one pointer may go through on its way.
const longChain = 32

func (r *Resolver) follow(n *Node, ref string, depth int) (*Node, error) {
	key := reference{n.file, ref}
	if target, ok := r.known[key]; ok {
		return target, nil
	}
	name, fragment, _ := strings.Cut(ref, "#")
	target, err := r.open(n, name)
	if err != nil {
		return nil, err
	}
	fragment, err = url.PathUnescape(fragment)
	if err != nil {
		return nil, refError(n, "has a % that no two hexadecimal digits follow; write it as %25", nil)
	}
	if fragment != "" && fragment[0] != '/' {
		target = anchor(target, fragment)
		if target == nil {
			return nil, refError(n, `leads nowhere: there is no such "$anchor"; a pointer within a document begins with "#/"`, nil)
		}
	} else if target, err = r.walk(n, target, fragment, depth); err != nil {
		return nil, err
	}
	r.known[key] = target
	return target, nil
}

// walk follows a JSON Pointer (RFC 6901). A value on the way that is itself a reference is followed
// when it lacks the next step.
func (r *Resolver) walk(n, at *Node, pointer string, depth int) (*Node, error) {
	if pointer == "" {
		return at, nil
	}
	for _, step := range strings.Split(pointer[1:], "/") {
		step = strings.ReplaceAll(strings.ReplaceAll(step, "~1", "/"), "~0", "~")
		next := child(at, step)
		for next == nil {
			ref, ok := Ref(at)
			if !ok {
				return nil, refError(n, fmt.Sprintf("leads nowhere: there is no %q in %s", step, describe(at)), nil)
			}
			if depth++; depth > longChain {
				return nil, refError(n, "leads through too many other references", nil)
			}
			var err error
			if at, err = r.follow(at, ref, depth); err != nil {
				return nil, err
			}
			next = child(at, step)
		}
		if key := at.Key(step); key != nil {
			r.keys[next] = key
		}
		at = next
	}
	return at, nil
}

func child(n *Node, step string) *Node {
	if n.Is(List) {
		i, err := strconv.Atoi(step)
		if err != nil || i < 0 || i >= n.Len() || step != strconv.Itoa(i) {
			return nil
		}
		return n.entries[i].Value
	}
	return n.Get(step)
}

func describe(n *Node) string {
	at := n.At()
	return fmt.Sprintf("the %s at %s", n.Kind(), at)
}

// anchor finds the schema that gives itself a name by $anchor, or by $dynamicAnchor, as JSON Schema
// 2020-12 has it.
func anchor(n *Node, name string) *Node {
	for _, key := range []string{"$anchor", "$dynamicAnchor"} {
		if a := n.Get(key); a.Is(String) && a.text == name {
			return n
		}
	}
	for _, e := range n.entries {
		if found := anchor(e.Value, name); found != nil {
			return found
		}
	}
	return nil
}

var scheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)

// open returns the root of the file that a reference in a node names.
func (r *Resolver) open(n *Node, name string) (*Node, error) {
	from := r.root.file
	if n.file != nil {
		from = n.file
	}
	if name == "" {
		return r.files[from.path], nil
	}
	name, err := url.PathUnescape(name)
	switch {
	case scheme.MatchString(name), strings.HasPrefix(name, "//"):
		return nil, refError(n, "is a URL, and nothing is fetched because of a description; put a copy of it into the folder of the description and refer to that", nil)
	case err != nil:
		return nil, refError(n, "has a % that no two hexadecimal digits follow; write it as %25", nil)
	case strings.ContainsFunc(name, unicode.IsControl):
		return nil, refError(n, "names a file with characters that no name of a file here has", nil)
	case path.IsAbs(name):
		return nil, refError(n, "is an absolute path; write it relative to the file that it is in", nil)
	}
	p := path.Join(path.Dir(from.path), name)
	if root, ok := r.files[p]; ok {
		return root, nil
	}
	return r.read(n, p)
}

// read reads and parses another file.
func (r *Resolver) read(n *Node, p string) (*Node, error) {
	if len(r.docs) > r.limits.Files {
		return nil, refError(n, fmt.Sprintf("leads to one file more than the %d that are read; join some", r.limits.Files), nil)
	}
	doc, err := r.docs[0].Refer(p)
	if err != nil {
		var located *description.Error
		if errors.As(err, &located) && strings.HasPrefix(err.Error(), located.Error()) {
			return nil, &Error{At: located.At, Msg: located.Msg, Err: err}
		}
		return nil, refError(n, err.Error(), err)
	}
	if r.size += len(doc.Text); r.size > r.limits.Size {
		return nil, refError(n, fmt.Sprintf("makes all files together larger than %d bytes, which is the most that is read of a description", r.limits.Size), nil)
	}
	root, err := parse(&file{name: doc.Filename, path: p, text: doc.Text, doc: doc}, r.limits)
	if err != nil {
		return nil, err
	}
	r.docs = append(r.docs, doc)
	r.files[p] = root
	return root, nil
}

// refError is an error of the reference that a node is, at the place where it is written.
func refError(n *Node, msg string, cause error) *Error {
	ref := n.Get("$ref")
	e := &Error{At: ref.At(), Msg: fmt.Sprintf("$ref %q: %s", ref.Text(), msg), Err: cause}
	if ref.file != nil {
		e.Excerpt = excerpt(ref.file.text, int(ref.line), int(ref.column))
	}
	return e
}
