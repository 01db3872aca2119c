package content_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bailiff-dev/bailiff/harness/internal/content"
)

func TestParseMediaType(t *testing.T) {
	t.Parallel()
	type parameters = []content.Parameter
	tests := []struct {
		value, name string
		parameters  parameters
		broken      bool
	}{
		{value: "text/html", name: "text/html"},
		{value: " Text/HTML ;", name: "text/html"},
		{value: "text/html;;; ;", name: "text/html"},
		{value: "text/html; Charset=UTF-8", name: "text/html", parameters: parameters{{"charset", "UTF-8"}}},
		{value: "a/b;x=1;y=\"2;\\\"3\" ;z=4", name: "a/b", parameters: parameters{{"x", "1"}, {"y", `2;"3`}, {"z", "4"}}},
		{value: "a/b;x=1;X=2", name: "a/b", parameters: parameters{{"x", "1"}}},
		{value: `a/b;x=""`, name: "a/b", parameters: parameters{{"x", ""}}},
		{value: "", broken: true},
		{value: ";", broken: true},
		{value: "text", name: "text", broken: true},
		{value: "text/", name: "text/", broken: true},
		{value: "a/b/c", name: "a/b/c", broken: true},
		{value: "a/b;x", name: "a/b", broken: true},
		{value: "a/b;x=", name: "a/b", broken: true, parameters: nil},
		{value: "a/b;x =1", name: "a/b", broken: true},
		{value: `a/b;x="1`, name: "a/b", broken: true},
		{value: `a/b;x="1\`, name: "a/b", broken: true},
		{value: `a/b;x="1"2`, name: "a/b", broken: true},
		{value: "a/b;x=1 2", name: "a/b", broken: true},
		{value: "a/b, c/d", name: "a/b, c/d", broken: true},
	}
	for _, tt := range tests {
		t.Run(tt.value, func(t *testing.T) {
			t.Parallel()
			m, ok := content.ParseMediaType(tt.value)
			assert.Equal(t, tt.broken, !ok)
			assert.Equal(t, tt.name, m.Name)
			assert.Equal(t, tt.parameters, m.Parameters)
		})
	}
}

func TestKind(t *testing.T) {
	t.Parallel()
	kinds := map[content.Kind][]string{
		content.JSON:      {"application/json", "application/vnd.api+json", "Application/Problem+JSON; charset=utf-8"},
		content.XML:       {"application/xml", "text/xml", "application/xhtml+xml", "image/svg+xml"},
		content.HTML:      {"text/html"},
		content.Form:      {"application/x-www-form-urlencoded"},
		content.Multipart: {"multipart/form-data; boundary=x", "multipart/mixed"},
		content.Text:      {"text/plain", "text/csv", "text/anything", "application/javascript", "application/yaml", "application/openapi+yaml"},
		content.Binary: {
			"image/png", "audio/mpeg", "video/mp4", "font/woff2", "application/octet-stream", "application/pdf",
			"application/zip", "application/vnd.ms-excel", "application/epub+zip",
		},
		content.Unknown: {"", "text", "application/vnd.acme.v1", "chemical/x-pdb", "application/jsonp"},
	}
	for kind, values := range kinds {
		for _, value := range values {
			m, _ := content.ParseMediaType(value)
			assert.Equal(t, kind, m.Kind(), value)
		}
	}
}
