package cli

import (
	"bufio"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/transaction"
	"github.com/bailiff-dev/bailiff/internal/config"
)

func TestRerunRepeatsTheOptions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args string
		want string
	}{
		"run":  {"run api.apib http://x -e --volatile /a=any --volatile /b=any -x A --bail --seed 2 --no-color", "bailiff run api.apib http://x --inline-errors --volatile=/a=any --volatile=/b=any --seed=2 --no-color"},
		"root": {"--names=false -h A:b api.apib http://x", "bailiff api.apib http://x --no-names --header=A:b"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := &app{name: "bailiff", stdout: newScreen(io.Discard)}
			root := a.root()
			cmd, rest, err := root.Find(config.Join(strings.Fields(c.args)))
			require.NoError(t, err)
			require.NoError(t, cmd.ParseFlags(rest))

			got := a.rerun(cmd, func(g config.Given) string { return g.Value })(transaction.Outcome{Transaction: &transaction.Transaction{Name: "Group > B"}})

			require.Equal(t, c.want+` --only "Group > B"`, got)
		})
	}
}

func TestReadLine(t *testing.T) {
	t.Parallel()
	r := bufio.NewReaderSize(strings.NewReader("a\r\n\n "+strings.Repeat("b", 100)+" \nc"), 16)
	for _, want := range []string{"a", "", strings.Repeat("b", 100)} {
		line, tooLong, err := readLine(r)
		require.NoError(t, err)
		require.False(t, tooLong)
		require.Equal(t, want, string(line))
	}
	line, _, err := readLine(r)
	require.ErrorIs(t, err, io.EOF)
	require.Equal(t, "c", string(line))
}

// TestTooLongALineIsAnswered feeds one line too long between two that are not.
func TestTooLongALineIsAnswered(t *testing.T) {
	t.Parallel()
	v, err := harness.NewValidator(harness.ValidatorConfig{})
	require.NoError(t, err)
	const pair = `{"expected": {}, "actual": {}}` + "\n"
	in := io.MultiReader(strings.NewReader(pair), io.LimitReader(xs{}, maxLine+1), strings.NewReader("\n"+pair))
	var out strings.Builder

	err = answerLines(v, in, &out)

	require.ErrorIs(t, err, errFailed)
	require.Equal(t, `{"valid":true,"fields":{},"findings":[]}
{"valid":false,"fields":{},"findings":[],"error":"line 2: this is longer than 256 MB, which is the most that is read"}
{"valid":true,"fields":{},"findings":[]}
`, out.String())
}

// xs is an endless text.
type xs struct{}

func (xs) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}
