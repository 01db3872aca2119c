package apib_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/apib/drafter"
)

// large writes an API Blueprint of at least that many bytes: resources with parameters, and actions
// with headers and JSON bodies.
func large(size int) string {
	var out strings.Builder
	out.WriteString("FORMAT: 1A\n\n# Beehive\n")
	for i := 0; out.Len() < size; i++ {
		fmt.Fprintf(&out, "\n# Group Hive %d\n\n## Frames [/hives/%[1]d/frames/{id}{?page%%5bsize%%5d}]\n\n+ Parameters\n    + id: 7 (integer)\n    + page%%5bsize%%5d: 10 (integer, optional)\n", i)
		for _, method := range []string{"GET", "PATCH"} {
			fmt.Fprintf(&out, "\n### %s a frame [%[1]s]\nSome words about it.\n\n+ Request\n    + Headers\n\n            Accept: application/json\n\n+ Response 200 (application/json)\n    + Body\n\n            {\n", method)
			for n := range 40 {
				fmt.Fprintf(&out, "                \"attribute-%d\": \"value of %[1]d\",\n", n)
			}
			out.WriteString("                \"last\": null\n            }\n")
		}
	}
	return out.String()
}

func BenchmarkCompile(b *testing.B) {
	doc := mustDocument(b, large(1<<20))
	r := mustCompile(b, doc)
	require.NotEmpty(b, r.Transactions)
	b.Run("parser alone", func(b *testing.B) {
		b.SetBytes(int64(len(doc.Text)))
		for b.Loop() {
			_, err := drafter.Parse(doc.Text, drafter.Options{})
			require.NoError(b, err)
		}
	})
	b.Run("all", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(doc.Text)))
		for b.Loop() {
			mustCompile(b, doc)
		}
	})
	b.Run("places", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			b.StopTimer()
			r := mustCompile(b, doc)
			b.StartTimer()
			_, err := r.Locate()
			require.NoError(b, err)
		}
	})
}

func FuzzCompile(f *testing.F) {
	f.Add("# A\n\n## G [/g/{id}{?q}]\n\n+ Parameters\n    + id: 1\n    + q: č\n\n### X [GET]\n\n+ Request A\n\n+ Response 200\n\n        {}\n\n+ Response 404\n")
	f.Add("FORMAT: 1A\n\n# GET /\n+ Response 200\n    + Attributes\n        + a: 1 (number)\n")
	f.Add("# M [/m]\n\n+ Model\n\n        x\n\n## GET\n\n+ Response 200\n\n    [M][]\n")
	f.Add("# A\n## {a [/{b}]\n### [PUT /{?%}]\n+ Response\n")
	f.Fuzz(func(t *testing.T, text string) {
		doc, err := newDocument(text)
		if err != nil {
			return
		}
		r := mustCompile(t, doc)
		sources, err := r.Locate()
		require.NoError(t, err)
		require.Len(t, sources, len(r.Transactions))
		for i, tr := range r.Transactions {
			require.NotEmpty(t, tr.Request.URI)
			n := 0
			for line := range strings.Lines(tr.Expected.Body) {
				n++
				if p := sources[i].Body.At(n); !p.IsZero() && strings.TrimSpace(line) != "" {
					require.LessOrEqual(t, p.Line, strings.Count(text, "\n")+1)
				}
			}
		}
	})
}
