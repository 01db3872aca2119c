package starter

import (
	"cmp"
	"fmt"
	"go/format"
	"path"
	"path/filepath"
	"strings"
)

// goTestName is the file of the test.
const goTestName = "contract_test.go"

// goTest writes the test that holds a server of Go against its documentation.
func goTest(m GoModule, a Answers) (File, error) {
	var b strings.Builder
	std, ours := []string{"testing"}, []string{"harness"}
	if m.Handler != "" {
		std, ours = []string{"net/http", "testing"}, append(ours, "harness/postgres")
	}
	if a.Hooks {
		ours = append(ours, "harness/hook")
	}
	fmt.Fprintf(&b, "package %s\n\nimport (\n", m.Package)
	for _, p := range std {
		fmt.Fprintf(&b, "%q\n", p)
	}
	b.WriteString("\n")
	for _, p := range ours {
		fmt.Fprintf(&b, "%q\n", "github.com/bailiff-dev/bailiff/"+p)
	}
	b.WriteString(")\n\n// TestContract holds the server against its documentation, a subtest for each documented request.\n")
	b.WriteString("func TestContract(t *testing.T) {\nharness.Test(t, harness.Config{\nDescriptions: []string{")
	for i, d := range a.Descriptions {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%q", below(m.Dir, d))
	}
	b.WriteString("},\n")
	if m.Handler != "" {
		// No database is asked for, so that there is none to hand on.
		fmt.Fprintf(&b, "// With Database, each request has a clean one: func(db postgres.DB) http.Handler { return %s(db) }.\n", m.Handler)
		fmt.Fprintf(&b, "Handler: func(postgres.DB) http.Handler { return %s() },\n", m.Handler)
	} else {
		fmt.Fprintf(&b, "// Faster, and with a clean database for each request, is Handler: the server in this process.\n")
		fmt.Fprintf(&b, "Endpoint: %q,\n", a.Endpoint)
		if a.Server != "" {
			fmt.Fprintf(&b, "Server: &harness.Server{Command: %q, Wait: %d * time.Second%s},\n", a.Server, slowWait, dirField(m.Dir))
		}
	}
	if a.Hooks {
		b.WriteString("Hooks: contractHooks(),\n")
	}
	b.WriteString("})\n}\n")
	if a.Hooks {
		b.WriteString(goTestHooks(a.Example))
	}
	text := b.String()
	if strings.Contains(text, "time.Second") {
		text = strings.Replace(text, `"testing"`+"\n", `"testing"`+"\n"+`"time"`+"\n", 1)
	}
	source, err := format.Source([]byte(text))
	if err != nil {
		return File{}, fmt.Errorf("write %s: %w", goTestName, err)
	}
	return File{Path: path.Join(m.Dir, goTestName), Content: source}, nil
}

func goTestHooks(example string) string {
	return `
// contractHooks run around the requests: to log in, to seed what the documentation shows, or to look closer
// at a response.
func contractHooks() *hook.Registry {
	r := hook.New()
	r.BeforeEach(func(c *hook.Case) error {
		// c.Transaction.Request.Headers.Set("Authorization", "Bearer "+token)
		return nil
	})
	r.Before(` + double(cmp.Or(example, everything)) + `, func(c *hook.Case) error {
		// Seed the data of this example here. To leave it out: return hook.Skip("why")
		return nil
	})
	return r
}
`
}

// below is a path as the tests of a folder see it, which run in that folder. A URL stays what it is.
func below(dir, name string) string {
	if dir == "." || strings.Contains(name, "://") || path.IsAbs(name) {
		return name
	}
	if rel, err := filepath.Rel(filepath.FromSlash(dir), filepath.FromSlash(name)); err == nil {
		return filepath.ToSlash(rel)
	}
	return name
}

// dirField has the server started in the root of the project.
func dirField(dir string) string {
	if dir == "." {
		return ""
	}
	return fmt.Sprintf(", Dir: %q", below(dir, "."))
}
