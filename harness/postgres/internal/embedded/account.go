//go:build linux || darwin

package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// account is who Postgres runs as: ourselves, or, since Postgres refuses to be root, somebody
// without rights.
type account struct {
	name     string
	uid, gid int
	drop     bool
}

// serverAccount picks the account. A data folder that exists decides; else the account "postgres"
// where there is one, else "nobody".
func serverAccount(data string) (account, error) {
	if os.Geteuid() != 0 {
		return account{uid: os.Geteuid(), gid: os.Getegid()}, nil
	}
	if info, err := os.Stat(data); err == nil && ownerOf(info) > 0 {
		if u, err := user.LookupId(strconv.Itoa(ownerOf(info))); err == nil {
			return newAccount(u)
		}
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil && u.Uid != "0" {
			return newAccount(u)
		}
	}
	return account{}, errors.New("postgres does not run as root, and there is no account postgres or nobody to run it as: " +
		"make one, run as another user, or set BAILIFF_POSTGRES_URL")
}

func newAccount(u *user.User) (account, error) {
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return account{}, err
	}
	gid, err := strconv.Atoi(u.Gid)
	return account{name: u.Username, uid: uid, gid: gid, drop: true}, err
}

// give makes the account the owner of a file or folder that we made for it.
func (a account) give(path string) error {
	if !a.drop {
		return nil
	}
	return os.Lchown(path, a.uid, a.gid)
}

// command prepares a program to run as the account: in a session of its own, so that Ctrl-C in the
// terminal is no matter of its, and in a folder that any account may be in. The environment says
// nothing but where programs are: variables such as PGDATA must not change what Postgres does.
func (a account) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) } // initdb cleans up then
	cmd.WaitDelay = 500 * time.Millisecond
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if a.drop {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
	return cmd
}

// run runs a program to its end and returns what it printed; the error tells it too.
func (a account) run(ctx context.Context, name string, args ...string) (string, error) {
	cmd := a.command(ctx, name, args...)
	out, err := cmd.CombinedOutput()
	text := strings.TrimSpace(string(out))
	switch {
	case err == nil:
		return text, nil
	case ctx.Err() != nil:
		return text, ctx.Err()
	case a.drop && (errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EINVAL)):
		return text, fmt.Errorf("%w: root may not become %s here (a container without other users?): "+
			"run as another user, or set BAILIFF_POSTGRES_URL", err, a.name)
	case text != "":
		return text, fmt.Errorf("%w: %s", err, lastLines(text, 8))
	}
	return text, err
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
