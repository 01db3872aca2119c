package gavel_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

const xmlBody = `<?xml version="1.0"?>
<catalog>

  <book id="1"
        lang="en">
    <title>Go</title>
  </book>
  <book id="2"/>
</catalog>`

const multipartBody = `--x
Content-Disposition: form-data; name="a"

1
--x
Content-Disposition: form-data; name="file"
Content-Type: application/json

{
  "id": 1
}
--x
Content-Disposition: form-data; name="doc"
Content-Type: text/xml

<a>
  <b c="1"/>
</a>
--x
Content-Disposition: form-data; name="packed"
Content-Type: application/json
Content-Transfer-Encoding: base64

eyJhIjogMX0=
--x--`

func TestNewLinesOf(t *testing.T) {
	t.Parallel()
	const formData = `multipart/form-data; boundary="x"`
	tests := []struct {
		name, contentType, body, pointer string
		line, column                     int
	}{
		{"JSON", "application/vnd.api+json", "{\n \"a\": 1}", "/a", 2, 2},
		{"JSON that is none", "application/json", "{", "/a", 0, 0},
		{"no Content-Type", "", "{\n \"a\": 1}", "/a", 2, 2},
		{"text", "text/plain", "a\nb", "", 0, 0},
		{"text that is JSON", "text/plain", "{\n \"a\": 1}", "/a", 0, 0},
		{"bytes", "image/png", "\x89PNG", "", 0, 0},
		{"XML", "application/xml", xmlBody, "", 2, 1},
		{"an element", "text/xml", xmlBody, "/catalog/book/1", 8, 3},
		{"an attribute", "image/svg+xml", xmlBody, "/catalog/book/0/@lang", 5, 9},
		{"a text", "application/xml; charset=utf-8", xmlBody, "/catalog/book/0/title/0/text()", 6, 12},
		{"an element that is not there", "application/xml", xmlBody, "/catalog/book/1/title", 8, 3},
		{"XML that is none", "application/xml", "<a>\n</b>", "", 2, 5},
		{"HTML", "text/html", "<ul>\n<li>a\n  <li>é<b>c</b>\n</ul>", "/html/body/0/ul/0/li/1/b/0/text()", 3, 11},
		{"HTML that nobody wrote", "text/html", "\n<p>a", "/html/head", 1, 1},
		{"a form", "application/x-www-form-urlencoded", "a=1&b=2&b=3", "/b/1", 1, 9},
		{"a field that is not there", "application/x-www-form-urlencoded", "a=1&b=2", "/c", 1, 1},
		{"a field with fewer values", "application/x-www-form-urlencoded", "a=1&b=2", "/b/1", 1, 5},
		{"a form that is none", "application/x-www-form-urlencoded", "a=1\n&b=2", "", 1, 4},
		{"multipart", formData, multipartBody, "", 1, 1},
		{"a part", formData, multipartBody, "/file", 6, 1},
		{"a part that is not there", formData, multipartBody, "/other", 1, 1},
		{"a header of a part", formData, multipartBody, "/file/headers/content-type", 7, 1},
		{"the headers of a part", formData, multipartBody, "/file/headers", 6, 1},
		{"a header that is not there", formData, multipartBody, "/file/headers/x", 6, 1},
		{"the body of a part", formData, multipartBody, "/a/body", 4, 1},
		{"in JSON in a part", formData, multipartBody, "/file/body/id", 10, 3},
		{"in XML in a part", formData, multipartBody, "/doc/body/a/b/0/@c", 17, 6},
		{"in what is packed", formData, multipartBody, "/packed/body/a", 24, 1},
		{"by place", "multipart/mixed; boundary=x", multipartBody, "/1/body/id", 10, 3},
		{"without a boundary", "multipart/mixed", multipartBody, "/1/body/id", 10, 3},
		{"multipart that is none", "multipart/mixed; boundary=y", multipartBody, "/1", 1, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			line, column := gavel.NewLinesOf(tt.contentType, tt.body).Place(tt.pointer)
			assert.Equal(t, fmt.Sprint(tt.line, ":", tt.column), fmt.Sprint(line, ":", column))
		})
	}
}

func response(contentType, body string) transaction.Response {
	return transaction.Response{StatusCode: 200, Headers: transaction.Headers{{Name: "Content-Type", Value: contentType}}, Body: body}
}

// TestLinesOfMarkup finds the line of each finding about an XML body that was changed in each place.
func TestLinesOfMarkup(t *testing.T) {
	t.Parallel()
	real := strings.NewReplacer(`"1"`, `"3"`, `"en"`, `"de"`, "Go", "C").Replace(xmlBody)
	r := gavel.New().Check(response("text/xml", xmlBody), response("text/xml", real), gavel.Options{Match: transaction.MatchValue})
	lines := gavel.NewLinesOf("text/xml", xmlBody)
	var got []int
	for _, f := range r.Findings {
		got = append(got, lines.Line(f.Pointer))
	}
	assert.Equal(t, []int{4, 5, 6}, got)
}

func TestVerdictOnAProblem(t *testing.T) {
	t.Parallel()
	real := transaction.Response{StatusCode: 200, Body: "x", Problem: &transaction.Problem{ID: gavel.BodyCutOff, Message: "The body ended."}}
	for _, expected := range []transaction.Response{
		{StatusCode: 200},
		{StatusCode: 200, Body: "x"},
		{StatusCode: 200, Body: `{"a": 1}`, Schema: `{"type": "array"}`},
	} {
		for _, level := range levels {
			r := gavel.New().Check(expected, real, gavel.Options{Match: level})
			require.Len(t, r.Findings, 1)
			assert.Equal(t, gavel.BodyCutOff, r.Findings[0].ID)
			v := r.Verdict()
			assert.False(t, v.Valid)
			require.NotNil(t, v.Fields.Body)
			assert.False(t, v.Fields.Body.Valid)
		}
	}
}

// TestHostileMedia holds bodies that are made to cost much against small documented ones.
func TestHostileMedia(t *testing.T) {
	// Not parallel: it watches the memory of the process.
	const megabyte = 1 << 20
	const xml, html, form, multipart = "application/xml", "text/html", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
	var alternating strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&alternating, "<b%d/><c/>", i)
	}
	nested := "--x49\n\n1\n--x49--"
	for i := 48; i >= 0; i-- {
		nested = fmt.Sprintf("--x%d\nContent-Type: multipart/mixed; boundary=x%d\n\n%s\n--x%d--", i, i+1, nested, i)
	}
	tests := []struct{ name, contentType, documented, body, want string }{
		{"a large XML", xml, "<a><b>1</b></a>", "<a>" + strings.Repeat("<b>1</b>", 600_000) + "</a>", gavel.BodyListLength},
		{"too large an XML", xml, "<a><b/></a>", "<a>" + strings.Repeat("<b/>", 25*megabyte) + "</a>", gavel.BodyTooLarge},
		{"a deep XML", xml, "<a><b/></a>", strings.Repeat("<a>", 30*megabyte), gavel.BodyTooDeep},
		{"XML of one text", xml, "<a>1</a>", "<a>" + strings.Repeat("x", 100*megabyte) + "</a>", gavel.BodyValueMismatch},
		{"XML of many names", xml, "<a><c/></a>", "<a>" + alternating.String() + "</a>", gavel.BodyUndocumentedKey},
		{"a billion laughs", xml, "<a/>", `<!DOCTYPE a [<!ENTITY l "ha"><!ENTITY m "&l;&l;&l;&l;&l;">]><a>&m;</a>`, gavel.BodyNotXML},
		{"an entity of a file", xml, "<a/>", `<!DOCTYPE a [<!ENTITY l SYSTEM "file:///etc/passwd">]><a>&l;</a>`, gavel.BodyNotXML},
		{"XML cut off", xml, "<a/>", "<a" + strings.Repeat("a", 50*megabyte), gavel.BodyNotXML},
		{"a deep HTML", html, "<p>a", strings.Repeat("<div>", 100_000), gavel.BodyTooDeep},
		{"a large HTML", html, "<p>a", strings.Repeat("<p>a</p>\n", megabyte/2), gavel.BodyListLength},
		{"a form of many names", form, "a=1", strings.Repeat("a=1&", 25*megabyte), gavel.BodyTooLarge},
		{"a form of one value", form, "a=1", "a=" + strings.Repeat("x", 100*megabyte), gavel.BodyValueMismatch},
		{"multipart of many parts", multipart, "--x\n\n1\n--x--", strings.Repeat("--x\n\n1\n", 10*megabyte) + "--x--", gavel.BodyTooLarge},
		{"multipart in multipart", multipart + "0", nested, nested, gavel.BodyTooDeep},
		{"multipart of one part", multipart, "--x\n\n1\n--x--", "--x\n\n" + strings.Repeat("x\n", 50*megabyte) + "\n--x--", gavel.BodyValueMismatch},
		{"bytes", "image/png", "\x89PNG", strings.Repeat("\x89", 100*megabyte), gavel.BodyBinaryMismatch},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			r := gavel.New().Check(response(tt.contentType, tt.documented), response(tt.contentType, tt.body), gavel.Options{Match: transaction.MatchValue})
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			var ids []string
			for _, f := range r.Findings {
				ids = append(ids, f.ID)
			}
			assert.Contains(t, ids, tt.want)
			assert.LessOrEqual(t, len(ids), 1010)
			assert.Less(t, took, 30*time.Second)
			t.Logf("%.1f MB in %v, %d MB allocated", float64(len(tt.body))/megabyte, took.Round(time.Millisecond), (after.TotalAlloc-before.TotalAlloc)>>20)
			assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(10*len(tt.body)+2<<30))
		})
	}
}

func FuzzMedia(f *testing.F) {
	f.Add("application/xml", xmlBody, xmlBody, "/catalog/book/*/@id")
	f.Add("text/html", "<p>a<b>c", "<p>a <i>c</i>", "/**/text()")
	f.Add("application/x-www-form-urlencoded", "a=1&b=%20", "b=+&a", "/a/0")
	f.Add("multipart/form-data; boundary=x", multipartBody, multipartBody, "/file/body/id")
	f.Add("multipart/mixed; boundary=x", multipartBody, "--x\nContent-Type: multipart/mixed\n\n--x--", "#")
	f.Add("text/plain; charset=utf-8", "a\n", "a", "#")
	f.Add("image/png", "\x89", "\x89\n", "/**")
	f.Fuzz(func(t *testing.T, contentType, expected, real, pointer string) {
		checker := gavel.New()
		lines := gavel.NewLinesOf(contentType, expected)
		for _, match := range levels {
			o := gavel.Options{Match: match, Explain: true, Volatile: []transaction.Volatile{{Pointer: pointer, Kind: transaction.KindNumber}}}
			for _, r := range []gavel.Result{
				checker.Check(response(contentType, expected), response(contentType, real), o),
				checker.Check(response(contentType, expected), transaction.Response{StatusCode: 200, Body: real}, o),
				checker.Check(transaction.Response{StatusCode: 200, Body: expected}, response(contentType, real), o),
			} {
				if _, err := json.Marshal(r.Verdict()); err != nil {
					t.Fatal(err)
				}
				for _, finding := range r.Findings {
					if finding.ID == "" || finding.Field == "" || finding.Message == "" {
						t.Fatalf("unfinished: %+v", finding)
					}
					if line := lines.Line(finding.Pointer); line < 0 || line > strings.Count(expected, "\n")+1 {
						t.Fatalf("line %d of %q", line, expected)
					}
				}
			}
			same := checker.Check(response(contentType, expected), response(contentType, expected), gavel.Options{Match: match})
			for _, finding := range same.Findings {
				switch {
				case expected == "" && finding.ID == gavel.BodyMissing:
				case strings.HasPrefix(finding.ID, "documented-"), strings.HasPrefix(finding.ID, "body-not-"):
				case finding.ID == gavel.BodyTooDeep, finding.ID == gavel.BodyTooLarge, finding.ID == gavel.BodyDuplicateKey:
				case finding.ID == gavel.ListExampleNeverChecked:
				default:
					t.Fatalf("%q is not like itself as %q: %+v", expected, contentType, finding)
				}
			}
		}
	})
}

// BenchmarkMedia shows that time and memory grow with the body and not faster.
func BenchmarkMedia(b *testing.B) {
	const book = "  <book id=\"%d\" lang=\"en\">\n    <title>A book about books</title>\n    <price>12.50</price>\n    <note>It is <b>good</b>.</note>\n  </book>\n"
	for _, books := range []int{800, 8000, 80_000} {
		var text strings.Builder
		text.WriteString("<catalog>\n")
		for i := range books {
			fmt.Fprintf(&text, book, i)
		}
		text.WriteString("</catalog>")
		for _, contentType := range []string{"application/xml", "text/html"} {
			expected, real := response(contentType, text.String()), response(contentType, text.String()+"\n")
			checker := gavel.New()
			b.Run(fmt.Sprintf("%s/%dKB", strings.ReplaceAll(contentType, "/", "-"), len(real.Body)>>10), func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(len(real.Body)))
				for b.Loop() {
					if r := checker.Check(expected, real, gavel.Options{Match: transaction.MatchValue}); !r.OK() {
						b.Fatal(r.Findings)
					}
				}
			})
		}
	}
}
