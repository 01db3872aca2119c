package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/internal/config"
)

// validateFlags are those of validate.
type validateFlags struct {
	schemaDir string
	format    string
	entry     []int
}

func (a *app) validate() *cobra.Command {
	var flags validateFlags
	cmd := &cobra.Command{
		Use:   "validate [EXPECTED [REAL]]",
		Short: "Hold responses that are already there against documented ones",
		Long: `validate compares responses. It sends nothing and needs no API description.

Without arguments, it reads pairs from standard input, a line each, and answers each with a line
before it reads the next:

  {"expected": {"statusCode": 200, "headers": {...}, "body": "...", "bodySchema": {...}},
   "actual":   {"statusCode": 200, "headers": {...}, "body": "..."}}

Each of the two has what it knows of these members; what the expected one leaves out is not compared.
The answer has the form of Gavel's results, "valid" and "fields", and "findings", which tell
more: a stable id, the place as a JSON pointer, and both values. A line that cannot be read is answered
too: it is not valid, and has an "error".

With arguments, it compares two recorded responses; REAL is standard input when it is not named. Each
is one of these, which is seen from the content:

  curl -s --trace FILE URL     every byte, so the best to record; --trace-ascii works for plain ASCII
  curl -si URL > FILE          the response with its head, or any other file with a raw HTTP response
  curl -sv URL > FILE 2>&1     both outputs in one file
  an HTTP archive (HAR)        as browsers export it; --entry says which of its entries
  a JSON object                as "expected" and "actual" above

Compressed and chunked bodies are unpacked, and of several responses, such as those of a redirect,
the last one is taken.

The exit code is 0 when everything is valid, and 1 otherwise.`,
		Example: `  bailiff validate --match structure < pairs.jsonl > verdicts.jsonl
  curl -s --trace expected.trace http://127.0.0.1:3000/machines
  curl -si http://127.0.0.1:3000/machines | bailiff validate expected.trace
  bailiff validate --match value --volatile '/machines/*/seen-at=date-time' old.har new.har`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 2 {
				return errors.New("validate compares two recordings: bailiff validate EXPECTED REAL")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.validateLines(cmd, flags)
			}
			return a.validateRecordings(cmd, flags, args)
		},
	}
	a.args.Register(cmd.Flags(), verdictOptions)
	cmd.Flags().StringVar(&flags.schemaDir, "schema-dir", ".", "the `folder` whose files a $ref of a bodySchema may name")
	cmd.Flags().StringVarP(&flags.format, "format", "f", "", `what to print for two recordings: "text" or "json" (default text)`)
	cmd.Flags().IntSliceVar(&flags.entry, "entry", nil, "which `entry` of an HTTP archive is taken, counted from 1; two numbers, as in 1,2, are for EXPECTED and REAL")
	return cmd
}

// verdictSettings are the settings of a command that runs nothing.
func (a *app) verdictSettings() (*config.Settings, error) {
	return config.Load(config.Source{Arguments: &a.args, Defaults: config.Defaults(), Picked: verdictOptions})
}

// validator makes what compares, of flags and the configuration file.
func (f *validateFlags) validator(s *config.Settings) (v *harness.Validator, end func(), err error) {
	root, err := os.OpenRoot(f.schemaDir)
	if err != nil {
		return nil, nil, fmt.Errorf("open the folder of --schema-dir: %w", err)
	}
	v, err = harness.NewValidator(harness.ValidatorConfig{
		CheckOptions: harness.CheckOptions{
			Match:              s.Match,
			Volatile:           s.Volatile,
			NoVolatileDefaults: !s.VolatileDefaults,
			FS:                 root.FS(),
		},
		Explain:  s.Explain,
		Sanitize: sanitize(s),
	})
	if err != nil {
		_ = root.Close()
		return nil, nil, err
	}
	return v, func() { _ = root.Close() }, nil // it was only read from
}

// validateLines answers pairs on standard input. It is in a goroutine of its own, so that Ctrl-C ends
// the program while it waits for a line.
func (a *app) validateLines(cmd *cobra.Command, f validateFlags) error {
	if f.format != "" || f.entry != nil {
		return errors.New("--format and --entry are for two recordings; name them: bailiff validate EXPECTED REAL")
	}
	s, err := a.verdictSettings()
	if err != nil {
		return err
	}
	v, end, err := f.validator(s)
	if err != nil {
		return err
	}
	defer end()
	return interruptible(cmd.Context(), func() error {
		return answerLines(v, cmd.InOrStdin(), a.stdout)
	})
}

// interruptible waits for f, or for the end of ctx, whichever comes first.
func interruptible(ctx context.Context, f func() error) error {
	done := make(chan error, 1)
	go func() { done <- f() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// maxLine is the longest line of a pair that is read, in bytes.
const maxLine = 256 << 20

// answerLines answers each line before it waits for another one.
func answerLines(v *harness.Validator, in io.Reader, out io.Writer) error {
	lines := bufio.NewReaderSize(in, 1<<16)
	w := bufio.NewWriterSize(out, 1<<16)
	valid := true
	for number := 1; ; number++ {
		line, tooLong, err := readLine(lines)
		last := errors.Is(err, io.EOF)
		if err != nil && !last {
			return errors.Join(w.Flush(), fmt.Errorf("read line %d of standard input: %w", number, err))
		}
		if len(line) > 0 || tooLong {
			ok, err := answer(v, line, number, tooLong, w)
			if err != nil {
				return fmt.Errorf("write the answer to line %d: %w", number, err)
			}
			valid = valid && ok
		}
		if last || !lineWaits(lines) {
			if err := w.Flush(); err != nil {
				return fmt.Errorf("write the answer to line %d: %w", number, err)
			}
		}
		if last {
			break
		}
	}
	if !valid {
		return errFailed
	}
	return nil
}

// answer writes one verdict, and reports whether it is that the response is valid.
func answer(v *harness.Validator, line []byte, number int, tooLong bool, w io.Writer) (bool, error) {
	if tooLong {
		return false, harness.WriteInvalid(w, fmt.Errorf("line %d: this is longer than %d MB, which is the most that is read", number, maxLine>>20))
	}
	verdict, err := v.CheckLine(line)
	if err != nil {
		return false, harness.WriteInvalid(w, fmt.Errorf("line %d: %w", number, err))
	}
	return verdict.OK(), verdict.WriteJSON(w)
}
