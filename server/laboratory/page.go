package laboratory

import (
	"embed"
	"io/fs"
	"net/http"
)

// static holds the page, and the chart library where `make native` has brought it.
//
//go:embed static
var static embed.FS

// policy lets the page load nothing but what comes from here, and nobody frame it.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// page serves the page and its parts.
func page() http.Handler {
	files, err := fs.Sub(static, "static")
	if err != nil {
		panic(err) // the folder is embedded
	}
	serve := http.StripPrefix("/laboratory/", http.FileServerFS(files))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Referrer-Policy", "no-referrer")
		w.Header().Set("Cache-Control", "no-cache") // the parts of one version belong together
		serve.ServeHTTP(w, r)
	})
}
