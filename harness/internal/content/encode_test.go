package content_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bailiff-dev/bailiff/harness/internal/content"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

func bodyHeaders(contentType, encoding string) transaction.Headers {
	var h transaction.Headers
	if contentType != "" {
		h = append(h, transaction.Header{Name: "content-type", Value: contentType})
	}
	if encoding != "" {
		h = append(h, transaction.Header{Name: "content-encoding", Value: encoding})
	}
	return h
}

func TestEncodeCharset(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, contentType, body, want, says string }{
		{name: "none", body: "é", want: "é"},
		{name: "UTF-8", contentType: "text/plain; charset=UTF-8", body: "é", want: "é"},
		{name: "latin-1", contentType: "text/plain; charset=ISO-8859-1", body: "café", want: "caf\xE9"},
		{name: "latin-1 has no euro", contentType: "text/plain; charset=ISO-8859-1", body: "3 €", want: "3 €", says: "the charset ISO-8859-1 has no '€'"},
		{name: "windows-1252 has", contentType: "text/plain; charset=windows-1252", body: "3 €", want: "3 \x80"},
		{name: "ASCII", contentType: "text/plain; charset=us-ascii", body: "a", want: "a"},
		{name: "beyond ASCII", contentType: "text/plain; charset=us-ascii", body: "é", want: "é", says: "the charset us-ascii has no 'é'"},
		{name: "UTF-16 has a mark", contentType: "text/plain; charset=utf-16", body: "\uFEFFé", want: "\xFE\xFF\x00\xE9"},
		{name: "UTF-16LE has none", contentType: "text/plain; charset=utf-16le", body: "a𝄞", want: "a\x00\x34\xD8\x1E\xDD"},
		{name: "UTF-32", contentType: "text/plain; charset=utf-32", body: "a", want: "\x00\x00\xFE\xFF\x00\x00\x00a"},
		{name: "Shift_JIS", contentType: "application/json; charset=Shift_JIS", body: `{"a":"日本"}`, want: "{\"a\":\"\x93\xFA\x96\x7B\"}"},
		{name: "not known", contentType: "text/plain; charset=klingon", body: "é", want: "é", says: `the charset "klingon" is not known`},
		{name: "of XML itself", contentType: "application/xml", body: `<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>`, want: "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xE9</a>"},
		{name: "bytes stay", contentType: "text/plain; charset=ISO-8859-1", body: "caf\xE9", want: "caf\xE9"},
		{name: "bytes with NUL stay", contentType: "text/plain; charset=utf-16le", body: "a\x00", want: "a\x00"},
		{name: "types of bytes stay", contentType: "image/png; charset=ISO-8859-1", body: "é", want: "é"},
		{name: "multipart stays", contentType: "multipart/form-data; boundary=b; charset=ISO-8859-1", body: "é", want: "é"},
		{name: "nothing", contentType: "text/plain; charset=utf-16", body: "", want: ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := content.Encode(bodyHeaders(test.contentType, ""), test.body)
			assert.Equal(t, test.want, got)
			if test.says == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, test.says)
		})
	}
}

func TestEncodeEncoding(t *testing.T) {
	t.Parallel()
	for _, encoding := range []string{"gzip", "deflate", "br", "gzip, br", "x-gzip", "identity"} {
		t.Run(encoding, func(t *testing.T) {
			t.Parallel()
			h := bodyHeaders("text/plain; charset=iso-8859-1", encoding)
			encoded, err := content.Encode(h, "café, and more")
			require.NoError(t, err)
			assert.NotContains(t, encoded, "é")

			again, err := content.Encode(h, encoded)
			require.NoError(t, err)
			assert.Equal(t, encoded, again, "what is encoded already stays")

			text, problem := content.Decode(h, encoded, 1<<20)
			assert.Nil(t, problem)
			assert.Equal(t, "café, and more", text)
		})
	}
	got, err := content.Encode(bodyHeaders("", "zstd"), "hello")
	require.EqualError(t, err, `the Content-Encoding "zstd" is not known: bailiff applies gzip, deflate and br`)
	assert.Equal(t, "hello", got)
	got, err = content.Encode(bodyHeaders("image/png", "gzip"), "\x89PNG\x00")
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(got, "\x1f\x8b"), "bytes that are not encoded yet are")
}

func TestEncodeIsUndoneByDecode(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := bodyHeaders(
			"text/plain; charset="+rapid.SampledFrom([]string{"utf-8", "utf-16", "utf-16le", "utf-16be", "utf-32", "gb18030"}).Draw(t, "charset"),
			rapid.SampledFrom([]string{"", "gzip", "deflate", "br"}).Draw(t, "encoding"))
		text := rapid.StringOfN(rapid.RuneFrom([]rune("aé€日𝄞 \n{}\"")), 0, 50, -1).Draw(t, "text")
		encoded, err := content.Encode(h, text)
		if err != nil {
			t.Fatal(err)
		}
		if got, problem := content.Decode(h, encoded, 1<<20); problem != nil || got != text {
			t.Fatalf("%q became %q: %v", text, got, problem)
		}
	})
}
