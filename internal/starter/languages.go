package starter

import (
	"cmp"
	"go/format"
	"path"
	"regexp"
	"slices"
	"strings"
)

// HookLang is a language that hooks can be written in.
type HookLang struct {
	// Key is what --language calls it.
	Key string
	// Name is what people call it.
	Name string
	// Program is the hook handler; empty when bailiff brings everything along.
	Program string
	// Install installs the handler; empty when there is none to install.
	Install string
	// file is where the first hook file is written.
	file string
	// text writes it.
	text func(hookText) string
	// mark is in the hook files of the language, and extensions are what they end with.
	mark       *regexp.Regexp
	extensions []string
}

// HookLanguages are the languages of hooks, in the order in which they are offered.
func HookLanguages() []HookLang {
	return []HookLang{
		{
			Key: "nodejs", Name: "JavaScript", file: "contract/hooks.js", text: javaScriptHooks,
			mark:       regexp.MustCompile(`(?:require\(|from )\s*['"]hooks['"]`),
			extensions: []string{".js", ".cjs", ".mjs", ".ts", ".coffee"},
		},
		{Key: "go", Name: "Go", file: "contract/hooks/main.go", text: goHooks},
		{
			Key: "python", Name: "Python", Program: "dredd-hooks-python", Install: "pip install dredd_hooks",
			file: "contract/hooks.py", text: pythonHooks, mark: regexp.MustCompile(`\bdredd_hooks\b`), extensions: []string{".py"},
		},
		{
			Key: "ruby", Name: "Ruby", Program: "dredd-hooks-ruby", Install: "gem install dredd_hooks",
			file: "contract/hooks.rb", text: rubyHooks, mark: regexp.MustCompile(`\b(?:dredd_hooks|DreddHooks)\b`), extensions: []string{".rb"},
		},
		{
			Key: "php", Name: "PHP", Program: "dredd-hooks-php", Install: "composer require ddelnano/dredd-hooks-php --dev",
			file: "contract/hooks.php", text: phpHooks, mark: regexp.MustCompile(`\bDredd\\Hooks\b`), extensions: []string{".php"},
		},
		{
			Key: "perl", Name: "Perl", Program: "dredd-hooks-perl", Install: "cpanm Dredd::Hooks",
			file: "contract/hooks.pl", text: perlHooks, mark: regexp.MustCompile(`\bDredd::Hooks\b`), extensions: []string{".pl"},
		},
		{
			Key: "rust", Name: "Rust", Program: "dredd-hooks-rust", Install: "cargo install dredd-hooks && cargo add dredd-hooks && cargo build --bin contract_hooks",
			file: "src/bin/contract_hooks.rs", text: rustHooks,
		},
	}
}

// HookLanguage finds a language by what --language calls it, or by its name.
func HookLanguage(key string) (HookLang, bool) {
	key = strings.ToLower(strings.TrimSpace(key))
	for _, l := range HookLanguages() {
		if key != "" && (key == l.Key || key == strings.ToLower(l.Name)) {
			return l, true
		}
	}
	return HookLang{}, false
}

// hookFiles finds the hook files of all languages by what they load; a folder of the name says little,
// since Git and React have hooks too. Those of the likeliest language are kept.
func (t *tree) hookFiles() HookFiles {
	best := HookFiles{}
	for _, l := range HookLanguages() {
		if l.mark == nil {
			continue
		}
		var files []string
		for _, name := range t.files {
			if slices.Contains(l.extensions, strings.ToLower(path.Ext(name))) && l.mark.Match(t.head(name, maxHead)) {
				files = append(files, name)
			}
		}
		if len(files) > len(best.Files) {
			best = HookFiles{files, l.Key}
		}
	}
	return best
}

// Patterns are the files, those of one folder and ending as a pattern.
func (h HookFiles) Patterns() []string {
	type group struct{ dir, ext string }
	groups := map[group][]string{}
	for _, f := range h.Files {
		g := group{path.Dir(f), path.Ext(f)}
		groups[g] = append(groups[g], f)
	}
	var list []string
	for g, files := range groups {
		if len(files) == 1 || g.dir == "." { // a pattern in the root would find much else
			list = append(list, files...)
			continue
		}
		list = append(list, path.Join(g.dir, "*"+g.ext))
	}
	slices.SortFunc(list, func(a, b string) int { return cmp.Or(cmp.Compare(depth(a), depth(b)), cmp.Compare(a, b)) })
	return list
}

// hookText is what a first hook file speaks of.
type hookText struct {
	// Example is the name of a transaction.
	Example string
	// Names is the command that prints all names.
	Names string
}

// double puts a text in double quotes, single in single ones; each for languages in which a backslash
// escapes just as it does here. Control characters cannot be in a name on one line.
func double(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ", "\r", " ").Replace(text) + `"`
}

func single(text string) string {
	return `'` + strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", " ", "\r", " ").Replace(text) + `'`
}

// intro is the comment at the top of a hook file, each line behind the mark of the language.
func (h hookText) intro(mark string) string {
	return mark + " Hooks run around the requests: to log in, to seed what the documentation shows, or to look closer at\n" +
		mark + " a response. A hook is registered for the name of a transaction; all names are printed by\n" +
		mark + "   " + strings.ReplaceAll(h.Names, "\n", " ") + "\n"
}

func javaScriptHooks(h hookText) string {
	return h.intro("//") + `const hooks = require('hooks');

hooks.beforeEach((transaction) => {
  // transaction.request.headers.Authorization = 'Bearer ' + token;
});

hooks.before(` + single(h.Example) + `, async (transaction) => {
  // Seed the data of this example here. To leave it out: transaction.skip = true;
});
`
}

func goHooks(h hookText) string {
	text := h.intro("//") + `package main

import (
	"context"
	"log"
	"net"
	"os"
	"os/signal"

	"github.com/bailiff-dev/bailiff/harness/hook"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	address := net.JoinHostPort(or("BAILIFF_HOOKS_HOST", "127.0.0.1"), or("BAILIFF_HOOKS_PORT", "61321"))
	if err := hook.Serve(ctx, address, hooks()); err != nil {
		log.Fatal(err)
	}
}

func hooks() *hook.Registry {
	r := hook.New()
	r.BeforeEach(func(c *hook.Case) error {
		// c.Transaction.Request.Headers.Set("Authorization", "Bearer "+token)
		return nil
	})
	r.Before(` + double(h.Example) + `, func(c *hook.Case) error {
		// Seed the data of this example here. To leave it out: return hook.Skip("why")
		return nil
	})
	return r
}

// or is a variable of the environment, or what stands in for it.
func or(variable, otherwise string) string {
	if value := os.Getenv(variable); value != "" {
		return value
	}
	return otherwise
}
`
	if formatted, err := format.Source([]byte(text)); err == nil {
		return string(formatted)
	}
	return text
}

func pythonHooks(h hookText) string {
	return h.intro("#") + `import dredd_hooks as hooks


@hooks.before_each
def authorize(transaction):
    # transaction['request']['headers']['Authorization'] = 'Bearer ' + token
    pass


@hooks.before(` + double(h.Example) + `)
def seed(transaction):
    # Seed the data of this example here. To leave it out: transaction['skip'] = True
    pass
`
}

func rubyHooks(h hookText) string {
	return h.intro("#") + `require 'dredd_hooks/methods'

include DreddHooks::Methods

before_each do |transaction|
  # transaction['request']['headers']['Authorization'] = "Bearer #{token}"
end

before ` + single(h.Example) + ` do |transaction|
  # Seed the data of this example here. To leave it out: transaction['skip'] = true
end
`
}

func phpHooks(h hookText) string {
	return "<?php\n\n" + h.intro("//") + `
use Dredd\Hooks;

Hooks::beforeEach(function (&$transaction) {
    // $transaction->request->headers->Authorization = 'Bearer ' . $token;
});

Hooks::before(` + single(h.Example) + `, function (&$transaction) {
    // Seed the data of this example here. To leave it out: $transaction->skip = true;
});
`
}

func perlHooks(h hookText) string {
	return h.intro("#") + `use strict;
use warnings;

use Dredd::Hooks::Methods;

beforeEach(sub {
    my ($transaction) = @_;
    # $transaction->{request}{headers}{Authorization} = "Bearer $token";
});

before(` + single(h.Example) + ` => sub {
    my ($transaction) = @_;
    # Seed the data of this example here. To leave it out: $transaction->{skip} = 1;
});

1;
`
}

func rustHooks(h hookText) string {
	return h.intro("//") + `use dredd_hooks::HooksServer;

fn main() {
    let mut hooks = HooksServer::new();

    hooks.before(
        ` + double(h.Example) + `,
        Box::new(|tr| {
            // Seed the data of this example here. To leave it out: tr.insert("skip".to_owned(), true.into());
            tr
        }),
    );

    HooksServer::start_from_env(hooks);
}
`
}
