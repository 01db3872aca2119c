package content_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/content"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

const limit = 1 << 20

func headers(contentType string, encodings ...string) transaction.Headers {
	h := transaction.Headers{{Name: "content-type", Value: contentType}}
	for _, e := range encodings {
		h = append(h, transaction.Header{Name: "Content-Encoding", Value: e})
	}
	return h
}

// pack applies an encoding.
func pack(t testing.TB, encoding, text string) string {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	switch encoding {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "zlib":
		w = zlib.NewWriter(&b)
	case "flate":
		f, err := flate.NewWriter(&b, flate.BestCompression)
		require.NoError(t, err)
		w = f
	case "br":
		w = brotli.NewWriterLevel(&b, 5)
	}
	_, err := io.WriteString(w, text)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.String()
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	const text = `{"name": "café"}`
	gzipped, zlibbed, deflated, brotlied := pack(t, "gzip", text), pack(t, "zlib", text), pack(t, "flate", text), pack(t, "br", text)
	tests := []struct {
		name      string
		encodings []string
		body      string
		want      string // the text, or what the problem says
		id        string
	}{
		{name: "none", body: text, want: text},
		{name: "identity", encodings: []string{"identity"}, body: text, want: text},
		{name: "gzip", encodings: []string{"gzip"}, body: gzipped, want: text},
		{name: "x-gzip in another case", encodings: []string{" X-GZip "}, body: gzipped, want: text},
		{name: "two members of gzip", encodings: []string{"gzip"}, body: gzipped + gzipped, want: text + text},
		{name: "deflate", encodings: []string{"deflate"}, body: zlibbed, want: text},
		{name: "deflate without zlib", encodings: []string{"deflate"}, body: deflated, want: text},
		{name: "br", encodings: []string{"br"}, body: brotlied, want: text},
		{name: "several in one field", encodings: []string{"br, identity,gzip"}, body: pack(t, "gzip", brotlied), want: text},
		{name: "several in a row", encodings: []string{"gzip", "", "deflate"}, body: pack(t, "zlib", gzipped), want: text},
		{name: "of nothing", encodings: []string{"gzip"}, body: pack(t, "gzip", ""), want: ""},
		{name: "nothing at all", encodings: []string{"gzip"}, body: "", want: ""},
		{name: "unknown", encodings: []string{"zstd"}, body: text, id: "body-encoding-invalid", want: `The Content-Encoding "zstd" is not known: bailiff undoes gzip, deflate and br.`},
		{name: "too many", encodings: []string{"br, br, br, br, br"}, body: text, id: "body-encoding-invalid", want: "The response names 5 content encodings; bailiff undoes up to 4."},
		{name: "not gzip", encodings: []string{"gzip"}, body: text, id: "body-encoding-invalid", want: "The Content-Encoding is gzip, but the body is not: gzip: invalid header."},
		{name: "gzip that ends", encodings: []string{"gzip"}, body: gzipped[:20], id: "body-encoding-invalid", want: "The Content-Encoding is gzip, but the compressed data ends in the middle, after 20 bytes."},
		{name: "gzip of one byte", encodings: []string{"gzip"}, body: "\x1f", id: "body-encoding-invalid", want: "The Content-Encoding is gzip, but the compressed data ends in the middle, after 1 byte."},
		{name: "gzip with a wrong sum", encodings: []string{"gzip"}, body: gzipped[:len(gzipped)-8] + "12345678", id: "body-encoding-invalid", want: "The Content-Encoding is gzip, but the body is not: gzip: invalid checksum."},
		{name: "gzip and more", encodings: []string{"gzip"}, body: gzipped + "hello world", id: "body-encoding-invalid", want: "The Content-Encoding is gzip, but the body is not: bytes follow the end of the compressed data."},
		{name: "gzip and little more", encodings: []string{"gzip"}, body: gzipped + "junk", id: "body-encoding-invalid", want: "The Content-Encoding is gzip, but the body is not: bytes follow the end of the compressed data."},
		{name: "two members of which one ends", encodings: []string{"gzip"}, body: gzipped + gzipped[:5], id: "body-encoding-invalid", want: fmt.Sprintf("The Content-Encoding is gzip, but the compressed data ends in the middle, after %d bytes.", len(gzipped)+5)},
		{name: "too much in the second member", encodings: []string{"gzip"}, body: gzipped + pack(t, "gzip", strings.Repeat("x", limit)), id: "body-too-large"},
		{name: "a short text that is not gzip", encodings: []string{"gzip"}, body: `{"a":1}`, id: "body-encoding-invalid", want: "The Content-Encoding is gzip, but the body is not: gzip: invalid header."},
		{name: "a text that is not deflate", encodings: []string{"deflate"}, body: `{"a":1}`, id: "body-encoding-invalid", want: "The Content-Encoding is deflate, but the body is not: it is plain text."},
		{name: "a text that is not br", encodings: []string{"br"}, body: "a", id: "body-encoding-invalid", want: "The Content-Encoding is br, but the body is not: it is plain text."},
		{name: "deflate and more", encodings: []string{"deflate"}, body: deflated + "x", id: "body-encoding-invalid", want: "The Content-Encoding is deflate, but the body is not: bytes follow the end of the compressed data."},
		{name: "zlib and more", encodings: []string{"deflate"}, body: zlibbed + "x", id: "body-encoding-invalid", want: "The Content-Encoding is deflate, but the body is not: bytes follow the end of the compressed data."},
		{name: "zlib that ends", encodings: []string{"deflate"}, body: zlibbed[:10], id: "body-encoding-invalid", want: "The Content-Encoding is deflate, but the compressed data ends in the middle, after 10 bytes."},
		{name: "br that ends", encodings: []string{"br"}, body: brotlied[:10], id: "body-encoding-invalid", want: "The Content-Encoding is br, but the compressed data ends in the middle, after 10 bytes."},
		{name: "not br", encodings: []string{"br"}, body: "\xff\xff\xff\xff", id: "body-encoding-invalid"},
		{name: "the inner one is wrong", encodings: []string{"br, gzip"}, body: pack(t, "gzip", "\xff\xff\xff"), id: "body-encoding-invalid"},
		{name: "a bomb", encodings: []string{"gzip"}, body: pack(t, "gzip", strings.Repeat("x", limit+1)), id: "body-too-large", want: "The body is more than 1048576 bytes long when its Content-Encoding gzip is undone."},
		{name: "as much as may be", encodings: []string{"gzip"}, body: pack(t, "gzip", strings.Repeat("x", limit)), want: strings.Repeat("x", limit)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, problem := content.Decode(headers("application/json", tt.encodings...), tt.body, limit)
			if tt.id == "" {
				require.Nil(t, problem)
				require.Equal(t, tt.want, got)
				return
			}
			require.NotNil(t, problem)
			assert.Equal(t, tt.id, problem.ID)
			assert.Equal(t, tt.body, got, "the body stays as it came")
			if tt.want != "" {
				assert.Equal(t, tt.want, problem.Message)
			}
			assert.Regexp(t, `^The .*\.$`, problem.Message)
		})
	}
}

func TestCharsets(t *testing.T) {
	t.Parallel()
	const invalid = "body-charset-invalid"
	tests := []struct {
		name, contentType, body, want, id string
	}{
		{name: "latin", contentType: "text/plain; charset=ISO-8859-1", body: "caf\xe9", want: "café"},
		{name: "latin in quotes", contentType: `text/plain; charset="latin1"`, body: "caf\xe9", want: "café"},
		{name: "latin as browsers have it", contentType: "text/plain; charset=iso-8859-1", body: "\x80", want: "€"},
		{name: "a name that only IANA has", contentType: "text/plain; charset=IBM850", body: "\x82", want: "é"},
		{name: "two bytes", contentType: "text/plain; charset=Shift_JIS", body: "\x93\xfa\x96\x7b", want: "日本"},
		{name: "with states", contentType: "text/plain; charset=iso-2022-jp", body: "\x1b$BF|K\\\x1b(B", want: "日本"},
		{name: "a type of its own", contentType: "application/x-own; charset=latin1", body: "\xe9", want: "é"},
		{name: "utf-16 with a mark", contentType: "text/plain; charset=utf-16", body: "\xfe\xff\x00h\x00i", want: "hi"},
		{name: "utf-16 without", contentType: "text/plain; charset=utf-16", body: "h\x00i\x00", want: "hi"},
		{name: "utf-16 the other way round", contentType: "text/plain; charset=utf-16", body: "\x00h\x00i", want: "hi"},
		{name: "utf-16 with the character of replacement", contentType: "text/plain; charset=utf-16le", body: "\xfd\xff", want: "\uFFFD"},
		{name: "utf-16 beyond 16 bits", contentType: "text/plain; charset=utf-16be", body: "\xd8\x3d\xde\x00", want: "😀"},
		{name: "utf-32", contentType: "text/plain; charset=utf-32le", body: "h\x00\x00\x00", want: "h"},
		{name: "gb18030 with the character of replacement", contentType: "text/plain; charset=gb18030", body: "\x84\x31\xa4\x37", want: "\uFFFD"},
		{name: "a mark", contentType: "text/plain; charset=utf-8", body: "\xef\xbb\xbfhi", want: "hi"},
		{name: "a mark against the header", contentType: "text/plain; charset=latin1", body: "\xef\xbb\xbfcaf\xc3\xa9", want: "café"},
		{name: "a mark of utf-16 alone", contentType: "text/csv", body: "\xff\xfeh\x00", want: "h"},
		{name: "a mark without a type", contentType: "", body: "\xef\xbb\xbf{}", want: "{}"},
		{name: "JSON", contentType: "application/json", body: "\"caf\xc3\xa9\"", want: `"café"`},
		{name: "JSON with a mark", contentType: "application/json", body: "\xef\xbb\xbf{}", want: "{}"},
		{name: "JSON that is not UTF-8", contentType: "application/json", body: "\"\xff\"", want: "\"\xff\""},
		{name: "JSON in UTF-16 that says so", contentType: "application/json; charset=utf-16", body: "\xff\xfe1\x00", want: "1"},
		{name: "JSON in UTF-16 that does not", contentType: "application/json", body: "\xff\xfe1\x00", want: "\xff\xfe1\x00"},
		{name: "text that says nothing", contentType: "text/plain", body: "caf\xe9", want: "caf\xe9"},
		{name: "XML that says nothing", contentType: "text/xml", body: "<a>\xe9</a>", want: "<a>\xe9</a>"},
		{name: "XML that says it itself", contentType: "text/xml", body: "<?xml version='1.0' encoding='ISO-8859-1' ?><a>\xe9</a>", want: "<?xml version='1.0' encoding='ISO-8859-1' ?><a>é</a>"},
		{name: "XML and the header", contentType: "application/xml; charset=iso-8859-2", body: "<?xml version=\"1.0\" encoding=\"utf-8\"?><a>\xe1</a>", want: "<?xml version=\"1.0\" encoding=\"utf-8\"?><a>á</a>"},
		{name: "XML in UTF-16 without a mark", contentType: "application/atom+xml", body: "<\x00?\x00", want: "<?"},
		{name: "XML whose declaration does not end", contentType: "text/xml", body: "<?xml encoding='latin1'\xe9", want: "<?xml encoding='latin1'\xe9"},
		{name: "HTML", contentType: "text/html", body: "<meta charset=latin1>\xe9", want: "<meta charset=latin1>é"},
		{name: "HTML as it was", contentType: "text/html", body: "<META http-equiv=Content-Type content='text/html; charset=latin1'>\xe9", want: "<META http-equiv=Content-Type content='text/html; charset=latin1'>é"},
		{name: "HTML that cannot be what it says", contentType: "text/html", body: "<meta charset=utf-16>\xc3\xa9", want: "<meta charset=utf-16>é"},
		{name: "an image", contentType: "image/png; charset=latin1", body: "\xef\xbb\xbf\xe9", want: "\xef\xbb\xbf\xe9"},
		{name: "multipart", contentType: "multipart/form-data; charset=latin1; boundary=x", body: "--x\r\n\r\n\xe9\r\n--x--", want: "--x\r\n\r\n\xe9\r\n--x--"},
		{name: "a broken Content-Type", contentType: "text/plain; charset", body: "\xe9", want: "\xe9"},

		{name: "unknown", contentType: "text/plain; charset=klingon", body: "x", id: invalid, want: `The Content-Type names the charset "klingon", which is not known.`},
		{name: "refused by browsers", contentType: "text/plain; charset=iso-2022-kr", body: "x", id: invalid, want: `The Content-Type names the charset "iso-2022-kr", which is not known.`},
		{name: "known by name only", contentType: "text/plain; charset=utf-7", body: "x", id: invalid, want: `The Content-Type names the charset "utf-7", which is not known.`},
		{name: "unknown to itself", contentType: "text/html", body: "<meta charset=klingon>", id: invalid, want: `The body itself names the charset "klingon", which is not known.`},
		{name: "not UTF-8", contentType: "application/json; charset=utf-8", body: "\"caf\xe9\"", id: invalid, want: `The Content-Type names the charset "utf-8", but the byte 0xe9 at offset 4 is not of it.`},
		{name: "not UTF-8 after the mark", contentType: "text/plain; charset=utf-8", body: "\xef\xbb\xbf\uFFFD\xff", id: invalid, want: `The byte order mark names the charset "utf-8", but the byte 0xff at offset 3 is not of it.`},
		{name: "not ASCII", contentType: "text/plain; charset=us-ascii", body: "a\xe9", id: invalid, want: `The Content-Type names the charset "us-ascii", but the byte 0xe9 at offset 1 is not of it.`},
		{name: "a byte that is not of it", contentType: "text/plain; charset=windows-1253", body: "abc\xaa", id: invalid, want: `The Content-Type names the charset "windows-1253", but the byte 0xaa at offset 3 is not of it.`},
		{name: "two bytes that are not of it", contentType: "text/plain; charset=shift_jis", body: "\x93\xfa\x93\xfa\xff\xff", id: invalid, want: `The Content-Type names the charset "shift_jis", but the byte 0xff at offset 4 is not of it.`},
		{name: "half of two bytes", contentType: "text/plain; charset=euc-kr", body: "ab\xb0", id: invalid, want: `The Content-Type names the charset "euc-kr", but the byte 0xb0 at offset 2 is not of it.`},
		{name: "half of a pair", contentType: "text/plain; charset=utf-16le", body: "a\x00\x3d\xd8", id: invalid, want: `The Content-Type names the charset "utf-16le", but the byte 0x3d at offset 2 is not of it.`},
		{name: "the second half of a pair", contentType: "text/plain; charset=utf-16be", body: "\xde\x00\x00a", id: invalid, want: `The Content-Type names the charset "utf-16be", but the byte 0xde at offset 0 is not of it.`},
		{name: "half a unit", contentType: "text/plain; charset=utf-16le", body: "a\x00b", id: invalid, want: `The Content-Type names the charset "utf-16le", but the byte 0x62 at offset 2 is not of it.`},
		{name: "no character", contentType: "text/plain; charset=utf-32be", body: "\x00\x11\x00\x00", id: invalid, want: `The Content-Type names the charset "utf-32be", but the byte 0x00 at offset 0 is not of it.`},
		{name: "larger than it may be", contentType: "text/plain; charset=windows-1252", body: strings.Repeat("\x80", limit/3+1), id: "body-too-large", want: "The body is more than 1048576 bytes long when it is turned from windows-1252 into UTF-8."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, problem := content.Decode(headers(tt.contentType), tt.body, limit)
			if tt.id == "" {
				require.Nil(t, problem)
				require.Equal(t, tt.want, got)
				return
			}
			require.NotNil(t, problem)
			assert.Equal(t, tt.id, problem.ID)
			assert.Equal(t, tt.want, problem.Message)
			assert.Equal(t, tt.body, got, "the body stays as it came")
		})
	}
}

func TestEncodingComesBeforeCharset(t *testing.T) {
	t.Parallel()
	got, problem := content.Decode(headers("text/plain; charset=latin1", "br"), pack(t, "br", "caf\xe9"), limit)
	require.Nil(t, problem)
	assert.Equal(t, "café", got)
}

// TestBombs unpacks bodies that grow a thousandfold and more, several times over.
func TestBombs(t *testing.T) {
	t.Parallel()
	bomb := pack(t, "gzip", strings.Repeat("\x00", 64<<20))
	for range 3 {
		bomb = pack(t, "gzip", bomb)
	}
	start := time.Now()
	_, problem := content.Decode(headers("application/json", "gzip", "gzip", "gzip", "gzip"), bomb, limit)
	require.NotNil(t, problem)
	assert.Equal(t, "body-too-large", problem.ID)
	assert.Less(t, time.Since(start), 10*time.Second)
}

func FuzzDecode(f *testing.F) {
	f.Add("text/html", "gzip", pack(f, "gzip", "<meta charset=latin1>\xe9"))
	f.Add("text/plain; charset=shift_jis", "", "\x93\xfa\x96")
	f.Add("text/plain; charset=gb18030", "identity", "\x84\x31\xa4\x37\x84")
	f.Add("text/plain; charset=iso-2022-jp", "", "\x1b$BF|K\\\x1b(B\x1b")
	f.Add("application/xml", "deflate, br", pack(f, "br", pack(f, "zlib", "<?xml encoding='utf-16'?>")))
	f.Add("text/plain; charset=utf-16", "deflate", pack(f, "flate", "\xff\xfea"))
	f.Fuzz(func(t *testing.T, contentType, encoding, body string) {
		const most = 1 << 16
		text, problem := content.Decode(headers(contentType, encoding), body, most)
		if problem != nil {
			if text != body || problem.ID == "" || problem.Message == "" {
				t.Fatalf("%q of %q: %+v", text, body, problem)
			}
			return
		}
		if len(text) > max(most, len(body)) {
			t.Fatalf("%d bytes of %d", len(text), len(body))
		}
	})
}
