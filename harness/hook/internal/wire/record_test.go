package wire_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bailiff-dev/bailiff/harness/hook/internal/wire"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

func machine() *transaction.Transaction {
	return &transaction.Transaction{
		Name: "Machines > Machine > Add",
		Origin: transaction.Origin{
			Filename: "api.apib", APIName: "Machines API", ResourceGroupName: "Machines", ResourceName: "Machine", ActionName: "Add",
		},
		Request: transaction.Request{
			Method: "POST", URI: "/m/1?q=%C3%A9", Body: "{\"a\":\"é\"}\n",
			Headers: transaction.Headers{{Name: "Content-Type", Value: "application/json"}, {Name: "User-Agent", Value: "bailiff"}},
		},
		Expected: transaction.Response{
			StatusCode: 201, Body: "{\"b\":1}\n", Schema: "{\"type\":\"object\"}\n",
			Headers: transaction.Headers{{Name: "Content-Type", Value: "application/json"}},
		},
		Protocol: "http:", Host: "127.0.0.1", Port: "3999", FullPath: "/v1/m/1?q=%C3%A9",
	}
}

func answered() (*transaction.Transaction, *transaction.Outcome) {
	t := machine()
	t.Real = &transaction.Response{
		StatusCode: 200, Body: "{\"c\":\"\xff\"}",
		Headers: transaction.Headers{
			{Name: "Content-Type", Value: "application/json"},
			{Name: "Set-Cookie", Value: "a=1"},
			{Name: "X-Y", Value: "1"},
			{Name: "Set-Cookie", Value: "b=2"},
			{Name: "x-y", Value: "2"},
		},
	}
	return t, &transaction.Outcome{
		Transaction: t,
		Started:     time.Date(2026, 11, 24, 8, 42, 25, 449e6, time.UTC),
		Findings: []transaction.Finding{
			{ID: "status-code-mismatch", Severity: transaction.SeverityError, Field: "statusCode", Message: "Expected status code '201', but got '200'."},
			{ID: "body-missing-key", Severity: transaction.SeverityError, Field: "body", Pointer: "/a~1b/0", Message: "At '/a~1b/0' something is missing."},
			{ID: "x", Severity: transaction.SeverityWarning, Field: "body", Message: "only a warning"},
		},
	}
}

const (
	sent = `"name":"Machines > Machine > Add","id":"POST (201) /m/1?q=%C3%A9","host":"127.0.0.1","port":"3999",` +
		`"request":` + request + `,"expected":` + expected + `,"origin":` + origin + `,"fullPath":"/v1/m/1?q=%C3%A9","protocol":"http:","skip":false`
	request = `{"method":"POST","uri":"/m/1?q=%C3%A9","headers":{"Content-Type":"application/json","User-Agent":"bailiff"},` +
		`"body":"{\"a\":\"é\"}\n"}`
	expected = `{"headers":{"Content-Type":"application/json"},"body":"{\"b\":1}\n","statusCode":"201","bodySchema":"{\"type\":\"object\"}\n"}`
	origin   = `{"filename":"api.apib","apiName":"Machines API","resourceGroupName":"Machines","resourceName":"Machine","actionName":"Add","exampleName":""}`
	actual   = `{"statusCode":200,"headers":{"content-type":"application/json","set-cookie":["a=1","b=2"],"x-y":"1, 2"},` +
		`"bodyEncoding":"base64","body":"eyJjIjoi/yJ9"}`
	results = `{"valid":false,"fields":{"statusCode":{"valid":false,"kind":"text","values":{"expected":"201","actual":"200"},` +
		`"errors":[{"message":"Expected status code '201', but got '200'."}]},"headers":{"valid":true,"kind":"json",` +
		`"values":{"expected":{"content-type":"application/json"},"actual":{"content-type":"application/json","set-cookie":["a=1","b=2"],"x-y":"1, 2"}},` +
		`"errors":[]},"body":{"valid":false,"kind":"text","values":{"actual":"eyJjIjoi/yJ9","expected":"{\"b\":1}\n"},` +
		`"errors":[{"message":"At '/a~1b/0' something is missing.","location":{"pointer":"/a~1b/0","property":["a/b","0"]}}]}}}`
)

func TestMembersAreDreddsInDreddsOrder(t *testing.T) {
	t.Parallel()
	tr, o := answered()
	real := tr.Real
	tr.Real = nil
	var r wire.Record

	require.Equal(t, "{"+sent+"}", string(r.Encode(tr, nil, wire.BeforeAll)))
	require.Equal(t, "{"+sent+"}", string(r.Encode(tr, nil, wire.BeforeEach)))
	tr.Real = real
	require.Equal(t, "{"+sent+`,"startedAt":1795509745449,"results":{},"errors":[],"real":`+actual+"}",
		string(r.Encode(tr, &transaction.Outcome{Started: o.Started}, wire.BeforeEachValidation)))
	judged := "{" + sent + `,"startedAt":1795509745449,"results":` + results + `,"errors":[],"real":` + actual +
		`,"test":{"status":"fail","title":"POST (201) /m/1?q=%C3%A9",` +
		`"message":"body: At '/a~1b/0' something is missing.\nstatusCode: Expected status code '201', but got '200'.\n",` +
		`"origin":` + origin + `,"startedAt":1795509745449,"errors":[],"start":"2026-11-24T08:42:25.449Z","actual":` + actual +
		`,"expected":` + expected + `,"request":` + request + `,"valid":false,"results":` + results + "}}"
	require.Equal(t, judged, string(r.Encode(tr, o, wire.AfterEach)))
	require.Equal(t, judged, string(r.Encode(tr, nil, wire.AfterAll)), "nothing more is known")
	o.Duration = 149 * time.Millisecond
	require.Equal(t, strings.TrimSuffix(judged, "}}")+`,"end":"2026-11-24T08:42:25.598Z","duration":149}}`, string(r.Encode(tr, o, wire.AfterAll)))
}

func TestWhatWasNotSentIsToldAsDreddTellsIt(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		change func(*transaction.Transaction, *transaction.Outcome)
		want   string
	}{
		{
			"skipped", func(t *transaction.Transaction, _ *transaction.Outcome) { t.Skip = true },
			`"results":{},"errors":[{"severity":"warning","message":"Skipped in before hook"}],"test":{"status":"skip",` +
				`"title":"POST (201) /m/1?q=%C3%A9","message":"Skipped in before hook","origin":` + origin +
				`,"errors":[{"severity":"warning","message":"Skipped in before hook"}],"request":` + request + `,"expected":` + expected + `,"results":{}}}`,
		},
		{"failed", func(t *transaction.Transaction, o *transaction.Outcome) {
			t.Fail, o.Status, o.Reason = "why", transaction.Fail, "Failed in before hook: why"
		}, `"fail":"why","results":{},"errors":[{"severity":"error","message":"Failed in before hook: why"}],"test":{"status":"fail",` +
			`"title":"POST (201) /m/1?q=%C3%A9","message":"Failed in before hook: why","origin":` + origin +
			`,"errors":[{"severity":"error","message":"Failed in before hook: why"}],"request":` + request + `,"expected":` + expected + `,"results":{}}}`},
		{"no connection", func(_ *transaction.Transaction, o *transaction.Outcome) {
			o.Status, o.Reason = transaction.Error, "connection refused"
		}, `"skip":false,"results":{},"errors":[{"severity":"error","message":"connection refused"}]}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tr, o := machine(), &transaction.Outcome{}
			tc.change(tr, o)
			var r wire.Record
			got := string(r.Encode(tr, o, wire.AfterEach))
			require.True(t, strings.HasSuffix(got, tc.want), "%s\nwant at the end\n%s", got, tc.want)
			require.Equal(t, got, string(r.Encode(tr, o, wire.AfterEach)), "the second time adds nothing")
		})
	}
}

func TestAnswersChangeWhatHooksMayChange(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, answer string
		event        wire.Event
		want         func(*transaction.Transaction, *transaction.Outcome)
	}{
		{"nothing", `{}`, wire.BeforeEach, func(*transaction.Transaction, *transaction.Outcome) {}},
		{"null", `null`, wire.BeforeEach, func(*transaction.Transaction, *transaction.Outcome) {}},
		{"name", `{"name":"x"}`, wire.BeforeEach, func(t *transaction.Transaction, _ *transaction.Outcome) { t.Name = "x" }},
		{"skip", `{"skip":true}`, wire.BeforeEach, func(t *transaction.Transaction, _ *transaction.Outcome) { t.Skip = true }},
		{"skip as JavaScript has it", `{"skip":1}`, wire.BeforeEach, func(t *transaction.Transaction, _ *transaction.Outcome) { t.Skip = true }},
		{"no skip", `{"skip":""}`, wire.BeforeEach, func(*transaction.Transaction, *transaction.Outcome) {}},
		{"fail", `{"fail":true}`, wire.BeforeEach, func(t *transaction.Transaction, _ *transaction.Outcome) { t.Fail = "true" }},
		{"fail with a reason", `{"fail":"Yay! Failed!"}`, wire.BeforeEach, func(t *transaction.Transaction, _ *transaction.Outcome) { t.Fail = "Yay! Failed!" }},
		{"no fail", `{"fail":false}`, wire.BeforeEach, func(*transaction.Transaction, *transaction.Outcome) {}},
		{"address", `{"protocol":"https:","host":"h","port":443,"fullPath":"/x"}`, wire.BeforeEach, func(t *transaction.Transaction, _ *transaction.Outcome) {
			t.Protocol, t.Host, t.Port, t.FullPath = "https:", "h", "443", "/x"
		}},
		{"no port", `{"port":null}`, wire.BeforeEach, func(t *transaction.Transaction, _ *transaction.Outcome) { t.Port = "" }},
		{
			"header", `{"request":{"headers":{"Content-Type":"application/json","Authorization":"JWT x","X-N":5,"X-B":true,"X-Null":null}}}`, wire.BeforeEach,
			func(t *transaction.Transaction, _ *transaction.Outcome) {
				t.Request.Headers = transaction.Headers{
					{Name: "Content-Type", Value: "application/json"},
					{Name: "Authorization", Value: "JWT x"},
					{Name: "X-N", Value: "5"},
					{Name: "X-B", Value: "true"},
				}
				t.Request.Body = ""
			},
		},
		{
			"body in Base64", `{"request":{"method":"PUT","headers":{},"body":"-_8\n=","bodyEncoding":"BASE64"}}`, wire.BeforeEach,
			func(t *transaction.Transaction, _ *transaction.Outcome) {
				t.Request.Method, t.Request.Headers, t.Request.Body = "PUT", nil, "\xfb\xff"
			},
		},
		{
			"body as a Buffer", `{"request":{"headers":{},"body":{"type":"Buffer","data":[255,0]}}}`, wire.BeforeEach,
			func(t *transaction.Transaction, _ *transaction.Outcome) {
				t.Request.Headers, t.Request.Body = nil, "\xff\x00"
			},
		},
		{
			"body as an object", `{"request":{"headers":{},"body":{"a":1}}}`, wire.BeforeEach,
			func(t *transaction.Transaction, _ *transaction.Outcome) {
				t.Request.Headers, t.Request.Body = nil, `{"a":1}`
			},
		},
		{
			"expected that promises nothing", `{"expected":{}}`, wire.BeforeEach,
			func(t *transaction.Transaction, _ *transaction.Outcome) { t.Expected = transaction.Response{} },
		},
		{
			"expected", `{"expected":{"statusCode":204,"bodySchema":{"type": "null"}}}`, wire.BeforeEachValidation,
			func(t *transaction.Transaction, _ *transaction.Outcome) {
				t.Expected = transaction.Response{StatusCode: 204, Schema: `{"type": "null"}`}
			},
		},
		{
			"real", `{"real":{"statusCode":"500","headers":{"set-cookie":["c=3"]},"body":"é"}}`, wire.BeforeEachValidation,
			func(t *transaction.Transaction, _ *transaction.Outcome) {
				t.Real = &transaction.Response{StatusCode: 500, Body: "é", Headers: transaction.Headers{{Name: "set-cookie", Value: "c=3"}}}
			},
		},
		{"real that is gone", `{"real":null}`, wire.BeforeEachValidation, func(*transaction.Transaction, *transaction.Outcome) {}},
		{
			"too late", `{"request":{"method":"X"},"expected":{},"real":{"statusCode":1},"name":"x"}`, wire.AfterEach,
			func(t *transaction.Transaction, _ *transaction.Outcome) { t.Name = "x" },
		},
		{
			"message", `{"test":{"message":"secret is gone","valid":false}}`, wire.AfterEach,
			func(_ *transaction.Transaction, o *transaction.Outcome) { o.Reason = "secret is gone" },
		},
		{
			"valid", `{"test":{"valid":true}}`, wire.AfterEach,
			func(_ *transaction.Transaction, o *transaction.Outcome) { o.Findings = o.Findings[2:] },
		},
		{
			"what is shown", `{"test":{"request":{"body":"***"},"expected":{"body":""},"actual":{"statusCode":200,"body":"***"}}}`, wire.AfterEach,
			func(t *transaction.Transaction, _ *transaction.Outcome) {
				t.Request.Body, t.Request.Headers = "***", nil
				t.Expected = transaction.Response{}
				t.Real = &transaction.Response{StatusCode: 200, Body: "***"}
			},
		},
		{"after all", `{"test":{"valid":true,"message":"x"},"request":{}}`, wire.AfterAll, func(*transaction.Transaction, *transaction.Outcome) {}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, o := answered()
			want, wantO := answered()
			tc.want(want, wantO)
			var r wire.Record
			r.Encode(got, o, wire.AfterEach)

			require.NoError(t, r.Apply([]byte(tc.answer), got, o, tc.event))

			require.Empty(t, cmp.Diff(want, got))
			o.Transaction, wantO.Transaction = nil, nil
			require.Empty(t, cmp.Diff(wantO, o))
		})
	}
}

func TestInvalidFailsWhatWasFine(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, answer, reason string }{
		{"without a reason", `{"test":{"valid":false}}`, "a hook set test.valid to false"},
		{"with one", `{"test":{"message":"too slow","valid":0}}`, "too slow"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tr, o := answered()
			o.Findings = nil
			var r wire.Record
			require.Contains(t, string(r.Encode(tr, o, wire.AfterEach)), `"status":"pass"`)

			require.NoError(t, r.Apply([]byte(tc.answer), tr, o, wire.AfterEach))

			require.Equal(t, transaction.Fail, o.Status)
			require.Equal(t, tc.reason, o.Reason)
		})
	}
}

func TestWhatFailedBeforeMayPass(t *testing.T) {
	t.Parallel()
	tr := machine()
	tr.Fail = "why"
	o := &transaction.Outcome{Status: transaction.Fail, Reason: "Failed in before hook: why"}
	var r wire.Record
	r.Encode(tr, o, wire.AfterEach)

	require.NoError(t, r.Apply([]byte(`{"fail":false,"test":{"valid":true}}`), tr, o, wire.AfterEach))

	require.Empty(t, tr.Fail)
	require.Empty(t, o.Status)
	require.Empty(t, o.Reason)
}

func TestAnswersThatMakeNoSenseChangeNothing(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, answer, want string }{
		{"text", `"x"`, "read a transaction: it is no JSON object"},
		{"request", `{"request":null}`, "read request of a transaction: it is no JSON object"},
		{"status", `{"expected":{"statusCode":"2xx"}}`, `read expected of a transaction: statusCode "2xx" is none: want a number such as 200`},
		{"headers", `{"request":{"headers":[1]}}`, "read request of a transaction: headers: it is no JSON object"},
		{"header", `{"request":{"headers":{"A":{}}}}`, "read request of a transaction: header A: {} is no value: want a string"},
		{"header in a list", `{"request":{"headers":{"A":[[]]}}}`, "read request of a transaction: header A: [] is no value: want a string"},
		{"encoding", `{"request":{"bodyEncoding":"latin1"}}`, `read request of a transaction: unsupported bodyEncoding "latin1": use utf-8 or base64`},
		{"Base64", `{"request":{"bodyEncoding":"base64","body":"%"}}`, "read request of a transaction: bodyEncoding says base64, which the body is not: illegal base64 data at input byte 0"},
		{"origin", `{"origin":1}`, "read origin of a transaction: it is no JSON object"},
		{"test", `{"test":"x"}`, "read test of a transaction: it is no JSON object"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, o := answered()
			want, _ := answered()
			var r wire.Record
			before := string(r.Encode(got, o, wire.BeforeEachValidation))

			err := r.Apply([]byte(`{"name":"other","skip":true,`+strings.TrimPrefix(tc.answer, "{")), got, o, wire.BeforeEachValidation)
			if !strings.HasPrefix(tc.answer, "{") {
				err = r.Apply([]byte(tc.answer), got, o, wire.BeforeEachValidation)
			}

			require.EqualError(t, err, tc.want)
			require.Empty(t, cmp.Diff(want, got))
			require.Equal(t, before, string(r.Encode(got, o, wire.BeforeEachValidation)))
		})
	}
}

func TestUnknownMembersSurvive(t *testing.T) {
	t.Parallel()
	tr, o := answered()
	var r wire.Record
	r.Encode(tr, nil, wire.BeforeEach)
	require.NoError(t, r.Apply([]byte(`{"hooks_modifications":["a"],"request":{"method":"GET","mine":1,"headers":{"X":7}},"fail":true}`), tr, nil, wire.BeforeEach))

	got := string(r.Encode(tr, o, wire.BeforeEachValidation))

	require.Contains(t, got, `"request":{"method":"GET","mine":1,"headers":{"X":7}}`, "what the hook wrote stays to the byte")
	require.Contains(t, got, `"hooks_modifications":["a"]`)
	require.Contains(t, got, `"fail":true`)

	tr.Request.Body, tr.Fail = "from Go", ""
	got = string(r.Encode(tr, o, wire.AfterEach))
	require.Contains(t, got, `"request":{"method":"GET","mine":1,"headers":{"X":7},"body":"from Go"}`)
	require.Contains(t, got, `"fail":false`)
	tr.Fail = "true"
	require.Contains(t, string(r.Encode(tr, o, wire.AfterEach)), `"fail":true`)

	tr.Real.Problem = &transaction.Problem{ID: "body-cut-off"}
	require.NoError(t, r.Apply([]byte(`{"real":{"statusCode":200,"body":"mended"}}`), tr, o, wire.BeforeEachValidation))
	require.Nil(t, tr.Real.Problem, "it was one of the body that came")

	require.NoError(t, r.Replace([]byte(`{"name":"n"}`), tr, o, wire.AfterAll))
	got = string(r.Encode(tr, o, wire.AfterAll))
	require.NotContains(t, got, "hooks_modifications")
	require.Contains(t, got, `"name":"n","id":"GET (201)`)
}

// echo is what a handler does with an object that it does not change: other spaces, other order,
// other escapes.
func echo(t require.TestingT, data []byte) []byte {
	var v any
	require.NoError(t, json.Unmarshal(data, &v))
	out, err := json.MarshalIndent(v, "", " ")
	require.NoError(t, err)
	return []byte(strings.ReplaceAll(string(out), "é", `\u00e9`))
}

func TestEchoLosesNothing(t *testing.T) {
	t.Parallel()
	got, o := answered()
	want, _ := answered()
	problem := &transaction.Problem{ID: "body-cut-off"}
	got.Real.Problem, want.Real.Problem = problem, problem
	for _, tr := range []*transaction.Transaction{got, want} { // headers that no object can hold
		tr.Request.Headers = append(tr.Request.Headers, transaction.Header{Name: "X", Value: "1"}, transaction.Header{Name: "x", Value: "2"})
		tr.Request.URI = "/é"
	}
	var r wire.Record
	for _, e := range []wire.Event{wire.BeforeAll, wire.BeforeEach, wire.BeforeEachValidation, wire.AfterEach, wire.AfterAll} {
		require.NoError(t, r.Apply(echo(t, r.Encode(got, o, e)), got, o, e))
		require.Empty(t, cmp.Diff(want, got), e)
	}
	_, wantO := answered()
	require.Empty(t, cmp.Diff(wantO.Findings, o.Findings))
	require.Empty(t, o.Status)
}

func text() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string { return strings.ToValidUTF8(rapid.String().Draw(t, "text"), "") })
}

func headers(lower bool) *rapid.Generator[transaction.Headers] {
	return rapid.Custom(func(t *rapid.T) transaction.Headers {
		var all transaction.Headers
		for _, name := range rapid.SliceOfNDistinct(rapid.StringMatching(`[A-Za-z][A-Za-z0-9-]{0,8}`), 0, 5, strings.ToLower).Draw(t, "names") {
			if lower {
				name = strings.ToLower(name)
			}
			all = append(all, transaction.Header{Name: name, Value: text().Draw(t, "value")})
		}
		return all
	})
}

func body() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return string(rapid.OneOf(rapid.SliceOf(rapid.Byte()), rapid.Map(text(), func(s string) []byte { return []byte(s) })).Draw(t, "body"))
	})
}

func drawTransaction(t *rapid.T) *transaction.Transaction {
	response := func(real bool) transaction.Response {
		r := transaction.Response{StatusCode: rapid.IntRange(0, 999).Draw(t, "status"), Headers: headers(real).Draw(t, "headers"), Body: body().Draw(t, "body")}
		if !real {
			r.Schema = text().Draw(t, "schema")
		}
		return r
	}
	tr := &transaction.Transaction{
		Name:     transaction.Name(text().Draw(t, "name")),
		Origin:   transaction.Origin{Filename: text().Draw(t, "file"), APIName: text().Draw(t, "api"), ExampleName: text().Draw(t, "example")},
		Request:  transaction.Request{Method: text().Draw(t, "method"), URI: text().Draw(t, "uri"), Headers: headers(false).Draw(t, "headers"), Body: body().Draw(t, "body")},
		Expected: response(false),
		Protocol: "http:", Host: text().Draw(t, "host"), Port: rapid.StringMatching(`[0-9]{0,5}`).Draw(t, "port"), FullPath: text().Draw(t, "path"),
		Skip: rapid.Bool().Draw(t, "skip"), Fail: text().Draw(t, "fail"),
	}
	if rapid.Bool().Draw(t, "answered") {
		real := response(true)
		tr.Real = &real
	}
	return tr
}

func TestDecodeIsTheOtherSideOfEncode(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := drawTransaction(t)
		var r wire.Record
		data := r.Encode(want, nil, wire.BeforeEachValidation)
		if !json.Valid(data) || !utf8.Valid(data) || strings.Contains(string(data), "\n") {
			t.Fatalf("%q cannot go over the wire", data)
		}

		got, o, back, err := wire.Decode(data)

		require.NoError(t, err)
		require.Nil(t, o)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("(-want +got)\n%s", diff)
		}
		require.Equal(t, string(data), string(back.Encode(got, o, wire.BeforeEachValidation)), "unchanged, it goes back as it came")

		changed := drawTransaction(t) // what a hook made of it
		if want.Real == nil {
			changed.Real = nil
		}
		changed.Origin = want.Origin
		*got = *changed
		require.NoError(t, r.Apply(echo(t, back.Encode(got, nil, wire.BeforeEachValidation)), want, nil, wire.BeforeEachValidation))
		want.Real = sameReal(want, changed)
		for _, tr := range []*transaction.Transaction{want, got} { // the echo forgot the order
			sortHeaders(tr.Request.Headers)
			sortHeaders(tr.Expected.Headers)
			if tr.Real != nil {
				sortHeaders(tr.Real.Headers)
			}
		}
		if diff := cmp.Diff(got, want); diff != "" {
			t.Fatalf("what a hook changed arrives (-want +got)\n%s", diff)
		}
	})
}

func sortHeaders(h transaction.Headers) {
	slices.SortFunc(h, func(a, b transaction.Header) int { return strings.Compare(a.Name, b.Name) })
}

// sameReal is the response after a hook that took it away: that cannot be told.
func sameReal(t, changed *transaction.Transaction) *transaction.Response {
	if changed.Real == nil {
		return nil
	}
	return t.Real
}

func TestDecodeJudged(t *testing.T) {
	t.Parallel()
	tr, want := answered()
	want.Duration = time.Second
	var r wire.Record

	got, o, back, err := wire.Decode(r.Encode(tr, want, wire.AfterEach))

	require.NoError(t, err)
	require.Equal(t, want.Started, o.Started)
	require.Equal(t, want.Duration, o.Duration)
	require.Empty(t, o.Status)
	require.Empty(t, o.Reason)
	require.Len(t, o.Findings, 2, "warnings are not told")
	require.Equal(t, "/a~1b/0", o.Findings[1].Pointer)

	o.Findings = nil // a Go hook lets it pass
	require.NoError(t, r.Apply(back.Encode(got, o, wire.AfterEach), tr, want, wire.AfterEach))
	require.Len(t, want.Findings, 1)

	o.Reason = "on second thoughts"
	o.Status = transaction.Fail
	require.NoError(t, r.Apply(back.Encode(got, o, wire.AfterEach), tr, want, wire.AfterEach))
	require.Equal(t, transaction.Fail, want.Status)
	require.Equal(t, "on second thoughts", want.Reason)
}

func TestDecodeSkippedAndFailed(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		in   transaction.Outcome
		skip bool
		fail string
		want transaction.Status
	}{
		{name: "skipped", in: transaction.Outcome{}, skip: true, want: transaction.Skip},
		{name: "failed", in: transaction.Outcome{Status: transaction.Fail}, fail: "why", want: transaction.Fail},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tr := machine()
			tr.Skip, tr.Fail = tc.skip, tc.fail
			var r wire.Record
			_, o, _, err := wire.Decode(r.Encode(tr, &tc.in, wire.AfterEach))
			require.NoError(t, err)
			require.Equal(t, tc.want, o.Status)
			require.Empty(t, o.Reason)
		})
	}
}

func TestIdentitySurvivesChanges(t *testing.T) {
	t.Parallel()
	tr := machine()
	var r wire.Record
	before := wire.Identity(r.Encode(tr, nil, wire.BeforeAll))
	require.NotEmpty(t, before)
	tr.Name, tr.Request.Method, tr.Skip = "x", "DELETE", true

	require.Equal(t, before, wire.Identity(echo(t, r.Encode(tr, nil, wire.BeforeAll))))

	tr.Origin.ActionName = "other"
	require.NotEqual(t, before, wire.Identity(r.Encode(tr, nil, wire.BeforeAll)))
	require.Empty(t, wire.Identity([]byte("1")))
	require.Empty(t, wire.Identity([]byte(`{"origin":[]}`)))
}

func FuzzApply(f *testing.F) {
	tr, o := answered()
	var r wire.Record
	f.Add(r.Encode(tr, o, wire.AfterEach))
	f.Add([]byte(`{"request":{"headers":{"a":["1",2],"a":null},"body":{"type":"Buffer","data":[1e3]},"bodyEncoding":"base64"},"expected":{"statusCode":"007"}}`))
	f.Add([]byte(`{"test":{"valid":1,"actual":{"headers":0}},"origin":{"apiName":5},"fail":[],"\u0000":"\ud800"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, e := range []wire.Event{wire.BeforeEach, wire.BeforeEachValidation, wire.AfterEach, wire.AfterAll} {
			tr, o := answered()
			var r wire.Record
			r.Encode(tr, o, e)
			_ = r.Apply(data, tr, o, e)
			once := r.Encode(tr, o, e)
			if !json.Valid(once) {
				t.Fatalf("%s: %q is no JSON", e, once)
			}
			require.NoError(t, r.Apply(once, tr, o, e), "what was encoded is applied")
		}
		got, o, r, err := wire.Decode(data)
		if err != nil || got == nil {
			return
		}
		require.True(t, json.Valid(r.Encode(got, o, wire.AfterEach)))
	})
}

func FuzzObject(f *testing.F) {
	f.Add([]byte(`{"a":1,"b":{"c":[{},"}"]},"a":"\u00e9\"","":null}`))
	f.Add([]byte(`[1 , "a]", [ ] , {"x":-1e5}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var fields map[string]json.RawMessage
		o, err := wire.ParseObject(data)
		if jsonErr := json.Unmarshal(data, &fields); (jsonErr == nil && fields != nil) != (err == nil) {
			t.Fatalf("encoding/json says %v, we say %v", jsonErr, err)
		}
		for key, want := range fields {
			got, ok := o.Get(key)
			if !ok || string(got) != string(want) {
				t.Fatalf("%q is %q, want %q", key, got, want)
			}
		}
		if err == nil {
			require.Len(t, o.Keys(), len(fields))
			text, _ := o.MarshalJSON()
			require.True(t, json.Valid(text))
		}
		var list []json.RawMessage
		got, err := wire.ParseArray(data)
		if jsonErr := json.Unmarshal(data, &list); (jsonErr == nil && list != nil) != (err == nil) {
			t.Fatalf("encoding/json says %v, we say %v", jsonErr, err)
		}
		require.Len(t, got, len(list))
		for i := range list {
			require.Equal(t, string(list[i]), string(got[i]))
		}
	})
}

func TestObjectOfManyMembers(t *testing.T) {
	t.Parallel()
	var o wire.Object
	for i := range 50000 { // found by an index: else this takes minutes
		o.Set(strings.Repeat("k", i%7)+string(rune('a'+i%26))+string(rune(0x4e00+i%20000)), json.RawMessage("1"))
	}
	keys := o.Keys()
	o.Set(keys[len(keys)-1], json.RawMessage("1"))
	require.Len(t, o.Keys(), len(keys), "it was there")
	o.Del(keys[3])
	o.Set(keys[5], json.RawMessage("2"))
	got, ok := o.Get(keys[5])
	require.True(t, ok)
	require.Equal(t, "2", string(got))
	require.Equal(t, keys[4], o.Keys()[3])
	_, ok = o.Get(keys[3])
	require.False(t, ok)
	text, err := json.Marshal(&o)
	require.NoError(t, err)
	back, err := wire.ParseObject(text)
	require.NoError(t, err)
	require.Equal(t, o.Keys(), back.Keys())
	_, err = wire.ParseObject([]byte("{"))
	require.Error(t, err)
	require.False(t, errors.Is(err, nil))
}
