package main

import (
	"strings"
	"testing"
)

// TestFactsOfBoth has the two say the same in their own ways: each has to come out as the same facts.
func TestFactsOfBoth(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		of             func(*scenario, outcome) []string
		dredd, bailiff outcome
		want           string
	}{
		"results": {
			results,
			outcome{stdout: "pass: GET (200) /a duration: 5ms\nskip: POST (201) /a\n", stderr: "error: PUT (200) /a duration: 1ms\n"},
			outcome{stdout: "info: 3\npass: GET (200) /a      5.1ms  A > List\nskip: POST (201) /a   -  A > Make (why)\n", stderr: "error: PUT (200) /a   1ms  A > Change\n"},
			"pass GET (200) /a\nskip POST (201) /a\nerror PUT (200) /a",
		},
		"dots":  {results, outcome{stdout: "..F-E\n" + again}, outcome{stdout: "..F-E\n\n" + again}, "dots ..F-E"},
		"a cat": {results, outcome{stdout: cat + "\n-\n"}, outcome{}, ""},
		"failures": {
			failures,
			outcome{stdout: "fail: GET (200) /a duration: 5ms\n" + again + "\nfail: GET (200) /a duration: 5ms\nfail: body: At '/id' Missing\nstatusCode: Expected status code '200', but got '201'.\n\nexpected: \nheaders: \n    A: b\n\nbody: \nx\nstatusCode: 200\n"},
			outcome{stdout: "fail: GET (200) /a   5ms  A\n" + again + "\nfail: GET (200) /a duration: 5ms\n  A > List\n\n  documented at api.apib:1:2  status-code-mismatch\n  documented at api.apib:3:4  body-missing-key at /id\n  documented at api.apib:3:4  warn documented-body at /id\n"},
			"GET (200) /a: body, statusCode",
		},
		"annotations": {
			annotations,
			outcome{stdout: "warn: API description parser warning in /a/api.apib:4 (from line 4 column 1 to column 9): odd\nwarn: API description parser warning in /a/api.apib:7 (from line 7 column 1 to line 9 column 9): odd\n"},
			outcome{stdout: "warn: api.apib:4:1: odd\n      and 1 more like it: api.apib:7:1\nwarn: dredd.yml:1:1: not this\n"},
			"warn line 4: odd\nwarn line 7: odd",
		},
		"bytes": {
			requestBytes,
			outcome{requests: []string{"GET /a HTTP/1.1\r\nUser-Agent: Dredd/14.1.0 (Linux 6; x64)\r\nContent-Length: 0\r\nhost: x\r\nConnection: keep-alive\r\n\r\n"}},
			outcome{requests: []string{"GET /a HTTP/1.1\r\nHost: x\r\nUser-Agent: bailiff/dev\r\n\r\n"}},
			"GET /a HTTP/1.1\nhost: x\nuser-agent: its own\nbody \"\"",
		},
		"order": {
			order,
			outcome{requests: []string{"POST /apis/a/tests/runs HTTP/1.1\r\n\r\n", "PUT /a HTTP/1.1\r\n\r\n", "GET /b HTTP/1.1\r\n\r\n", "PATCH /apis/a/tests/run/1 HTTP/1.1\r\n\r\n", "POST /apis/a/tests/steps HTTP/1.1\r\n\r\n"}},
			outcome{requests: []string{"POST /apis/a/tests/runs HTTP/1.1\r\n\r\n", "PUT /a HTTP/1.1\r\n\r\n", "GET /b HTTP/1.1\r\n\r\n", "POST /apis/a/tests/steps HTTP/1.1\r\n\r\n", "PATCH /apis/a/tests/run/1 HTTP/1.1\r\n\r\n"}},
			"PUT /a\nGET /b\nPOST /apis/a/tests/runs\nPOST /apis/a/tests/steps\nPATCH /apis/a/tests/run/1",
		},
		"xunit": {
			reports,
			outcome{files: map[string]string{"r.xml": `<testsuite tests="2" failures="1" errors="0" skip="1"><testcase name="GET (200) /a"><failure><![CDATA[Message:
body: b
headers: a

Request:
method: GET
]]></failure></testcase><testcase name="GET (200) /b"><skipped/></testcase></testsuite>`}},
			outcome{files: map[string]string{"r.xml": `<testsuites><testsuite tests="2" failures="1" errors="0" skipped="1"><testcase classname="A" name="GET (200) /a"><failure message="x">Message:
headers: a
body: b

  200 OK</failure><system-out>request:
method: GET
</system-out></testcase><testcase name="GET (200) /b"><skipped message="y"/></testcase></testsuite></testsuites>`}},
			"r.xml:\n  2 tests, 1 failures, 0 errors, 1 skipped\n  case GET (200) /a\n    failure\n      body: b\n      headers: a\n    with its exchange\n  case GET (200) /b\n    skipped",
		},
		"markdown": {
			reports,
			outcome{files: map[string]string{"r.md": "# Dredd Tests\n## Fail: GET (200) /a?<b>\n### Message\n```\nbody: At '/id' Missing\n```\n## Pass: GET (200) /c\n### Request\n```\nmethod: GET\n```\n"}},
			outcome{files: map[string]string{"r.md": "# Contract tests\n\n## Fail: GET (200) /a?\\<b>\n\n```diff\ndocumented at a.apib:1:1  body-missing-key at /id\n```\n\n## Pass: GET (200) /c\n\n```\nmethod: GET\n```\n"}},
			"r.md:\n  fail GET (200) /a?<b>: body\n  pass GET (200) /c, with its exchange",
		},
		"html": {
			reports,
			outcome{files: map[string]string{"r.html": "<h2>Fail: GET (200) /a?&lt;b&gt;</h2>\n<pre><code>body: At '/id' Missing\n</code></pre>\n<p>0 passing,\n1 failing,\n0 errors,\n0 skipped,\n1 total.</p>"}},
			outcome{files: map[string]string{"r.html": "<style>fail: GET (200) /no</style>\n<h2><span class=\"word\">fail</span> <code>GET (200) /a?&lt;b&gt;</code></h2>\n<pre>documented at a.apib:1:1  body-missing-key</pre>\n<p>0 passing, 1 failing, 0 errors, 0 skipped, 1 total.</p>\n<h2>Not passing</h2>\n<a>fail: <code>GET (200) /a</code></a>"}},
			"r.html:\n  fail GET (200) /a?<b>: body\n  counts 0 1 0 0 1",
		},
	} {
		for side, o := range map[string]outcome{dredd: c.dredd, bailiff: c.bailiff} {
			if got := strings.Join(c.of(&scenario{}, o), "\n"); got != c.want {
				t.Errorf("%s of %s:\n%s", name, side, lineDiff(c.want, got))
			}
		}
	}
}

func TestBrokenReports(t *testing.T) {
	t.Parallel()
	o := outcome{files: map[string]string{"a.xml": "<testsuite tests=\"0\"><testcase name=\"GET (200) /a\"/>", "b.md": "# T\n```\nopen\n"}}
	want := "a.xml:\n  0 tests,  failures,  errors,  skipped\n  case GET (200) /a\n  not well-formed\nb.md:\n  a block is open"
	if got := strings.Join(reports(nil, o), "\n"); got != want {
		t.Errorf("the facts:\n%s", lineDiff(want, got))
	}
}

func TestCounts(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "no counts\nno end",
		"complete: 1 passing, 2 failing, 3 errors, 4 skipped, 10 total\ncomplete: Tests took 1ms\n": "1 passing, 2 failing, 3 errors, 4 skipped, 10 total",
		"complete: 1 passing, 2 failing, 3 errors, 4 skipped\ncomplete: Tests took 1ms\n":           "1 passing, 2 failing, 3 errors, 4 skipped",
	} {
		if got := strings.Join(counts(nil, outcome{stdout: text}), "\n"); got != want {
			t.Errorf("%q has the counts %q", text, got)
		}
	}
}

func TestColour(t *testing.T) {
	t.Parallel()
	s := &scenario{also: []string{"colour"}}
	got := facts(s, outcome{stdout: "\x1b[32mpass\x1b[39m: GET (200) /a duration: 1ms\n"})
	if got["colour"] != "standard output" || got["results"] != "pass GET (200) /a" {
		t.Errorf("the facts are %v", got)
	}
}

func TestRetrying(t *testing.T) {
	t.Parallel()
	got := facts(&scenario{}, outcome{stdout: "\x1b[33mwarn\x1b[39m: Error connecting to the hooks handler process. Is the handler running? Retrying.\n"})
	if got["streams"] != "" {
		t.Errorf("the streams have %q", got["streams"])
	}
}

func TestLineDiff(t *testing.T) {
	t.Parallel()
	want := "  ...\n  3\n  4\n- 5\n+ five\n  6\n  7\n  ..."
	if got := lineDiff("1\n2\n3\n4\n5\n6\n7\n8", "1\n2\n3\n4\nfive\n6\n7\n8"); got != want {
		t.Errorf("the difference is\n%s", got)
	}
}
