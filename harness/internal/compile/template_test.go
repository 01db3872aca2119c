package compile_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bailiff-dev/bailiff/harness/internal/compile"
)

// TestTemplate goes through what RFC 6570 asks for at each of its four levels, with the variables
// that it uses in its examples.
func TestTemplate(t *testing.T) {
	t.Parallel()
	params := []compile.Param{
		{Name: "var", Example: str("value")},
		{Name: "hello", Example: str("Hello World!")},
		{Name: "half", Example: str("50%")},
		{Name: "done", Example: str("50%25")},
		{Name: "path", Example: str("/foo/bar")},
		{Name: "x", Example: str("1024")},
		{Name: "y", Example: str("768")},
		{Name: "v.w", Example: str("dot")},
		{Name: "cz", Example: str("čaj")},
		{Name: "list", Example: compile.List("red", "green", "blue")},
		{Name: "gaps", Example: compile.List("a", "")},
		{Name: "blank", Example: compile.List("")},
		{Name: "keys", Example: compile.Pairs("semi", ";", "dot", ".", "comma", ",")},
		{Name: "odd", Example: compile.Pairs("k")},
		{Name: "undef"},
		{Name: "none", Example: compile.List()},
	}
	tests := map[string]string{
		"{var}": "value", "{hello}": "Hello%20World%21", "{half}": "50%25", "{v.w}": "dot", "{cz}": "%C4%8Daj",
		"O{undef}X": "OX", "O{none}X": "OX", "{x,undef,y}": "1024,768",
		"{+var}": "value", "{+hello}": "Hello%20World!", "{+half}": "50%25", "{+done}": "50%25", "{+path}/here": "/foo/bar/here", "{+x,hello,y}": "1024,Hello%20World!,768", "{+cz}": "%C4%8Daj",
		"X{#var}": "X#value", "X{#path,x}": "X#/foo/bar,1024", "X{#undef}": "X", "{+path:6}/here": "/foo/b/here", "X{#path:6}": "X#/foo/b",
		"X{.var}": "X.value", "X{.x,y}": "X.1024.768", "X{.list}": "X.red,green,blue", "X{.list*}": "X.red.green.blue", "X{.keys}": "X.semi,%3B,dot,.,comma,%2C", "X{.keys*}": "X.semi=%3B.dot=..comma=%2C",
		"{/var,x}/here": "/value/1024/here", "{/list*,path:4}": "/red/green/blue/%2Ffoo",
		"{;x,y}": ";x=1024;y=768", "{;list}": ";list=red,green,blue", "{;list*}": ";list=red;list=green;list=blue", "{;keys*}": ";semi=%3B;dot=.;comma=%2C", "{;gaps*}": ";gaps=a;gaps", "{;odd*}": ";k", "{;blank}": ";blank", "{?blank}": "?blank=",
		"{?x,y}": "?x=1024&y=768", "{?list}": "?list=red,green,blue", "{?gaps*}": "?gaps=a&gaps=", "{?keys}": "?keys=semi,%3B,dot,.,comma,%2C", "{?keys*}": "?semi=%3B&dot=.&comma=%2C", "{?odd*}": "?k=", "{?var:3}": "?var=val",
		"?fixed=yes{&x}": "?fixed=yes&x=1024", "{&x,undef,y}": "&x=1024&y=768",
		"{var:3}": "val", "{var:30}": "value", "{cz:1}": "%C4%8D", "{list}": "red,green,blue", "{list*}": "red,green,blue", "{keys*}": "semi=%3B,dot=.,comma=%2C", "{odd*}": "k=",
	}
	for template, want := range tests {
		t.Run(template, func(t *testing.T) {
			t.Parallel()
			got, annotations := compile.Transaction(compile.Example{Template: template, Params: params})
			require.NotNil(t, got, "%v", annotations)
			assert.Equal(t, want, got.Request.URI)
			assert.Empty(t, annotations)
		})
	}
}

func TestBadTemplate(t *testing.T) {
	t.Parallel()
	for _, template := range []string{
		"{", "}", "{}", "{?}", "{a", "a}", "{a,}", "{,a}", "{a b}", "{a:}", "{a:0}", "{a:10000}", "{a:+1}", "{a:-1}", "{a:x}",
		"{.a.}", "{..a}", "{a..b}", "{a%}", "{a%2}", "{a%zz}", "{{a}}", "{*}", "{a**}", "{=a}", "{!a}", "{|a}", "{@a}", "{č}", "{a-b}",
	} {
		t.Run(template, func(t *testing.T) {
			t.Parallel()
			got, annotations := compile.Transaction(compile.Example{Template: template})
			assert.Nil(t, got)
			require.Len(t, annotations, 1)
			assert.Contains(t, annotations[0].Message, "cannot be read")
		})
	}
}

// TestQueryKeepsValues holds that a server reads from the query what the documentation says.
func TestQueryKeepsValues(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, list := rapid.StringN(1, 20, -1).Draw(t, "a"), rapid.SliceOfN(rapid.String(), 1, 4).Draw(t, "list")
		got, _ := compile.Transaction(compile.Example{Template: "/x{?a,b%5b%5d*}", Params: []compile.Param{
			{Name: "a", Example: str(a)}, {Name: "b[]", Example: compile.List(list...)},
		}})
		require.NotNil(t, got)
		_, query, _ := strings.Cut(got.Request.URI, "?")
		values, err := url.ParseQuery(query)
		require.NoError(t, err)
		require.Equal(t, url.Values{"a": {a}, "b[]": list}, values)
	})
}
