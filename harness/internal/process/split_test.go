package process

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestSplit(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, command string
		unix, windows []string
	}{
		{"words", " python3  -m\tdredd_hooks\n", []string{"python3", "-m", "dredd_hooks"}, []string{"python3", "-m", "dredd_hooks"}},
		{"quotes", `node "a b.js" 'z y' x"1 2"'3 4'`, []string{"node", "a b.js", "z y", "x1 23 4"}, []string{"node", "a b.js", "z y", "x1 23 4"}},
		{"empty words", `a "" ''`, []string{"a", "", ""}, []string{"a", "", ""}},
		{"backslashes", `a\ b "c\"d\x" 'e\'`, []string{"a b", `c"d\x`, `e\`}, []string{`a\`, "b", `c"d\x`, `e\`}},
		{"path of Windows", `C:\go\bin\x.exe "C:\a b\c" \"`, []string{"C:gobinx.exe", `C:\a b\c`, `"`}, []string{`C:\go\bin\x.exe`, `C:\a b\c`, `"`}},
		{"nothing is expanded", `a $HOME * ~ # | >b`, []string{"a", "$HOME", "*", "~", "#", "|", ">b"}, []string{"a", "$HOME", "*", "~", "#", "|", ">b"}},
		{"last backslash", `a \`, []string{"a", `\`}, []string{"a", `\`}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, err := splitter{}.split(tc.command)
			require.NoError(t, err)
			require.Equal(t, tc.unix, got)
			got, err = splitter{windows: true}.split(tc.command)
			require.NoError(t, err)
			require.Equal(t, tc.windows, got)
		})
	}
}

func TestSplitErrors(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"", "  \n", `""`, `a 'b`, `a "b\"`} {
		_, err := splitter{}.split(command)
		require.Error(t, err, command)
	}
}

// The shell is the judge.
func TestSplitAsTheShellDoes(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("/bin/sh"); err != nil {
		t.Skip(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		command := "p" + strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{" ", "\t", "\\\n", `\`, `"`, "'", "a", "é", "-"}), 0, 12).Draw(t, "command"), "")
		got, err := splitter{}.split(command)
		if err != nil || strings.HasSuffix(command, `\`) || strings.Contains(command, "\\\\\n") {
			return // shells differ about a last backslash, and end the command at a line feed
		}
		out, err := exec.CommandContext(t.Context(), "/bin/sh", "-c", "set -- "+command+`
for word do printf '%s\0' "$word"; done`).Output()
		require.NoError(t, err, "%q", command)
		want := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
		require.Equal(t, want, got, "%q", command)
	})
}
