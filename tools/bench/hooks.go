package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// echoArgument makes this program the hook handler that does nothing.
const echoArgument = "-answer-hooks-as-they-came"

// handlerAddress is where Dredd looks for hook handlers.
const handlerAddress = "127.0.0.1:61321"

// echoWait is how long a run may take to connect; after that there is none.
const echoWait = time.Minute

// echo is a hook handler that does nothing: every message goes back as it came. It serves one run.
func echo(ctx context.Context) error {
	var listen net.ListenConfig
	l, err := listen.Listen(ctx, "tcp", handlerAddress)
	if err != nil {
		return fmt.Errorf("listen as a hook handler: %w", err)
	}
	defer time.AfterFunc(echoWait, func() { _ = l.Close() }).Stop()
	defer context.AfterFunc(ctx, func() { _ = l.Close() })()
	conn, err := l.Accept()
	if err != nil {
		return fmt.Errorf("wait for a run: %w", err)
	}
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })() // that is what ends answer
	answer(conn)
	return nil
}

func answer(conn net.Conn) {
	defer func() { _ = conn.Close() }() // what was written is written
	in := bufio.NewReader(conn)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		if _, err := conn.Write(line); err != nil {
			return
		}
	}
}

// transactions is how many the document for hooks has.
const transactions = 1000

// hooked is a document whose transactions run through the handler that does nothing, against a server in
// this process. stop ends the server.
func hooked(ctx context.Context, o options, dir string) (d document, stop func(), err error) {
	var listen net.ListenConfig
	l, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return d, nil, fmt.Errorf("listen for the server under test: %w", err)
	}
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"id": 1, "name": "lamp"}`) // who is gone reads nothing
	})}
	go func() { _ = server.Serve(l) }() // it ends with stop
	stop = func() { _ = server.Close() }
	d = document{title: fmt.Sprintf("%d transactions, a hook handler that does nothing", transactions), path: filepath.Join(dir, "hooks.apib"), same: true, turns: -1} // Dredd takes minutes for it
	files := map[string]string{d.path: manyItems(), filepath.Join(dir, "hooks.txt"): ""}
	for path, text := range files {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			stop()
			return d, nil, fmt.Errorf("write what is to be run: %w", err)
		}
	}
	self, err := os.Executable()
	if err != nil {
		stop()
		return d, nil, fmt.Errorf("find this program: %w", err)
	}
	more := []string{
		"http://" + l.Addr().String(), "--hookfiles", filepath.Join(dir, "hooks.txt"), "--language", self + " " + echoArgument,
	}
	with := func(program ...string) func(string) []string {
		return func(document string) []string {
			return append(append(program[:len(program):len(program)], document), more...)
		}
	}
	d.commands = []command{
		{title: "Dredd", argv: with("node", filepath.Join(o.folder, "node_modules/dredd/bin/dredd"), "--no-color"), names: passed},
		{title: "bailiff", argv: with(o.bailiff, "run"), env: append(os.Environ(), "BAILIFF_CACHE="+dir), names: passed},
	}
	return d, stop, nil
}

func manyItems() string {
	var b strings.Builder
	b.WriteString("FORMAT: 1A\n\n# Shop\n")
	for i := range transactions {
		fmt.Fprintf(&b, "\n## Item %d [/items/%d]\n\n### View [GET]\n\n+ Response 200 (application/json)\n\n        {\"id\": 1, \"name\": \"lamp\"}\n", i, i)
	}
	return b.String()
}
