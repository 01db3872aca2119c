package config

import (
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// httpKeys maps what Dredd hands to its HTTP library to our options.
func httpKeys() []key[Settings] {
	insecure := func(r *reader, n *yaml.Node, s *Settings) {
		var verify bool
		v := truth(func(*Settings) *bool { return &verify })
		r.scalar(n, v, s)
		s.HTTP.TLSInsecure = s.HTTP.TLSInsecure || !verify
	}
	pem := func(at func(*Settings) *string) func(*reader, *yaml.Node, *Settings) {
		return func(r *reader, n *yaml.Node, s *Settings) {
			var parts []string
			r.list(n, texts(func(*Settings) *[]string { return &parts }), s)
			*at(s) = strings.Join(parts, "\n")
		}
	}
	return []key[Settings]{
		{"strictSSL", insecure},
		{"rejectUnauthorized", insecure},
		{"ca", pem(func(s *Settings) *string { return &s.HTTP.TLSCA })},
		{"cert", pem(func(s *Settings) *string { return &s.HTTP.TLSCert })},
		{"key", pem(func(s *Settings) *string { return &s.HTTP.TLSKey })},
		{"timeout", func(r *reader, n *yaml.Node, s *Settings) {
			r.scalar(n, duration(func(s *Settings) *time.Duration { return &s.HTTP.Timeout }, time.Millisecond, false), s)
		}},
		{"auth", func(r *reader, n *yaml.Node, s *Settings) { readAuth(r, n, s) }},
		{"agentOptions", readHTTP},
		{"proxy", func(r *reader, n *yaml.Node, s *Settings) {
			if !r.overridden(n, "proxy", "--proxy") {
				r.scalar(n, text(func(s *Settings) *string { return &s.HTTP.Proxy }), s)
			}
		}},
		{"followRedirect", func(r *reader, n *yaml.Node, s *Settings) {
			if r.overridden(n, "followRedirect", "--redirects") {
				return
			}
			var follow bool
			r.scalar(n, truth(func(*Settings) *bool { return &follow }), s)
			if follow && s.HTTP.Redirects == 0 {
				s.HTTP.Redirects = usualRedirects
			}
		}},
		{"maxRedirects", func(r *reader, n *yaml.Node, s *Settings) {
			if !r.overridden(n, "maxRedirects", "--redirects") {
				r.scalar(n, whole(func(s *Settings) *int { return &s.HTTP.Redirects }, 0, 1000), s)
			}
		}},
	}
}

// usualRedirects is how many redirects Dredd's HTTP library follows when it follows any.
const usualRedirects = 10

// overridden warns that Dredd does not use a key for requests to the server under test, whatever it
// says.
func (r *reader) overridden(n *yaml.Node, key, option string) bool {
	if off := n.Tag == "!!bool" && strings.EqualFold(n.Value, "false"); r.dredd && !off {
		r.warn(n, "http.%s is not used for requests to the server, as in Dredd: say %s", key, option)
	}
	return r.dredd
}

// readHTTP reads "http". What has no counterpart is told.
func readHTTP(r *reader, n *yaml.Node, s *Settings) {
	table := httpKeys()
	if n.Kind != yaml.MappingNode {
		r.fail(n, "want an object here, with some of the keys %s, not %s", names(table), kindOf(n))
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], resolve(n.Content[i+1])
		found := false
		for _, row := range table {
			if row.name == k.Value {
				found = true
				if v.Tag != "!!null" {
					row.read(r, v, s)
				}
			}
		}
		if !found {
			r.warn(k, "http.%s has no counterpart here, so it is passed over; what is read is %s", k.Value, names(table))
		}
	}
}

// readAuth reads the credentials of "http".
func readAuth(r *reader, n *yaml.Node, s *Settings) {
	var user, password string
	set := func(to *string) func(*reader, *yaml.Node, *Settings) {
		return func(r *reader, n *yaml.Node, _ *Settings) { *to = str(r, n) }
	}
	object(r, n, []key[Settings]{
		{"user", set(&user)}, {"username", set(&user)}, {"pass", set(&password)}, {"password", set(&password)},
	}, s)
	if user != "" && s.HTTP.User == "" {
		s.HTTP.User = user + ":" + password
	}
}
