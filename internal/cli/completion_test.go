package cli_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/internal/cli"
)

// completions is the script of a shell.
func completions(t *testing.T, shell string) string {
	t.Helper()
	var out, errs bytes.Buffer
	require.Zero(t, cli.Main([]string{"bailiff", "completion", shell}, strings.NewReader(""), &out, &errs), errs.String())
	return out.String()
}

// machines is a folder with a description, and with bailiff in the folder bin.
func machines(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	self, err := os.Executable()
	require.NoError(t, err)
	require.NoError(t, os.Mkdir(filepath.Join(dir, "bin"), 0o755))
	require.NoError(t, os.Symlink(self, filepath.Join(dir, "bin", "bailiff")))
	blueprint := "FORMAT: 1A\n# Shop\n## Machines [/machines]\n### List all [GET]\n+ Response 204\n### Make [POST]\n+ Response 201\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "machines.apib"), []byte(blueprint), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "notes.txt"), nil, 0o600))
	return dir
}

// inShell runs a program of a shell in a folder of machines.
func inShell(t *testing.T, dir, shell, program string) string {
	t.Helper()
	path, err := exec.LookPath(shell)
	if err != nil && shell == "bash" && os.Getenv("CI") != "" {
		t.Fatal("CI has to have bash")
	}
	if err != nil {
		t.Skipf("needs %s", shell)
	}
	cmd := exec.CommandContext(t.Context(), path, "-c", program)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+filepath.Join(dir, "bin")+string(filepath.ListSeparator)+os.Getenv("PATH"))
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	require.NoError(t, cmd.Run(), errs.String())
	return out.String()
}

// TestBashCompletes has bash load the script and complete as it does when Tab is pressed. What the package
// bash-completion brings is played by a function.
func TestBashCompletes(t *testing.T) {
	t.Parallel()
	const press = `
_get_comp_words_by_ref() { words=("${COMP_WORDS[@]}"); cword=$COMP_CWORD; cur=${COMP_WORDS[COMP_CWORD]}; prev=${COMP_WORDS[COMP_CWORD-1]}; }
compopt() { :; }
press() {
	COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_TYPE=9; COMP_KEY=9
	__start_bailiff
	for c in "${COMPREPLY[@]}"; do eval "set -- $c"; printf '[%s]\n' "$*"; done
}
complete -p bailiff > /dev/null || exit 1
`
	dir := machines(t)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "completion.bash"), []byte(completions(t, "bash")), 0o600))
	for _, c := range []struct{ name, words, want string }{
		{"commands", "bailiff comp", "[compile]\n[completion]\n"},
		{"value", "bailiff run machines.apib --match v", "[value]\n"},
		{"names of transactions", "bailiff run machines.apib --only ''", "[Machines > List all]\n[Machines > Make]\n"},
		{"name of a transaction, as it stands on the line", `bailiff run machines.apib --only 'Machines\ \>\ M'`, "[Machines > Make]\n"},
		{"description beside the commands", "bailiff ma", "[man]\n[machines.apib]\n"},
		{"description of a folder", "bailiff bi", "[bin/]\n"},
		{"reporter", "bailiff --reporter juni", "[junit]\n"},
		{"shell", "bailiff completion f", "[fish]\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			out := inShell(t, dir, "bash", "source completion.bash\n"+press+"press "+c.words)
			assert.Equal(t, c.want, out)
		})
	}
}

// TestOtherShellsLoadTheirScripts has the shells that are there read their script.
func TestOtherShellsLoadTheirScripts(t *testing.T) {
	t.Parallel()
	for shell, program := range map[string]string{
		"zsh":  "autoload -U compinit; compinit -u -D; source completion.zsh; whence _bailiff > /dev/null",
		"fish": "source completion.fish; complete -C 'bailiff run machines.apib --match v'",
		"pwsh": "Get-Content -Raw completion.pwsh | Invoke-Expression",
	} {
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			dir := machines(t)
			name := strings.Replace(shell, "pwsh", "powershell", 1)
			require.NoError(t, os.WriteFile(filepath.Join(dir, "completion."+shell), []byte(completions(t, name)), 0o600))
			out := inShell(t, dir, shell, program)
			if shell == "fish" {
				assert.Contains(t, out, "value")
			}
		})
	}
}
