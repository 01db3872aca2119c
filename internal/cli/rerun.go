package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// failures is where the names of the transactions that failed are kept for the next run with
// --rerun-failed.
type failures struct {
	file string
	kept keptFailures
}

// keptFailures is what the file holds. Folder and Descriptions are for people who wonder whose it is.
type keptFailures struct {
	Version      int      `json:"version"`
	Folder       string   `json:"folder"`
	Descriptions []string `json:"descriptions"`
	Failed       []string `json:"failed"`
}

const failuresVersion = 1

// errNeverRun says that there is nothing to run again.
var errNeverRun = errors.New("--rerun-failed: no earlier run of these descriptions in this folder is known: run once without it")

// nothingFailed is what is said when the last run left nothing to run again, which is a success.
const nothingFailed = "nothing failed the last time, so nothing is run again"

// failuresOf finds where the failures of these descriptions are kept, for this working folder. The order of
// the descriptions does not matter.
func failuresOf(descriptions []string) (*failures, error) {
	cache, err := harness.CacheFolder()
	if err != nil {
		return nil, err
	}
	folder, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("find the working folder: %w", err)
	}
	sorted := slices.Compact(slices.Sorted(slices.Values(descriptions)))
	key := sha256.Sum256([]byte(strings.Join(append([]string{folder}, sorted...), "\x00")))
	return &failures{
		file: filepath.Join(cache, "failed", hex.EncodeToString(key[:16])+".json"),
		kept: keptFailures{Version: failuresVersion, Folder: folder, Descriptions: sorted},
	}, nil
}

// last returns the names that the last run left, in their order; none when all held. The error is
// errNeverRun when there was no run, or says that the file is not what was written.
func (f *failures) last() ([]string, error) {
	data, err := os.ReadFile(f.file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errNeverRun
	case err != nil:
		return nil, fmt.Errorf("read what failed the last time: %w", err)
	}
	var kept keptFailures
	if err := json.Unmarshal(data, &kept); err != nil || kept.Version != failuresVersion {
		return nil, fmt.Errorf("%s is not what this version of bailiff keeps there: remove it, and run once without --rerun-failed", f.file)
	}
	return append([]string{}, kept.Failed...), nil
}

// keep writes down what failed in a run, and what failed before it, did not run, and is documented still. A
// run that carried nothing out, such as a dry one, is none when it is the first. The result may be nil.
func (f *failures) keep(result *harness.Result) error {
	if result == nil {
		return nil
	}
	failed, ran, there := []string{}, map[string]bool{}, map[string]bool{}
	for _, o := range result.Outcomes {
		name := string(o.Transaction.Name)
		there[name] = true
		if o.Unselected {
			continue
		}
		ran[name] = true
		if o.Status == transaction.Fail || o.Status == transaction.Error {
			failed = append(failed, name)
		}
	}
	before, err := f.last()
	if err != nil && len(ran) == 0 {
		return nil
	}
	for _, name := range before {
		if !ran[name] && (there[name] || result.NotRun > 0) {
			failed = append(failed, name)
		}
	}
	f.kept.Failed = failed[:0]
	seen := map[string]bool{}
	for _, name := range failed {
		if !seen[name] {
			seen[name] = true
			f.kept.Failed = append(f.kept.Failed, name)
		}
	}
	if err := f.write(); err != nil {
		return fmt.Errorf("keep what failed for --rerun-failed: %w", err)
	}
	return nil
}

// write puts the whole file in place at once, so that no run reads half of it.
func (f *failures) write() error {
	var data bytes.Buffer
	e := json.NewEncoder(&data)
	e.SetEscapeHTML(false) // names are full of ">"
	e.SetIndent("", "  ")
	if err := e.Encode(f.kept); err != nil {
		return err
	}
	folder := filepath.Dir(f.file)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	whole, err := os.CreateTemp(folder, ".failed-*")
	if err != nil {
		return err
	}
	_, err = whole.Write(data.Bytes())
	err = errors.Join(err, whole.Close())
	if err == nil {
		err = os.Rename(whole.Name(), f.file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(whole.Name()))
	}
	return nil
}
