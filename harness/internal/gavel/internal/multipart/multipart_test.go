package multipart_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/content"
	"github.com/bailiff-dev/bailiff/harness/internal/gavel/internal/multipart"
)

const form = `preamble
--x
Content-Disposition: form-data; name="a"

1
--x  
content-disposition: form-data;
  name=file; filename="a;b.txt"
Content-Type: text/plain

--xy
line
--x
Content-Transfer-Encoding: base64

aGVs
bG8=
--x
Content-Transfer-Encoding: quoted-printable

caf=C3=A9=
!
--x
X-Only: headers
--x

--x--
epilogue
--x
`

func TestParse(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{"lf": form, "crlf": strings.ReplaceAll(form, "\n", "\r\n")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			parts, bad := multipart.Parse(body, "x")
			require.Nil(t, bad)
			require.Len(t, parts, 6)
			var contents, names []string
			for _, p := range parts {
				contents = append(contents, strings.ReplaceAll(p.Content, "\r\n", "\n"))
				name, ok := p.Name()
				names = append(names, fmt.Sprint(name, ok))
				for i, f := range p.Headers {
					assert.True(t, strings.HasPrefix(body[p.HeaderOffsets[i]:], f.Name))
				}
			}
			assert.Equal(t, []string{"1", "--xy\nline", "hello", "café!", "", ""}, contents)
			assert.Equal(t, []string{"atrue", "filetrue", "false", "false", "false", "false"}, names)
			assert.Equal(t, `form-data; name=file; filename="a;b.txt"`, parts[1].Headers[0].Value)
			assert.True(t, strings.HasPrefix(body[parts[1].Offset:], "content-disposition"))
			assert.True(t, strings.HasPrefix(body[parts[1].ContentOffset:], "--xy"))
		})
	}
}

func TestParseOddities(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		want       []string
	}{
		{"no parts", "--x--", nil},
		{"nothing in a part", "--x\n--x--", []string{""}},
		{"an empty line in a part", "--x\n\n\n\n--x--", []string{"\n"}},
		{"a broken transfer encoding", "--x\nContent-Transfer-Encoding: base64\n\n!\n--x--", []string{"!"}},
		{"a delimiter in a line", "--x\n\na --x\n--x--", []string{"a --x"}},
		{"a line that goes on like a delimiter", "--x\n\n--x--y\n--x--", []string{"--x--y"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			parts, bad := multipart.Parse(tt.body, "x")
			require.Nil(t, bad)
			var got []string
			for _, p := range parts {
				got = append(got, p.Content)
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body, what string
		offset           int
	}{
		{"nothing", "", `there is no line that begins with "--x"`, 0},
		{"another boundary", "--y\n\n--y--", `there is no line that begins with "--x"`, 0},
		{"no end", "--x\n\n1\n", `the body ends without "--x--"`, 7},
		{"no header", "--x\nhello\n\n1\n--x--", `"hello" is not a header`, 4},
		{"a header with a blank", "--x\nA: 1\nB C: 1\n\n1\n--x--", `"B C: 1" is not a header`, 9},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, bad := multipart.Parse(tt.body, "x")
			require.Equal(t, &multipart.Refusal{What: tt.what, Offset: tt.offset}, bad)
		})
	}
}

func TestBoundary(t *testing.T) {
	t.Parallel()
	m, ok := content.ParseMediaType(`multipart/mixed; boundary="a b"`)
	require.True(t, ok)
	boundary, ok := multipart.Boundary(m)
	assert.True(t, ok)
	assert.Equal(t, "a b", boundary)
	_, ok = multipart.Boundary(content.MediaType{Name: "multipart/mixed"})
	assert.False(t, ok)
	boundary, ok = multipart.GuessBoundary("--abc \r\nA: 1")
	assert.True(t, ok)
	assert.Equal(t, "abc", boundary)
	_, ok = multipart.GuessBoundary("--\n")
	assert.False(t, ok)
	_, ok = multipart.GuessBoundary("hello")
	assert.False(t, ok)
}

func TestHostileBodies(t *testing.T) {
	t.Parallel()
	start := time.Now()
	for _, s := range []string{"--x\n", "--x", "\n--x-", "--x\nA: 1\n", "--x\n\n"} {
		_, bad := multipart.Parse(strings.Repeat(s, 4<<20/len(s)), "x")
		require.NotNil(t, bad, s)
	}
	_, bad := multipart.Parse("--x\n"+strings.Repeat("A: 1\n", 1<<20)+"\n--x--", "x")
	require.NotNil(t, bad)
	assert.True(t, bad.TooLarge)
	_, bad = multipart.Parse("--x\nA: 1\n"+strings.Repeat(" 1\n", 1<<20)+"\n--x--", "x")
	require.NotNil(t, bad)
	assert.True(t, bad.TooLarge)
	assert.Less(t, time.Since(start), 10*time.Second)
}

func FuzzParse(f *testing.F) {
	f.Add(form, "x")
	f.Add("--x\r\n\r\n--x--", "x")
	f.Add("--\n", "")
	f.Fuzz(func(t *testing.T, body, boundary string) {
		multipart.GuessBoundary(body)
		parts, bad := multipart.Parse(body, boundary)
		if bad != nil {
			if bad.What == "" || bad.Offset > len(body) {
				t.Fatalf("%+v of %q", bad, body)
			}
			return
		}
		for _, p := range parts {
			p.Name()
			if p.Offset > p.ContentOffset || p.ContentOffset > len(body) || len(p.Headers) != len(p.HeaderOffsets) {
				t.Fatalf("%+v of %q", p, body)
			}
		}
	})
}
