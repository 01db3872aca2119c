package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestMain makes this program stand in for Dredd and bailiff: called as "fake KIND ARGUMENTS", it is one of
// them, with the fault that the kind names.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "fake" {
		os.Exit(fake(os.Args[2], os.Args[len(os.Args)-1]))
	}
	os.Exit(m.Run())
}

// faults are the aspects that each kind of fake gets wrong.
var faults = map[string]string{
	"exit": "exit", "counts": "counts", "result": "results", "failed": "failures", "name": "names", "warning": "annotations",
	"stream": "streams", "hook": "hooks", "order": "order bytes", "byte": "bytes", "field": "bytes", "report": "reports",
	"file": "files", "left": "left", "content": "contents",
}

func fake(kind, url string) int {
	switch kind {
	case "sleep":
		time.Sleep(time.Minute)
		return 0
	case "hang":
		time.Sleep(time.Minute)
	case "left":
		if err := exec.Command(os.Args[0], "fake", "sleep").Start(); err != nil {
			return 99
		}
	}
	// pick is what is wrong for a kind, and right for all others.
	pick := func(wrong, text, right string) string {
		if kind == wrong {
			return text
		}
		return right
	}
	requests := []string{"POST /a {\"id\": 1}", "GET /b "}
	if kind == "order" {
		requests[0], requests[1] = requests[1], requests[0]
	}
	for _, r := range requests {
		parts := strings.SplitN(r, " ", 3)
		request, err := http.NewRequest(parts[0], url+parts[1], strings.NewReader(pick("byte", strings.ToUpper(parts[2]), parts[2])))
		if err != nil {
			return 99
		}
		request.Header.Set("X-Same", pick("field", "other", "this"))
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return 99
		}
		_, _ = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
	}
	fmt.Println("info: " + pick("name", "Another", "Name"))
	fmt.Println("warn: api.apib:" + pick("warning", "4", "3") + ":1: a warning")
	fmt.Println("hook: " + pick("hook", "other", "this"))
	fmt.Println("pass: GET (200) " + pick("result", "/z", "/b") + " duration: 1ms")
	fmt.Println("fail: POST (200) /a duration: 2ms")
	fmt.Println(again)
	fmt.Println("fail: POST (200) " + pick("failed", "/c", "/a") + " duration: 2ms\nfail: body: At '/id' Missing required property: id\n")
	fmt.Println("complete: " + pick("counts", "2", "1") + " passing, 1 failing, 0 errors, 0 skipped, 2 total")
	fmt.Println("complete: Tests took 3ms")
	into := os.Stderr
	if kind == "stream" {
		into = os.Stdout
	}
	fmt.Fprintln(into, "error: something")
	report := fmt.Sprintf("<testsuite tests=\"1\"><testcase name=\"GET (200) /b\">%s</testcase></testsuite>", pick("report", "<failure/>", ""))
	for name, text := range map[string]string{"out.xml": report, pick("file", "b.txt", "a.txt"): "x", "log": pick("content", "two", "one")} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			return 99
		}
	}
	if kind == "exit" {
		return 1
	}
	return 0
}
