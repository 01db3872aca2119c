package npm_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/bailiff-dev/bailiff/tools/npm"
)

func TestNothingIsInstalledTwice(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(tool + " is missing")
		}
	}
	dir := t.TempDir()
	lock := []byte(`{"packages": {"node_modules/dredd": {"version": "1.2.3"}}}`)
	stamp := filepath.Join(dir, "node_modules", ".bailiff-installed")
	for _, err := range []error{
		os.WriteFile(filepath.Join(dir, "package-lock.json"), lock, 0o600),
		os.Mkdir(filepath.Dir(stamp), 0o700),
		os.WriteFile(stamp, lock, 0o600),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	var said bytes.Buffer
	err := npm.Install(t.Context(), dir, &said)
	if err != nil || said.Len() > 0 {
		t.Errorf("error %v, said %q", err, said.String())
	}
	version, err := npm.Version(dir, "dredd")
	if err != nil || version != "1.2.3" {
		t.Errorf("version %q, error %v", version, err)
	}
}
