package cli

import (
	"os"

	"github.com/bailiff-dev/bailiff/harness/hook/handler"
	"github.com/bailiff-dev/bailiff/internal/config"
)

// configuration is what JavaScript hooks find as hooks.configuration, under Dredd's names: all that holds,
// whoever said it, and what else a dredd.yml has.
func configuration(s *config.Settings, files []string) map[string]any {
	dir, _ := os.Getwd() // empty when the folder is gone
	custom := map[string]any{}
	for key, v := range s.Custom {
		custom[key] = v
	}
	custom["cwd"], custom["argv"] = dir, list(os.Args[1:])
	all := map[string]any{}
	for key, v := range s.Extra {
		all[key] = v
	}
	w := s.Hooks.Worker
	for key, v := range map[string]any{
		"endpoint":  s.Endpoint,
		"blueprint": orNull(s.Blueprint),
		"path":      list(s.Descriptions()),
		"custom":    custom,
		"hookfiles": list(files),
		"language":  orElse(s.Hooks.Language, handler.JavaScript),
		"require":   orNull(s.Hooks.Require),
		"server":    orNull(s.Server),

		"server-wait": s.ServerWait.Seconds(),
		"only":        list(s.Only),
		"method":      list(s.Method),
		"names":       s.Names,
		"dry-run":     s.DryRun,
		"sorted":      s.Sorted,

		"header":        headerLines(s.HTTP),
		"user":          nil, // Dredd makes a header of it
		"http":          map[string]any{},
		"reporter":      list(s.Reporter),
		"output":        list(s.Output),
		"details":       s.Details,
		"inline-errors": s.InlineErrors,
		"loglevel":      s.Loglevel,
		"color":         s.Color != "never",
		"config":        orElse(s.File, "./"+config.DreddName),

		"hooks-worker-timeout":            orDefault(w.Timeout, 5000),
		"hooks-worker-connect-timeout":    orDefault(w.ConnectTimeout, 10000),
		"hooks-worker-connect-retry":      w.ConnectRetry,
		"hooks-worker-after-connect-wait": w.AfterConnectWait,
		"hooks-worker-term-timeout":       orDefault(w.TermTimeout, 5000),
		"hooks-worker-term-retry":         orDefault(w.TermRetry, 500),
		"hooks-worker-handler-host":       w.Host,
		"hooks-worker-handler-port":       w.Port,
	} {
		all[key] = v
	}
	return all
}

// headerLines are the headers as --header takes them, that of --user being the first.
func headerLines(h config.HTTP) []string {
	lines := []string{}
	for _, f := range headers(h) {
		lines = append(lines, f.Name+": "+f.Value)
	}
	return lines
}

// list is a list that is never null in JSON.
func list(items []string) []string { return append([]string{}, items...) }

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// orNull is null in JSON for what is not said.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func orDefault(n, standard int) int {
	if n == 0 {
		return standard
	}
	return n
}
