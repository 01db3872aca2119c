package markup_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel/internal/markup"
)

type reader = func(string) (*markup.Document, *markup.Refusal)

func TestJSON(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		read   reader
		source string
		types  bool
		want   string
	}{
		{"empty", markup.XML, "<a/>", false, `{"a":{}}`},
		{"empty by type", markup.XML, "<a/>", true, `{"a":{"text()":null}}`},
		{"blank by type", markup.XML, "<a> </a>", true, `{"a":{"text()":null}}`},
		{"text", markup.XML, "<a> x\r\n</a>", false, `{"a":{"text()":" x\n"}}`},
		{"text in pieces", markup.XML, "<a>x<!-- c -->y<?p?><![CDATA[<z>]]>&amp;&#x41;</a>", false, `{"a":{"text()":"xy<z>&A"}}`},
		{"quotes and controls", markup.XML, "<a b='\"\\'>\t&#13;\n\"\\</a>", false, `{"a":{"@b":"\"\\","text()":"\t\r\n\"\\"}}`},
		{"elements by name", markup.XML, "<a>\n<c/>\n<b/><c d='1'/></a>", false, `{"a":{"c":[{},{"@d":"1"}],"b":[{}]}}`},
		{"mixed", markup.XML, "<a>x <b>y</b> <c/></a>", false, `{"a":{"text()":"x <b/> <c/>","b":[{"text()":"y"}],"c":[{}]}}`},
		{"blanks that are to be kept", markup.XML, "<a xml:space='preserve'> <b> <c xml:space='default'> <d/> </c></b></a>", false, `{"a":{"@xml:space":"preserve","text()":" <b/>","b":[{"text()":" <c/>","c":[{"@xml:space":"default","d":[{}]}]}]}}`},
		{"namespaces", markup.XML, "<a xmlns='u' xmlns:p='v' p:x='1' x='2'><p:b/><b xmlns=''/><q:c xmlns:q='u' q:y='3'/></a>", false, `{"a":{"@p:x":"1","@x":"2","p:b":[{}],"{}b":[{}],"c":[{"@{u}y":"3"}]}}`},
		{"a prefix for two namespaces", markup.XML, "<p:a xmlns:p='u'><p:a xmlns:p='v'/></p:a>", false, `{"p:a":{"{v}a":[{}]}}`},
		{"a prefix for nothing", markup.XML, "<p:a/>", false, `{"{p}a":{}}`},
		{"a mark and a type", markup.XML, "\uFEFF<?xml version='1.0' encoding='latin1'?>\n<!DOCTYPE a [<!ENTITY x 'y'>]>\n<a/>\n<!-- c -->\n", false, `{"a":{}}`},
		{"html", markup.HTML, "<p>a<p class=x>b", false, `{"html":{"head":[{}],"body":[{"p":[{"text()":"a"},{"@class":"x","text()":"b"}]}]}}`},
		{"html of nothing", markup.HTML, "", false, `{"html":{"head":[{}],"body":[{}]}}`},
		{"html with blanks", markup.HTML, "<body>\n <p>\n a\n b <i> c </i> <b>d</b> </p> </body>\n", false, `{"html":{"head":[{}],"body":[{"p":[{"text()":"a b <i/> <b/>","i":[{"text()":" c "}],"b":[{"text()":"d"}]}]}]}}`},
		{"html that keeps blanks", markup.HTML, "<pre>\n a\n  <b> b </b></pre><textarea> x </textarea>", false, `{"html":{"head":[{}],"body":[{"pre":[{"text()":" a\n  <b/>","b":[{"text()":" b "}]}],"textarea":[{"text()":" x "}]}]}}`},
		{"html with script", markup.HTML, "<script>if (a < b) { x }</script>", false, `{"html":{"head":[{"script":[{"text()":"if (a < b) { x }"}]}],"body":[{}]}}`},
		{"html and others", markup.HTML, "<svg><a xlink:href=x /></svg>", false, `{"html":{"head":[{}],"body":[{"svg:svg":[{"svg:a":[{"@xlink:href":"x"}]}]}]}}`},
		{"html with what is no text", markup.HTML, "<p>\xff", false, `{"html":{"head":[{}],"body":[{"p":[{"text()":"` + "\uFFFD" + `"}]}]}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, bad := tt.read(tt.source)
			require.Nil(t, bad)
			got := d.JSON(d.Names(), tt.types)
			assert.Equal(t, tt.want, got)
			assert.True(t, json.Valid([]byte(got)))
		})
	}
}

// TestNamesOfTheOther writes a document with the names of another one.
func TestNamesOfTheOther(t *testing.T) {
	t.Parallel()
	documented, bad := markup.XML("<a xmlns='u' xmlns:p='v'/>")
	require.Nil(t, bad)
	real, bad := markup.XML("<x:a xmlns:x='u' xmlns:y='v' y:k='1' x:k='2'><a/><z:b xmlns:z='w'/></x:a>")
	require.Nil(t, bad)
	assert.Equal(t, `{"a":{"@p:k":"1","@{u}k":"2","{}a":[{}],"{w}b":[{}]}}`, real.JSON(documented.Names(), false))
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		read   reader
		source string
		want   markup.Refusal
	}{
		{"nothing", markup.XML, "", markup.Refusal{Why: markup.Malformed, What: "there is no element"}},
		{"only a comment", markup.XML, "<!-- a -->", markup.Refusal{Why: markup.Malformed, What: "there is no element", Offset: 10}},
		{"text", markup.XML, "\nhello", markup.Refusal{Why: markup.Malformed, What: "text stands outside of the root element", Offset: 1}},
		{"text behind", markup.XML, "<a/>\n\nhello", markup.Refusal{Why: markup.Malformed, What: "text stands outside of the root element", Offset: 6}},
		{"two roots", markup.XML, "<a/>\n<b/>", markup.Refusal{Why: markup.Malformed, What: "the element b follows the end of the document", Offset: 5}},
		{"an element that is not closed", markup.XML, "<a>", markup.Refusal{Why: markup.Malformed, What: "the text ends too early", Offset: 3}},
		{"an element that is closed by another", markup.XML, "<a></b>", markup.Refusal{Why: markup.Malformed, What: "element <a> closed by </b>", Offset: 7}},
		{"an attribute twice", markup.XML, "<a>\n<b x='1' y='' x='2'/></a>", markup.Refusal{Why: markup.Malformed, What: "the attribute x stands twice in one element", Offset: 4}},
		{"an attribute twice by its namespace", markup.XML, "<a xmlns:p='u' xmlns:q='u' p:x='1' q:x='2'/>", markup.Refusal{Why: markup.Malformed, What: "the attribute x stands twice in one element"}},
		{"an entity", markup.XML, "<!DOCTYPE a [<!ENTITY lol 'lol'>]><a>&lol;</a>", markup.Refusal{Why: markup.Malformed, What: "the entity &lol; is not one of XML's own, and no others are expanded", Offset: 42}},
		{"a bare ampersand", markup.XML, "<a>a & b</a>", markup.Refusal{Why: markup.Malformed, What: "invalid character entity & (no semicolon)", Offset: 6}},
		{"what is not UTF-8", markup.XML, "<a>\xff</a>", markup.Refusal{Why: markup.Malformed, What: "invalid UTF-8", Offset: 4}},
		{"JSON", markup.XML, `{"a": 1}`, markup.Refusal{Why: markup.Malformed, What: "text stands outside of the root element"}},
		{"deep", markup.XML, strings.Repeat("<a>", 5000), markup.Refusal{Why: markup.TooDeep, What: "nested more than 4000 levels deep", Offset: 12000}},
		{"deep HTML", markup.HTML, strings.Repeat("<div>", 600), markup.Refusal{Why: markup.TooDeep, What: "open stack of elements exceeds 512 nodes", Offset: -1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, bad := tt.read(tt.source)
			require.Nil(t, d)
			require.Equal(t, &tt.want, bad)
		})
	}
}

const xmlSource = `<?xml version="1.0"?>
<catalog xmlns:x="urn:x">
  <book id="1"
        x:lang = 'a>b'>
    <title>Go</title>
    <note>
      text &amp; <b/>
    </note>
  </book>
  <book/>
  <x:end/>
</catalog>`

const htmlSource = `<!DOCTYPE html>
<title>
  Fair</title>
<ul>
  <li>one
  <li class="x">
     two
  <li><a href="/">three</a>
</ul>`

// TestOffset looks pointers up; what they lead to is told by the text that stands there.
func TestOffset(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		read    reader
		source  string
		pointer string
		want    string
	}{
		{"the document", markup.XML, xmlSource, "", `<catalog xmlns`},
		{"the root", markup.XML, xmlSource, "catalog", `<catalog xmlns`},
		{"another root", markup.XML, xmlSource, "other/book", `<catalog xmlns`},
		{"an element", markup.XML, xmlSource, "catalog/book/1", `<book/>`},
		{"a list", markup.XML, xmlSource, "catalog/book", `<book id`},
		{"an attribute", markup.XML, xmlSource, "catalog/book/0/@id", `id="1"`},
		{"an attribute on a line of its own", markup.XML, xmlSource, "catalog/book/0/@x:lang", `x:lang = `},
		{"an attribute that is not there", markup.XML, xmlSource, "catalog/book/0/@other", `<book id`},
		{"a text", markup.XML, xmlSource, "catalog/book/0/title/0/text()", `Go</title>`},
		{"a text on a line of its own", markup.XML, xmlSource, "catalog/book/0/note/0/text()", `text &amp;`},
		{"a text that is not there", markup.XML, xmlSource, "catalog/book/1/text()", `<book/>`},
		{"an element that is not there", markup.XML, xmlSource, "catalog/book/0/isbn/0", `<book id`},
		{"an index too many", markup.XML, xmlSource, "catalog/book/2/@id", `<catalog xmlns`},
		{"what is no index", markup.XML, xmlSource, "catalog/book/x", `<catalog xmlns`},
		{"a name with a prefix", markup.XML, xmlSource, "catalog/x:end/0", `<x:end/>`},
		{"what nobody wrote", markup.PlacedHTML, htmlSource, "html/body/0", `<!DOCTYPE`},
		{"an element of HTML", markup.PlacedHTML, htmlSource, "html/body/0/ul/0/li/1", `<li class`},
		{"an attribute of HTML", markup.PlacedHTML, htmlSource, "html/body/0/ul/0/li/2/a/0/@href", `href="/"`},
		{"a text of HTML", markup.PlacedHTML, htmlSource, "html/body/0/ul/0/li/1/text()", `two`},
		{"a text in a line", markup.PlacedHTML, htmlSource, "html/body/0/ul/0/li/0/text()", `one`},
		{"a title", markup.PlacedHTML, htmlSource, "html/head/0/title/0/text()", `Fair`},
		{"a text that is below", markup.PlacedHTML, htmlSource, "html/body/0/ul/0/li/2/text()", `<li><a`},
		{"what is not in HTML", markup.PlacedHTML, htmlSource, "html/body/0/ul/0/ol/0", `<ul>`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, bad := tt.read(tt.source)
			require.Nil(t, bad)
			var steps []string
			if tt.pointer != "" {
				steps = strings.Split(tt.pointer, "/")
			}
			at := d.Offset(d.Names(), steps)
			assert.True(t, strings.HasPrefix(tt.source[at:], tt.want), "%.20q", tt.source[at:])
		})
	}
}

func TestDisorders(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, expected, real string
		exact                bool
		want                 string
	}{
		{"the same", "<a><b/><c/></a>", "<a><b/><c/></a>", true, ""},
		{"one name", "<a><b/><b/></a>", "<a><b/></a>", true, ""},
		{"turned round", "<a><b/><c/></a>", "<a><c/><b/></a>", false, "[a] [b c] [c b]"},
		{"below", "<a><x/><x><b/><c/></x></a>", "<a><x/><x><c/><b/></x></a>", true, "[a x 1] [b c] [c b]"},
		{"one is missing", "<a><b/><c/><d/></a>", "<a><b/><d/></a>", true, ""},
		{"one is missing and they are turned round", "<a><b/><c/><d/></a>", "<a><d/><b/></a>", true, "[a] [b d] [d b]"},
		{"one more", "<a><b/><c/></a>", "<a><x/><b/><y/><c/></a>", true, ""},
		{"in turns", "<a><b/><c/><b/><c/></a>", "<a><b/><b/><c/><c/></a>", true, "[a] [b c b c] [b b c c]"},
		{"in turns, which do not count", "<a><b/><c/><b/><c/></a>", "<a><b/><b/><c/><c/></a>", false, ""},
		{"in turns, of another number", "<a><b/><c/><b/><c/></a>", "<a><b/><b/><c/></a>", true, ""},
		{"like another one", "<a><x><b/><c/></x><x><c/><b/></x></a>", "<a><x><c/><b/></x></a>", false, ""},
		{"like another one, which does not count", "<a><x><b/><c/></x><x><c/><b/></x></a>", "<a><x><c/><b/></x></a>", true, "[a x 0] [b c] [c b]"},
		{"more than documented", "<a><x><b/><c/></x></a>", "<a><x><b/><c/></x><x><c/><b/></x></a>", false, "[a x 1] [b c] [c b]"},
		{"more than documented, which is told elsewhere", "<a><x><b/><c/></x></a>", "<a><x><b/><c/></x><x><c/><b/></x></a>", true, ""},
		{"mixed", "<a>x<b/><c/></a>", "<a>x<c/><b/></a>", true, ""},
		{"mixed, when texts do not count", "<a>x<b/><c/></a>", "<a>x<c/><b/></a>", false, "[a] [b c] [c b]"},
		{"another root", "<a><b/><c/></a>", "<x><c/><b/></x>", true, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			expected, bad := markup.XML(tt.expected)
			require.Nil(t, bad)
			real, bad := markup.XML(tt.real)
			require.Nil(t, bad)
			var got []string
			for _, d := range markup.Disorders(expected, real, expected.Names(), tt.exact, nil) {
				got = append(got, fmt.Sprint(d.Steps, d.Expected, d.Real))
			}
			assert.Equal(t, tt.want, strings.ReplaceAll(strings.Join(got, "\n"), "][", "] ["))
		})
	}
}

func TestDisordersThatAreCovered(t *testing.T) {
	t.Parallel()
	expected, _ := markup.XML("<a><x><b/><c/></x></a>")
	real, _ := markup.XML("<a><x><c/><b/></x></a>")
	for _, place := range []string{"a", "a/x", "a/x/0"} {
		covered := func(steps []string) bool { return strings.Join(steps, "/") == place }
		assert.Empty(t, markup.Disorders(expected, real, expected.Names(), true, covered), place)
	}
}

// TestHostileMarkup reads what is made to take much time or memory.
func TestHostileMarkup(t *testing.T) {
	t.Parallel()
	const megabyte = 1 << 20
	repeat := func(s string) string { return strings.Repeat(s, 4*megabyte/len(s)) }
	var attributes strings.Builder
	for i := range 200_000 {
		fmt.Fprintf(&attributes, " a%d='%d'", i, i)
	}
	var formatting strings.Builder
	for i := range 400 {
		fmt.Fprintf(&formatting, "<b a%d>", i)
	}
	tests := []struct {
		name, source string
		read         reader
		refused      bool
	}{
		{"comments in a text", "<a>" + repeat("x<!---->") + "</a>", markup.XML, false},
		{"attributes", "<a" + attributes.String() + "/>", markup.XML, false},
		{"elements", "<a>" + repeat("<b/>") + "</a>", markup.XML, false},
		{"names", "<a>" + repeat("<b/><c/>") + "</a>", markup.XML, false},
		{"namespaces", "<a>" + repeat("<p:b xmlns:p='u'/>") + "</a>", markup.XML, false},
		{"a name without end", "<" + repeat("a"), markup.XML, false},
		{"open tags", repeat("<a>"), markup.XML, false},
		{"deep tags", strings.Repeat("<a>", 3999) + strings.Repeat("</a>", 3999), markup.XML, false},
		{"brackets", repeat("<"), markup.XML, false},
		{"a document type", "<!DOCTYPE a [" + repeat("<!ENTITY x 'y'>") + "]><a/>", markup.XML, false},
		{"open tags of HTML", repeat("<p>"), markup.HTML, false},
		{"brackets of HTML", repeat("<"), markup.HTML, false},
		{"attributes of HTML", "<a" + attributes.String() + ">", markup.HTML, false},
		{"open formatting", "<p>" + formatting.String() + repeat("<p>x"), markup.HTML, true},
		{"text in pieces", "<p>" + repeat("x</y>"), markup.HTML, true},
		{"tables", repeat("<table><a>"), markup.HTML, false},
		{"text in tables", "<table>" + repeat("x<tr>"), markup.HTML, false},
		{"forms and selects", repeat("<select><form><option>"), markup.HTML, false},
		{"templates", repeat("<template>"), markup.HTML, false},
		{"end tags", strings.Repeat("<div>", 500) + repeat("</p>"), markup.HTML, true},
		{"framesets", repeat("<frameset>"), markup.HTML, false},
		{"svg", "<svg>" + repeat("<a><![CDATA[x]]>"), markup.HTML, false},
		{"NULs", repeat("\x00<b>"), markup.HTML, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			d, bad := tt.read(tt.source)
			assert.False(t, tt.refused && (bad == nil || bad.Why != markup.TooLarge), "the parser would take too long")
			if bad == nil {
				names := d.Names()
				text := d.JSON(names, true)
				assert.Less(t, len(text), 60*len(tt.source)+1000)
				d.Offset(names, []string{"a", "b", "0"})
				markup.Disorders(d, d, names, true, nil)
			}
			took := time.Since(start)
			t.Logf("%d bytes in %v", len(tt.source), took.Round(time.Millisecond))
			assert.Less(t, took, 20*time.Second)
		})
	}
}

func FuzzMarkup(f *testing.F) {
	f.Add(xmlSource, "catalog/book/0/@id")
	f.Add(htmlSource, "html/body/0/ul/0/li/1/text()")
	f.Add("<a xmlns='u' xmlns:p='v' p:x=''><![CDATA[<]]>&#60;<p:b/></a>", "a/p:b/0")
	f.Add("<svg><![CDATA[<b>]]><title><p></title><a @x='1' =y/></svg><text()>", "html/body/0/svg:svg/0/@x")
	f.Fuzz(func(t *testing.T, source, pointer string) {
		for _, read := range []reader{markup.XML, markup.HTML, markup.PlacedHTML} {
			d, bad := read(source)
			if bad != nil {
				if bad.What == "" || bad.Offset > len(source) {
					t.Fatalf("%+v of %q", bad, source)
				}
				continue
			}
			names := d.Names()
			for _, types := range []bool{false, true} {
				if text := d.JSON(names, types); !json.Valid([]byte(text)) {
					t.Fatalf("%s of %q", text, source)
				}
			}
			if at := d.Offset(names, strings.Split(pointer, "/")); at < 0 || at > len(source) {
				t.Fatalf("%d in %q", at, source)
			}
			if found := markup.Disorders(d, d, names, true, nil); len(found) > 0 {
				t.Fatalf("%v in %q", found, source)
			}
		}
	})
}
