package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

// answerArgument makes this program a server that answers as documented; what bailiff compiled follows.
// It is a process of its own, so that what it needs counts for nobody.
const answerArgument = "-answer-as-documented"

// againPath makes the server begin anew: the first response for each request comes again.
const againPath = "/-/again"

// compiled is what bailiff compile prints for a description, as far as it matters here.
type compiled struct {
	Transactions []struct {
		Name    string
		Request struct {
			Method, URI string
		}
		Response response
	}
}

type response struct {
	Status  string
	Headers []struct{ Name, Value string }
	Body    string
}

// answers are the documented responses by method and URI. A request that is documented several times
// gets one after the other.
type answers struct {
	mu   sync.Mutex
	list map[string][]response
	next map[string]int
}

// readAnswers reads what bailiff compile printed: an object per line.
func readAnswers(r io.Reader) (*answers, error) {
	a := &answers{list: map[string][]response{}, next: map[string]int{}}
	decoder := json.NewDecoder(r)
	for {
		var c compiled
		if err := decoder.Decode(&c); errors.Is(err, io.EOF) {
			return a, nil
		} else if err != nil {
			return nil, fmt.Errorf("read what was compiled: %w", err)
		}
		for _, t := range c.Transactions {
			key := t.Request.Method + " /" + strings.TrimPrefix(t.Request.URI, "/")
			a.list[key] = append(a.list[key], t.Response)
		}
	}
}

// ServeHTTP answers as documented.
func (a *answers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == againPath {
		a.mu.Lock()
		defer a.mu.Unlock()
		clear(a.next)
		return
	}
	key := r.Method + " " + r.RequestURI
	a.mu.Lock()
	n := a.next[key]
	a.next[key]++
	a.mu.Unlock()
	list := a.list[key]
	if len(list) == 0 {
		http.Error(w, "not documented: "+key, http.StatusNotFound)
		return
	}
	documented := list[n%len(list)]
	for _, h := range documented.Headers {
		w.Header().Add(h.Name, h.Value)
	}
	status, err := strconv.Atoi(documented.Status)
	if err != nil {
		http.Error(w, "the documented status is "+documented.Status, http.StatusInternalServerError)
		return
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, documented.Body) // who is gone reads nothing
}

// answerAsDocumented is the server: it tells its URL, and serves until its input ends, which it does with
// the program that started it.
func answerAsDocumented(ctx context.Context, path string, stdin io.Reader, stdout io.Writer) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open what was compiled: %w", err)
	}
	defer func() { _ = f.Close() }() // it was read
	handler, err := readAnswers(bufio.NewReader(f))
	if err != nil {
		return err
	}
	var listen net.ListenConfig
	l, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen as the server under test: %w", err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	go func() {
		_, _ = io.Copy(io.Discard, stdin) // until it ends
		_ = server.Close()
	}()
	fmt.Fprintln(stdout, "http://"+l.Addr().String())
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve as the server under test: %w", err)
	}
	return nil
}

// startAnswers starts the server with what was compiled. stop ends it.
func startAnswers(ctx context.Context, path string) (url string, stop func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return "", nil, fmt.Errorf("find this program: %w", err)
	}
	cmd := exec.CommandContext(ctx, self, answerArgument, path) //nolint:gosec // it is this program
	cmd.Stderr = os.Stderr                                      //nolint:forbidigo // it tells why it fails
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, fmt.Errorf("start the server under test: %w", err)
	}
	stop = func() {
		_ = stdin.Close()
		_ = cmd.Wait() // it has no more to say
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		stop()
		return "", nil, fmt.Errorf("the server under test does not start: %w", err)
	}
	return strings.TrimSpace(line), stop, nil
}

// again makes the server at a URL begin anew.
func again(ctx context.Context, url string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url+againPath, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("reset the server under test: %w", err)
	}
	return response.Body.Close()
}
