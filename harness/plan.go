package harness

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/content"
	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// planned is what the run is going to do.
func (s *Session) planned(warnings []string) Plan {
	p := Plan{
		Transactions: len(s.working),
		Names:        s.cfg.Names,
		DryRun:       s.cfg.DryRun,
		Descriptions: s.contract.files,
		Annotations:  s.contract.annotations,
		Warnings:     warnings,
		Match:        s.cfg.Match,
		Volatile:     s.cfg.declared(),
		Sanitize:     s.sanitize.Describe(),
	}
	if s.base != nil {
		p.Server = s.base.Redacted()
	}
	if s.server != nil {
		p.Database = s.server.String()
	}
	return p
}

// declared is what may vary in all responses, the defaults included.
func (c Config) declared() []transaction.Volatile {
	if c.NoVolatileDefaults {
		return c.Volatile
	}
	return append(gavel.Defaults(), c.Volatile...)
}

// warnings tell of what will surprise somebody in the run.
func (s *Session) warnings() []string {
	var list []string
	for _, m := range s.selected.methods {
		if !slices.ContainsFunc(s.working, func(w *working) bool { return w.Request.Method == m }) {
			list = append(list, fmt.Sprintf("the method %s is selected, and no transaction has it", m))
		}
	}
	if s.cfg.Workers > 1 && len(s.cfg.Handlers) > 0 {
		list = append(list, fmt.Sprintf("%d transactions run at a time, so hooks of different transactions alternate in a hook handler: "+
			"those that carry something from one hook to the next need one at a time", s.cfg.Workers))
	}
	if s.selected.nothingSent() {
		return list
	}
	if s.base != nil && s.cfg.HTTP.Proxy == "" {
		list = append(list, proxyWarnings(os.Getenv)...)
	}
	for _, w := range s.working {
		for _, said := range requestWarnings(w.own) {
			list = append(list, string(w.Name)+": "+said)
		}
	}
	return list
}

// proxyWarnings tell of settings that other programs would follow. Their values may hold passwords.
func proxyWarnings(getenv func(string) string) []string {
	var set []string
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"} {
		for _, n := range []string{name, strings.ToLower(name)} {
			if getenv(n) != "" {
				set = append(set, n)
			}
		}
	}
	if len(set) == 0 {
		return nil
	}
	return []string{"the environment has " + strings.Join(set, ", ") +
		", but requests go to the server under test without a proxy, unless one is asked for"}
}

// requestWarnings tell what cannot be sent as it is documented, and what no server can answer.
func requestWarnings(t *transaction.Transaction) []string {
	var list []string
	body, err := content.Encode(t.Request.Headers, t.Request.Body)
	if err != nil {
		list = append(list, fmt.Sprintf("the request body is sent as it is written: %s", strings.ReplaceAll(err.Error(), "\n", "; ")))
	}
	if value, ok := t.Request.Headers.Get("Content-Length"); ok {
		if n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64); err != nil || n != int64(len(body)) {
			list = append(list, fmt.Sprintf("the documented Content-Length of the request is %s, and its body is %s long: that is what is sent",
				strings.TrimSpace(value), plural(len(body), "byte", "bytes")))
		}
	}
	// RFC 9110, sections 15.3.5 and 15.3.6.
	if code := t.Expected.StatusCode; (code == http.StatusNoContent || code == http.StatusResetContent) && t.Expected.Body != "" {
		list = append(list, fmt.Sprintf("a body is documented for the response, but one with the status %d has none: "+
			"take it out, or document another status", code))
	}
	return list
}
