package cli_test

import (
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestValidateAnswersBeforeTheNextLine talks to it as another program would: through pipes, and line by
// line.
func TestValidateAnswersBeforeTheNextLine(t *testing.T) {
	t.Parallel()
	b, stdin := startWithInput(t, "validate")
	for range 3 {
		_, err := io.WriteString(stdin, `{"expected": {"statusCode": 200}, "actual": {"statusCode": 200}}`+"\n")
		require.NoError(t, err)
		line, err := b.stdout.ReadString('\n')
		require.NoError(t, err)
		require.Contains(t, line, `{"valid":true,`)
	}
	// Half a line waits for its other half, and keeps no answer back.
	_, err := io.WriteString(stdin, `{"expected": {}, "actual": {}}`+"\n"+`{"expected": {}, `)
	require.NoError(t, err)
	_, err = b.stdout.ReadString('\n')
	require.NoError(t, err)
	_, err = io.WriteString(stdin, `"actual": {}}`)
	require.NoError(t, err)
	require.NoError(t, stdin.Close())
	_, err = b.stdout.ReadString('\n')
	require.NoError(t, err)
	require.NoError(t, b.cmd.Wait())
}

// TestValidateIsInterrupted while it waits for more of its input.
func TestValidateIsInterrupted(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"lines":      {"validate"},
		"recordings": {"validate", "-", "testdata/script/validate.txtar"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, stdin := startWithInput(t, args...)
			// More than a pipe holds: when this is written, the other end reads.
			_, err := io.WriteString(stdin, strings.Repeat(" ", 1<<20))
			require.NoError(t, err)

			_, code, took := b.interrupt(t)

			require.Equal(t, 130, code, b.stderr.String())
			require.Less(t, took, patience)
		})
	}
}

// startWithInput is start for a program that is written to.
func startWithInput(t *testing.T, args ...string) (*bailiff, io.WriteCloser) {
	t.Helper()
	b := prepare(t, args...)
	stdin, err := b.cmd.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, b.cmd.Start())
	return b, stdin
}
