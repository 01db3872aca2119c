package container_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/container"
)

// watch is the script under a shell, with tables of our own.
type watch struct {
	watchRow
	folder string
	cmd    *exec.Cmd
	out    bytes.Buffer
	took   time.Duration
	done   chan struct{}
}

type watchRow struct {
	name    string
	service []string
	// tables are files at the start; later is a change of one of them after 4 s.
	tables, later map[string]string
	path          string
	interrupt     bool // after those 4 s
	code          int
	out           string
	// least is how long it must run.
	least time.Duration
}

// newWatch runs the script: for 3 s it waits for the first connection to port 5432 (1538 in the tables), and
// for 1 s after the last one.
func newWatch(t testing.TB, shell []string, row watchRow) *watch {
	t.Helper()
	w := &watch{watchRow: row, folder: t.TempDir(), done: make(chan struct{})}
	w.write(t, row.tables)
	script := filepath.Join(w.folder, "watch.sh")
	require.NoError(t, os.WriteFile(script, []byte(container.WatchScript), 0o600))
	args := append(slices.Clone(shell[1:]), script, "1538", "3", "1", filepath.Join(w.folder, "keep"), "5", w.folder)
	w.cmd = exec.Command(shell[0], append(args, row.service...)...)
	w.cmd.Stdout, w.cmd.Stderr = &w.out, &w.out
	if row.path != "" {
		w.cmd.Env = []string{"PATH=" + row.path}
	}
	begin := time.Now()
	require.NoError(t, w.cmd.Start())
	go func() {
		_ = w.cmd.Wait()
		w.took = time.Since(begin)
		close(w.done)
	}()
	t.Cleanup(func() {
		_ = w.cmd.Process.Signal(os.Interrupt)
		<-w.done
	})
	return w
}

// write replaces files of the folder, each at once.
func (w *watch) write(t testing.TB, files map[string]string) {
	t.Helper()
	for name, text := range files {
		temp := filepath.Join(w.folder, "temp")
		require.NoError(t, os.WriteFile(temp, []byte(text), 0o600))
		require.NoError(t, os.Rename(temp, filepath.Join(w.folder, name)))
	}
}

// check waits for the end.
func (w *watch) check(t testing.TB) {
	t.Helper()
	select {
	case <-w.done:
	case <-time.After(20 * time.Second):
		t.Fatal("it does not end")
	}
	assert.Equal(t, w.code, w.cmd.ProcessState.ExitCode(), w.out.String())
	assert.Contains(t, w.out.String(), w.watchRow.out)
	assert.GreaterOrEqual(t, w.took, w.least)
}

// shells are those of the images that the script has to run under, as far as they are here.
func shells() map[string][]string {
	found := map[string][]string{}
	for name, args := range map[string][]string{"sh": nil, "dash": nil, "bash": {"--posix"}, "busybox": {"sh"}} {
		if path, err := exec.LookPath(name); err == nil {
			found[name] = append([]string{path}, args...)
		}
	}
	return found
}

const (
	header    = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
	connected = "   0: 020011AC:1538 010011AC:D2C0 01 00000000:00000000 00:00000000 00000000     0        0 1 1 0000000000000000 20 4 30 10 -1\n"
	others    = header +
		"   0: 00000000:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0000000000000000 20 4 30 10 -1\n" +
		"   1: 020011AC:1538 010011AC:D2C0 06 00000000:00000000 00:00000000 00000000     0        0 1 1 0000000000000000 20 4 30 10 -1\n" +
		"   2: 020011AC:1539 010011AC:1538 01 00000000:00000000 00:00000000 00000000     0        0 1 1 0000000000000000 20 4 30 10 -1\n"
	counted = "Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails\nTcp: 1 200 120000 -1 7 %d 0\n"
)

// TestWatch starts all at once, since each has to wait; then it changes some, and then it looks how they ended.
func TestWatch(t *testing.T) {
	t.Parallel()
	sleep := []string{"sleep", "60"}
	rows := []watchRow{
		{name: "nobody comes", service: sleep, tables: map[string]string{"tcp": others, "tcp6": header}, least: 2 * time.Second},
		{name: "no tables", service: sleep, least: 2 * time.Second},
		{
			name: "the last leaves", service: sleep, tables: map[string]string{"tcp": others + connected, "tcp6": header},
			later: map[string]string{"tcp": others}, least: 4 * time.Second,
		},
		{
			name: "the last leaves by IPv6", service: sleep, tables: map[string]string{"tcp": others, "tcp6": header + connected},
			later: map[string]string{"tcp6": header}, least: 4 * time.Second,
		},
		{
			name: "somebody came and went", service: sleep, tables: map[string]string{"tcp": others + connected, "snmp": fmt.Sprintf(counted, 3)},
			later: map[string]string{"tcp": others, "snmp": fmt.Sprintf(counted, 4)}, least: 5 * time.Second,
		},
		{name: "kept", service: sleep, tables: map[string]string{"keep": ""}, least: 4 * time.Second},
		{name: "the service ends", service: []string{"sh", "-c", "echo out of luck; exit 7"}, code: 7, out: "out of luck"},
		{name: "told to end", service: sleep, tables: map[string]string{"tcp": connected}, interrupt: true, code: 143, least: 4 * time.Second},
		{name: "no sleep", service: []string{"nothing"}, path: t.TempDir(), code: 127, out: "no program sleep"},
	}
	watches := map[string]*watch{}
	for name, shell := range shells() {
		for _, row := range rows {
			if name != "busybox" || row.path == "" { // its sleep is part of it
				watches[name+" "+row.name] = newWatch(t, shell, row)
			}
		}
	}
	time.Sleep(4 * time.Second) // the passing of time is what is tested
	for name, w := range watches {
		if w.later != nil || w.interrupt {
			select {
			case <-w.done:
				t.Errorf("%s: it ended while it was used: %s", name, w.out.String())
			default:
			}
		}
		w.write(t, w.later)
		if w.interrupt {
			require.NoError(t, w.cmd.Process.Signal(os.Interrupt))
		}
	}
	for name, w := range watches {
		t.Run(name, func(t *testing.T) { w.check(t) })
	}
}
