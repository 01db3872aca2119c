//go:build linux

package handler_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

const envMode = "BAILIFF_TEST_HANDLER"

// TestMain makes the test binary the stress handler, when its environment has a mode.
// The tests look through the process table in /proc, so they are for Linux.
func TestMain(m *testing.M) {
	if mode := os.Getenv(envMode); mode != "" {
		newStress(mode).main()
		return
	}
	goleak.VerifyTestMain(m)
}

// stress is a hook handler that misbehaves. A mode is what it does, and on which event: "exit1@beforeAll".
// The events that it has besides Dredd's are "start", before it listens, and "connect".
type stress struct {
	what, when string
	conn       net.Conn
}

func newStress(mode string) *stress {
	what, when, _ := strings.Cut(mode, "@")
	return &stress{what: what, when: when}
}

// message is one of Dredd's.
type message struct {
	Event string          `json:"event"`
	UUID  string          `json:"uuid"`
	Data  json.RawMessage `json:"data"`
}

func (s *stress) main() {
	fmt.Printf("pid %d args %s\n", os.Getpid(), strings.Join(os.Args[1:], " "))
	fmt.Fprintln(os.Stderr, "about to serve")
	s.trouble("start")
	switch s.what {
	case "child": // one that a child started
		signal.Ignore(syscall.SIGTERM)
		forever()
	case "never":
		forever()
	case "late":
		time.Sleep(700 * time.Millisecond)
	case "deaf":
		signal.Ignore(syscall.SIGTERM)
	case "children", "daemon":
		child := exec.Command(os.Args[0], os.Args[1:]...) //nolint:gosec // it is us
		mode := "child"
		if s.what == "daemon" {
			mode = "echo"
		}
		child.Env = append(os.Environ(), envMode+"="+mode)
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		if err := child.Start(); err != nil {
			panic(err)
		}
	}
	host, port := flagOr("--host", os.Getenv("BAILIFF_HOOKS_HOST")), flagOr("--port", os.Getenv("BAILIFF_HOOKS_PORT"))
	if s.what == "daemon" { // the child serves
		for {
			conn, err := net.Dial("tcp", net.JoinHostPort(host, port))
			if err == nil {
				_ = conn.Close()
				time.Sleep(200 * time.Millisecond)
				os.Exit(0)
			}
			time.Sleep(time.Millisecond)
		}
	}
	l, err := net.Listen("tcp", net.JoinHostPort(host, port))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(98)
	}
	fmt.Println("Starting")
	for {
		if s.conn, err = l.Accept(); err != nil {
			panic(err)
		}
		s.trouble("connect")
		s.serve()
	}
}

func flagOr(name, otherwise string) string {
	for _, arg := range os.Args[1:] {
		if value, ok := strings.CutPrefix(arg, name+"="); ok {
			return value
		}
	}
	return otherwise
}

func forever() { time.Sleep(time.Hour) }

func (s *stress) serve() {
	in := bufio.NewReader(s.conn)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		var m message
		if err := json.Unmarshal(line, &m); err != nil {
			panic(err)
		}
		fmt.Println("event " + m.Event)
		s.trouble(m.Event)
		if s.when == "" || s.when == m.Event {
			s.answer(m)
			continue
		}
		s.send(m)
	}
}

func (s *stress) write(text string) {
	if _, err := io.WriteString(s.conn, text); err != nil {
		os.Exit(0)
	}
}

func (s *stress) send(m message) {
	b, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	s.write(string(b) + "\n")
}

// trouble is how it dies, or worse.
func (s *stress) trouble(when string) {
	if s.when != when {
		return
	}
	switch s.what {
	case "exit0":
		os.Exit(0)
	case "exit1":
		for i := range 12 {
			fmt.Fprintf(os.Stderr, "frame %d %s\n", i, strings.Repeat("é", 200))
		}
		fmt.Fprintln(os.Stderr, "NameError: name 'x' is not defined")
		os.Exit(1)
	case "signal":
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		forever()
	case "close":
		_ = s.conn.Close()
		forever()
	case "garbage":
		s.write("Traceback (most recent call last):\n")
		forever()
	case "garbage-exit0":
		s.write("Traceback (most recent call last):\n")
		os.Exit(0)
	case "half":
		s.write(`{"uuid":"`)
		_ = s.conn.Close()
		forever()
	case "huge":
		s.write(`{"uuid":"`)
		for range 100 {
			s.write(strings.Repeat("x", 1<<20))
		}
		s.write("\"}\n")
		forever()
	case "unread": // it stops reading
		forever()
	}
}

// answer is how it answers, if it does.
func (s *stress) answer(m message) {
	switch s.what {
	case "silent":
	case "slow":
		time.Sleep(300 * time.Millisecond)
		s.send(m)
	case "wrong-uuid":
		m.UUID = "00000000-0000-4000-8000-000000000000"
		s.send(m)
	case "no-uuid":
		s.write("{}\n[]\n")
	case "wrong-event":
		m.Event = "afterSupper"
		s.send(m)
	case "twice":
		own, _ := json.Marshal(m)
		m.Data = json.RawMessage(`{"name":"twice"}`)
		again, _ := json.Marshal(m)
		s.write(string(own) + "\n" + string(again) + "\n")
	case "late-answer":
		time.Sleep(400 * time.Millisecond)
		m.Data = json.RawMessage(`{"name":"too late"}`)
		s.send(m)
	case "flood":
		var b strings.Builder
		for i := range 10_000 {
			fmt.Fprintf(&b, `{"uuid":"%d","data":{"name":"flood"}}`+"\n\n", i)
		}
		own, _ := json.Marshal(m)
		b.Write(own)
		b.WriteString("\n" + `{"uuid":"after"}` + "\n")
		s.write(b.String())
	case "bytes":
		own, _ := json.Marshal(m)
		for _, c := range append(own, '\n') {
			_, _ = s.conn.Write([]byte{c})
		}
	case "text-data":
		m.Data = json.RawMessage(`"done"`)
		s.send(m)
	case "latin1":
		m.Data = json.RawMessage(`{"request":{"bodyEncoding":"latin1"}}`)
		s.send(m)
	case "more": // what only our own handlers say
		s.write(fmt.Sprintf(`{"uuid":%q,"event":%q,"data":null,%s}`+"\n", m.UUID, m.Event, os.Getenv(envMode+"_DATA")))
	case "babble":
		for i := range 20_000 {
			fmt.Printf("babble %d\n", i)
		}
		s.send(m)
	default: // it behaves, and notes what it did
		m.Data = s.hooks(m)
		s.send(m)
	}
}

// hooks is what the hooks of a well-behaved handler do: they note the order, and do what mode says.
func (s *stress) hooks(m message) json.RawMessage {
	if s.what == "data" { // what to answer is in the environment
		return json.RawMessage(os.Getenv(envMode + "_DATA"))
	}
	names := map[string][]string{
		"beforeAll": {"before all"}, "beforeEach": {"before each", "before"}, "afterAll": {"after all"},
		"beforeEachValidation": {"before each validation", "before validation"}, "afterEach": {"after", "after each"},
	}
	note := func(t map[string]any) {
		order, _ := t["hooks_modifications"].([]any)
		for _, n := range names[m.Event] {
			order = append(order, n+" modification")
		}
		t["hooks_modifications"] = order
	}
	var v any
	if err := json.Unmarshal(m.Data, &v); err != nil {
		panic(err)
	}
	switch v := v.(type) {
	case []any:
		if len(v) > 0 {
			note(v[0].(map[string]any)) //nolint:forcetypeassert // it is one
		}
	case map[string]any:
		note(v)
		if m.Event == "beforeEach" {
			v["request"].(map[string]any)["headers"].(map[string]any)["X-By"] = os.Getpid() //nolint:forcetypeassert // they are
		}
	}
	b, _ := json.Marshal(v)
	return b
}
