package cli

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestPrompter(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := newPrompter(strings.NewReader("\n  an answer  \nperhaps\nYES\nn\n7\nTwo\n1"), &out)
	ctx := t.Context()
	text, err := p.text(ctx, "Text", "offered")
	require.NoError(t, err)
	assert.Equal(t, "offered", text)
	text, err = p.text(ctx, "Text", "offered")
	require.NoError(t, err)
	assert.Equal(t, "an answer", text)
	for _, want := range []bool{true, false} {
		yes, err := p.yes(ctx, "Really?", !want)
		require.NoError(t, err)
		assert.Equal(t, want, yes)
	}
	for _, want := range []int{1, 0} { // the last line has no end
		n, err := p.choose(ctx, "Which?", []string{"one", "two"}, 0)
		require.NoError(t, err)
		assert.Equal(t, want, n)
	}
	_, err = p.yes(ctx, "More?", true)
	require.ErrorIs(t, err, errNoAnswer)
	assert.Contains(t, out.String(), "Answer y or n.")
	assert.Contains(t, out.String(), "Answer with a number from 1 to 2.")
}

// TestPrompterIsInterrupted in the middle of a line. It is not parallel: it counts goroutines.
func TestPrompterIsInterrupted(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	in, end := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	p := newPrompter(in, io.Discard)
	cancel()
	_, err := p.text(ctx, "Text", "")
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, end.Close())
	_, open := <-p.lines
	require.False(t, open)
}

func TestRoff(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain":          "plain",
		"--only 'x'":     `\-\-only \(aqx\(aq`,
		`a\b`:            `a\eb`,
		".begins":        `\&.begins`,
		"'also":          `\(aqalso`,
		"two\n   lines":  "two lines",
		"`a` ~/x ^ more": `\(gaa\(ga \(ti/x \(ha more`,
	} {
		assert.Equal(t, want, roff(text))
	}
}

// TestManualIsComplete looks for every command and every option.
func TestManualIsComplete(t *testing.T) {
	t.Parallel()
	a := &app{name: "bailiff", stdout: newScreen(io.Discard), stderr: io.Discard}
	root := a.root()
	page := manual(root)
	require.NotEmpty(t, shown(root))
	for _, cmd := range shown(root) {
		assert.Contains(t, page, "\n.SS "+strings.TrimPrefix(cmd.CommandPath(), "bailiff ")+"\n")
		for _, f := range own(cmd) {
			assert.Contains(t, page, `\-\-`+roff(f.Name)+`\fR`, cmd.Name())
		}
	}
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, ".") {
			continue
		}
		assert.NotContains(t, strings.ReplaceAll(line, `\-`, ""), "--", line)
	}
}
