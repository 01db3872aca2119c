//go:build linux

package process_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/bailiff-dev/bailiff/harness/internal/process"
)

const envRole = "BAILIFF_TEST_PROCESS"

// TestMain makes the test binary the program that the tests start, when its environment has a role.
// The tests look through the process table in /proc, so they are for Linux.
func TestMain(m *testing.M) {
	if role := os.Getenv(envRole); role != "" {
		act(role, os.Args[1:])
		return
	}
	goleak.VerifyTestMain(m)
}

// act is what the program does.
func act(role string, args []string) {
	switch role {
	case "args":
		fmt.Printf("%q\n", args)
	case "exit":
		code, _ := strconv.Atoi(args[0])
		os.Exit(code)
	case "die":
		// Go turns some signals into a panic; a shell does not.
		panic(syscall.Exec("/bin/sh", []string{"sh", "-c", "kill -" + args[0] + " $$"}, os.Environ())) //nolint:gosec // it is a number
	case "say":
		fmt.Print("one\r\n\ntwo é\n")
		fmt.Fprint(os.Stderr, "bad\n")
		fmt.Print("the end")
	case "flood":
		w := bufio.NewWriterSize(os.Stdout, 1<<20)
		for i := 0; i < 200_000; i++ {
			fmt.Fprintf(w, "line %d %s\n", i, strings.Repeat("x", 100))
		}
		_ = w.Flush()
	case "long":
		fmt.Print(strings.Repeat("y", 1<<20))
		forever()
	case "mute":
		_, _ = os.Stdout.Close(), os.Stderr.Close()
		forever()
	case "polite":
		asked := make(chan os.Signal, 1)
		signal.Notify(asked, syscall.SIGTERM)
		fmt.Println("ready")
		<-asked
		fmt.Println("bye")
	case "deaf":
		signal.Ignore(syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
		fmt.Println("ready")
		forever()
	case "slow":
		asked := make(chan os.Signal, 9)
		signal.Notify(asked, syscall.SIGTERM)
		fmt.Println("ready")
		for range 3 {
			<-asked
			fmt.Println("asked")
		}
	case "family", "leave": // a child that does not end by itself, and a child of that
		child := exec.Command(os.Args[0]) //nolint:gosec // it is us
		child.Env = append(os.Environ(), envRole+"=deafparent")
		child.Stdout = os.Stdout
		if err := child.Start(); err != nil {
			panic(err)
		}
		if role == "family" {
			forever()
		}
	case "escape": // a daemon, which is out of reach but holds the output
		child := exec.Command(os.Args[0]) //nolint:gosec // it is us
		child.Env = append(os.Environ(), envRole+"=deafleader")
		child.Stdout = os.Stdout
		child.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		if err := child.Start(); err != nil {
			panic(err)
		}
		fmt.Println(child.Process.Pid)
		forever()
	case "double": // a daemon whose parent is gone, of a program that goes on
		child := exec.Command(os.Args[0]) //nolint:gosec // it is us
		child.Env = append(os.Environ(), envRole+"=escape2")
		child.Stdout = os.Stdout
		if err := child.Run(); err != nil {
			panic(err)
		}
		forever()
	case "escape2":
		child := exec.Command(os.Args[0]) //nolint:gosec // it is us
		child.Env = append(os.Environ(), envRole+"=deafleader")
		child.Stdout = os.Stdout
		child.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		if err := child.Start(); err != nil {
			panic(err)
		}
	case "deafleader":
		signal.Ignore(syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
		fmt.Println(os.Getpid())
		fmt.Println("ready")
		forever()
	case "npm": // it hands nothing on to its child
		child := exec.Command(os.Args[0]) //nolint:gosec // it is us
		child.Env = append(os.Environ(), envRole+"=polite")
		child.Stdout = os.Stdout
		if err := child.Run(); err != nil {
			panic(err)
		}
	case "deafparent":
		signal.Ignore(syscall.SIGTERM)
		child := exec.Command(os.Args[0]) //nolint:gosec // it is us
		child.Env = append(os.Environ(), envRole+"=deaf")
		child.Stdout = os.Stdout
		if err := child.Start(); err != nil {
			panic(err)
		}
		forever()
	case "input":
		n, err := os.Stdin.Read(make([]byte, 1))
		fmt.Println(n, err)
	case "run": // a run of ours, that a test kills
		p, err := process.Start(noContext(), process.Config{Argv: []string{os.Args[0]}, Env: append(os.Environ(), envRole+"=family"), Stdout: func(string) {}})
		if err != nil {
			panic(err)
		}
		fmt.Println(p.PID())
		forever()
	case "rundouble": // the same, with a daemon
		_, err := process.Start(noContext(), process.Config{Argv: []string{os.Args[0]}, Env: append(os.Environ(), envRole+"=double"), Strays: true, Stdout: func(line string) { fmt.Println(line) }})
		if err != nil {
			panic(err)
		}
		forever()
	}
}

func forever() { time.Sleep(time.Hour) }
