package compile_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/compile"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

func str(s string) compile.Value { return compile.Text(s) }

func TestName(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		origin transaction.Origin
		want   transaction.Name
	}{
		{"all parts", transaction.Origin{Filename: "f", APIName: "A", ResourceGroupName: "G", ResourceName: "R", ActionName: "N", ExampleName: "Example 2"}, "A > G > R > N > Example 2"},
		{"no group and no example", transaction.Origin{APIName: "A", ResourceName: "/r", ActionName: "GET"}, "A > /r > GET"},
		{"nothing", transaction.Origin{}, ""},
		{"nothing is escaped", transaction.Origin{APIName: "A > B", ActionName: "C"}, "A > B > C"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, compile.Name(tt.origin))
		})
	}
}

func TestCascade(t *testing.T) {
	t.Parallel()
	resource := []compile.Param{{Name: "id", Required: true, Example: str("1")}, {Name: "page[size]", Example: str("10")}}
	action := []compile.Param{{Name: "page%5Bsize%5D", Default: str("20")}, {Name: "sort"}}
	request := []compile.Param{{Name: "id", Example: str("2")}}
	got := compile.Cascade(resource, nil, action, request)
	want := []compile.Param{{Name: "id", Example: str("2")}, {Name: "page%5Bsize%5D", Default: str("20")}, {Name: "sort"}}
	assert.Equal(t, want, got, "a later declaration replaces an earlier one as a whole, at its place")
	assert.Equal(t, "id", resource[0].Name)
	assert.True(t, resource[0].Required, "the levels stay as they were")
}

func TestURI(t *testing.T) {
	t.Parallel()
	id := compile.Param{Name: "id", Required: true, Example: str("42")}
	ids := compile.Param{Name: "ids", Example: compile.List("a", "b")}
	keys := compile.Param{Name: "keys", Example: compile.Pairs("x", "1", "y", "2")}
	optional := compile.Param{Name: "q"}
	tests := []struct {
		name, template string
		params         []compile.Param
		want           string
		notes          []string
	}{
		{"no expression", "/honey?raw=č|[]", nil, "/honey?raw=č|[]", nil},
		{"simple", "/honey/{id}", []compile.Param{id}, "/honey/42", nil},
		{"twice", "/{id}/{id}", []compile.Param{id}, "/42/42", nil},
		{"reserved letters", "/{x}{?x}", []compile.Param{{Name: "x", Example: str("a/b č&")}}, "/a%2Fb%20%C4%8D%26?x=a%2Fb%20%C4%8D%26", nil},
		{"a list as text", "/{x}", []compile.Param{{Name: "x", Example: str("a,b")}}, "/a%2Cb", nil},
		{"plus", "/{+x}", []compile.Param{{Name: "x", Example: str("a/b")}}, "/a/b", nil},
		{"fragment", "/x{#x}", []compile.Param{{Name: "x", Example: str("top")}}, "/x#top", nil},
		{"label", "/x{.x}", []compile.Param{{Name: "x", Example: str("json")}}, "/x.json", nil},
		{"path", "{/id,x}", []compile.Param{id, {Name: "x", Example: str("y")}}, "/42/y", nil},
		{"path style", "/x{;id,q}", []compile.Param{id, optional}, "/x;id=42", nil},
		{"query and its continuation", "/x{?id}{&q,ids*}", []compile.Param{id, optional, ids}, "/x?id=42&ids=a&ids=b", nil},
		{"list", "/x{?ids}", []compile.Param{ids}, "/x?ids=a,b", nil},
		{"keys exploded", "/x{?keys*}", []compile.Param{keys}, "/x?x=1&y=2", nil},
		{"prefix", "/{id:1}", []compile.Param{id}, "/4", nil},
		{"letters that are no URI around an expression", "/a b/{id}", []compile.Param{id}, "/a b/42", nil},
		{"optional without a value", "/x{?q}", []compile.Param{optional}, "/x", nil},
		{"empty example", "/x{?q}", []compile.Param{{Name: "q", Example: str("")}}, "/x", nil},
		{"default in place of an empty example", "/x{?q}", []compile.Param{{Name: "q", Example: str(""), Default: str("d")}}, "/x?q=d", nil},
		{"example before default", "/x{?q}", []compile.Param{{Name: "q", Example: str("e"), Default: str("d")}}, "/x?q=e", nil},
		{"first of the enum", "/x{?q}", []compile.Param{{Name: "q", Enum: []compile.Value{str("a"), str("b")}, Default: str("b")}}, "/x?q=a", nil},
		{"nothing is left", "{?q}", []compile.Param{optional}, "/", nil},
		{"only a query", "{?id}", []compile.Param{id}, "?id=42", nil},
		{"encoded in the template", "/x{?page%5bsize%5d}", []compile.Param{{Name: "page[size]", Example: str("10")}}, "/x?page%5bsize%5d=10", nil},
		{"encoded in the declaration", "/x{?page%5Bsize%5D}", []compile.Param{{Name: "page%5bsize%5d", Example: str("10")}}, "/x?page%5Bsize%5D=10", nil},
		{"badly encoded in the declaration", "/x{?a%20b}", []compile.Param{{Name: "a b", Example: str("1")}, {Name: "50%", Example: str("1")}}, "/x?a%20b=1", nil},
		{"undocumented in the query", "/x{?id,since}", []compile.Param{id}, "/x?id=42", []string{`warning uriTemplateExpansion the variable "since" of the URI template "/x{?id,since}" is not documented and is left out; declare it as a parameter`}},
		{"undocumented and encoded", "/x{?a%5b}", nil, "/x", []string{`warning uriTemplateExpansion the variable "a%5b" of the URI template "/x{?a%5b}" is not documented and is left out; declare it as a parameter`}},
		{"undocumented in the path", "/x/{name}{?id}", []compile.Param{id}, "", []string{`warning uriTemplateExpansion the variable "name" of the URI template "/x/{name}{?id}" is not documented, so there is no transaction; declare it as a parameter`}},
		{"undocumented in the query and in the path", "/x{?n}/{n}", nil, "", []string{`warning uriTemplateExpansion the variable "n" of the URI template "/x{?n}/{n}" is not documented and is left out; declare it as a parameter`}},
		{"required without a value", "/x/{id}", []compile.Param{{Name: "id", Required: true}}, "", []string{
			`error parametersValidation the required URI parameter "id" has no example and no default value; add one`,
			`warning uriTemplateExpansion the required variable "id" of the URI template "/x/{id}" has no example value, so there is no transaction`,
		}},
		{"required without a value and not in the template", "/x", []compile.Param{{Name: "a%5b", Required: true}}, "/x", []string{`error parametersValidation the required URI parameter "a[" has no example and no default value; add one`}},
		{"required with a default", "/x/{id}", []compile.Param{{Name: "id", Required: true, Default: str("1")}}, "/x/1", []string{`warning uriTemplateExpansion the URI parameter "id" is required and has a default value, which makes no sense; give it an example value`}},
		{"not of the enum", "/x{?q}", []compile.Param{{Name: "q", Example: str("c"), Enum: []compile.Value{str("a")}}}, "/x?q=c", []string{`error parametersValidation the example value of the URI parameter "q" is not one of its enum values`}},
		{"spelt with what no variable may have", "/x{?page%2Dsize}{;page%2Dsize}", []compile.Param{{Name: "page-size", Example: compile.List("1", "2").As("page-size")}}, "/x?page-size=1,2;page-size=1,2", nil},
		{"exploded and spelt", "/x{?a*}", []compile.Param{{Name: "a", Example: compile.List("1", "2").As("a%5B%5D")}}, "/x?a%5B%5D=1&a%5B%5D=2", nil},
		{"a value that keeps what is reserved, and one that does not", "/x{?a,b}", []compile.Param{{Name: "a", Example: str("a/b?c").Reserved()}, {Name: "b", Example: str("a/b")}}, "/x?a=a/b?c&b=a%2Fb", nil},
		{"a hint for what is missing", "/x/{id}", []compile.Param{{Name: "id", Required: true, Hint: "ask Maya"}}, "", []string{
			`error parametersValidation the required URI parameter "id" has no example and no default value; ask Maya`,
			`warning uriTemplateExpansion the required variable "id" of the URI template "/x/{id}" has no example value, so there is no transaction`,
		}},
		{"an open brace", "/x/{id", []compile.Param{id}, "", []string{`error uriTemplateExpansion the URI template "/x/{id" cannot be read: a brace is not closed`}},
		{"a closed brace", "/x}/{id}", []compile.Param{id}, "", []string{`error uriTemplateExpansion the URI template "/x}/{id}" cannot be read: a brace is closed that was not opened`}},
		{"an empty expression", "/x{}", nil, "", []string{`error uriTemplateExpansion the URI template "/x{}" cannot be read: {}: there is no variable`}},
		{"a letter that is not allowed", "/{user-id}", nil, "", []string{`error uriTemplateExpansion the URI template "/{user-id}" cannot be read: {user-id}: "user-id" is no name of a variable; percent-encode`}},
		{"a prefix of a list", "/x{ids:3}", []compile.Param{ids}, "", []string{`error uriTemplateExpansion the URI template "/x{ids:3}" cannot be expanded: {ids:3}: "ids" has several values, of which there is no prefix`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			origin := transaction.Origin{Filename: "x.apib", APIName: "A", ActionName: "N"}
			got, annotations := compile.Transaction(compile.Example{Origin: origin, Template: tt.template, Params: tt.params})
			if tt.want == "" {
				assert.Nil(t, got)
			} else {
				require.NotNil(t, got)
				assert.Equal(t, tt.want, got.Request.URI)
				assert.Equal(t, transaction.Name("A > N"), got.Name)
				assert.Equal(t, 200, got.Expected.StatusCode, "the status where none is documented")
			}
			require.Len(t, annotations, len(tt.notes), "%v", annotations)
			for i, a := range annotations {
				text := strings.Join([]string{string(a.Severity), a.Component, a.Message}, " ")
				assert.True(t, strings.HasPrefix(text, tt.notes[i]), "%s\nwant %s", text, tt.notes[i])
				assert.Equal(t, origin, a.Origin)
				assert.Equal(t, transaction.Position{File: "x.apib"}, a.At)
			}
		})
	}
}

func TestMultipart(t *testing.T) {
	t.Parallel()
	multipart := transaction.Headers{{Name: "content-type", Value: "Multipart/form-data; boundary=X"}}
	plain := transaction.Headers{{Name: "Content-Type", Value: "text/plain"}, {Name: "X-Multipart", Value: "multipart"}}
	const body = "--X\r\na\n\nb\n--X--\n"
	got, _ := compile.Transaction(compile.Example{
		Template: "/",
		Request:  transaction.Request{Method: "POST", Headers: multipart, Body: body},
		Expected: transaction.Response{StatusCode: 201, Headers: plain, Body: body},
	})
	assert.Equal(t, "--X\r\na\r\n\r\nb\r\n--X--\r\n", got.Request.Body)
	assert.Equal(t, body, got.Expected.Body)
	assert.Equal(t, 201, got.Expected.StatusCode)

	got, _ = compile.Transaction(compile.Example{Template: "/", Expected: transaction.Response{Headers: multipart, Body: "a\n"}})
	assert.Equal(t, "a\r\n", got.Expected.Body)
}

func FuzzURI(f *testing.F) {
	f.Add("/honey/{id}{?page%5bsize%5d,sort*}", "page[size]", "10")
	f.Add("/{+a}{#b}{.c}{/d}{;e:3}{&f*}", "a", "x y")
	f.Add("/{", "{", "}")
	f.Add("}{}{?}", "%", "%zz")
	f.Add("/a{?b,b}", "b", "\xff\u0000č")
	f.Fuzz(func(t *testing.T, template, name, value string) {
		params := []compile.Param{{Name: name, Required: true, Example: str(value), Enum: []compile.Value{str(value)}}}
		got, annotations := compile.Transaction(compile.Example{Template: template, Params: compile.Cascade(params)})
		if got == nil {
			require.NotEmpty(t, annotations, "nothing is dropped in silence")
			return
		}
		require.NotEmpty(t, got.Request.URI)
		switch {
		case template == "":
			require.Equal(t, "/", got.Request.URI)
		case !strings.ContainsAny(template, "{}"):
			require.Equal(t, template, got.Request.URI)
		}
	})
}
