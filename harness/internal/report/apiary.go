package report

import (
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// NewApiary returns the reporter that sends the run to a server that speaks as the test reports of
// Apiary did: a call when the run begins, one per transaction, one at the end. It prints where the
// report is, or why there is none; a call that fails is told of once, ends the sending, and fails no
// run.
//
// Its settings are Dredd's: apiaryApiUrl, apiaryApiKey and apiaryApiName in Options.Custom, the same
// below "apiaryReporterEnv." and there by the names of the environment too, or APIARY_API_URL,
// APIARY_API_KEY and APIARY_API_NAME in the environment; dreddAgent, dreddHostname (DREDD_AGENT,
// DREDD_HOSTNAME) say who it is that reports. It differs from Dredd 14 where that helps:
//
//   - It sends only where it was told to: without a URL nothing is sent, for the service that Dredd
//     takes then is gone. A redirect is not followed.
//   - The secrets are taken out of what it sends, as out of all reports.
//   - Of the environment it sends the names in ciVariables, and not all that begins like them, which
//     may be tokens; what is set below apiaryReporterEnv is sent when its name begins like that.
//   - A call may take five seconds, and all of them together not much longer than they have to.
//   - A status of 400 or more is a failed call; what the answers to steps say beside it is not read.
func NewApiary(o Options) Reporter {
	a := &apiary{o: o, p: newPrinter(o)}
	a.client, a.why = newApiaryClient(a)
	return a
}

type apiary struct {
	o Options
	p *printer

	client *apiaryClient
	why    string // nothing is sent any more; "" while it is
	suite  string
	start  time.Time
	runID  string
	url    string // of the report
}

// ciPrefixes are what the names of variables begin with that tell about the build.
var ciPrefixes = []string{"TRAVIS", "CIRCLE", "CI", "DRONE", "BUILD_ID"}

// ciVariables are the variables of the environment that tell which build it is, and hold no secret.
var ciVariables = []string{
	"BUILD_ID",
	"CI", "CI_BUILD_NUMBER", "CI_COMMIT_BRANCH", "CI_COMMIT_SHA", "CI_COMMIT_TAG", "CI_JOB_ID", "CI_JOB_NAME", "CI_JOB_URL", "CI_PIPELINE_ID", "CI_PIPELINE_URL", "CI_PROJECT_PATH",
	"CIRCLECI", "CIRCLE_BRANCH", "CIRCLE_BUILD_NUM", "CIRCLE_BUILD_URL", "CIRCLE_JOB", "CIRCLE_PROJECT_REPONAME", "CIRCLE_PROJECT_USERNAME", "CIRCLE_SHA1", "CIRCLE_TAG",
	"DRONE", "DRONE_BRANCH", "DRONE_BUILD_LINK", "DRONE_BUILD_NUMBER", "DRONE_COMMIT", "DRONE_REPO", "DRONE_TAG",
	"TRAVIS", "TRAVIS_BRANCH", "TRAVIS_BUILD_ID", "TRAVIS_BUILD_NUMBER", "TRAVIS_COMMIT", "TRAVIS_JOB_ID", "TRAVIS_JOB_NUMBER", "TRAVIS_PULL_REQUEST", "TRAVIS_REPO_SLUG", "TRAVIS_TAG",
}

// apiaryEnv is the prefix of the settings that stand for variables of the environment.
const apiaryEnv = "apiaryReporterEnv."

// get reads a setting by its name in the settings, and by that of its variable.
func (a *apiary) get(name, variable string) string {
	for _, key := range []string{name, apiaryEnv + name, apiaryEnv + variable} {
		if v := a.o.Custom[key]; v != "" {
			return v
		}
	}
	return a.getenv(variable)
}

func (a *apiary) getenv(name string) string {
	if a.o.Getenv == nil {
		return ""
	}
	return a.o.Getenv(name)
}

// environment is what is told of the build.
func (a *apiary) environment() map[string]string {
	env := map[string]string{}
	for _, name := range ciVariables {
		if v := a.getenv(name); v != "" {
			env[name] = a.o.Sanitize.Text(v)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(a.o.Custom)) {
		name, ok := strings.CutPrefix(key, apiaryEnv)
		if ok && slices.ContainsFunc(ciPrefixes, func(p string) bool { return strings.HasPrefix(name, p) }) {
			env[name] = a.o.Sanitize.Text(a.o.Custom[key])
		}
	}
	return env
}

// say prints a line at once. Another reporter may have its status line on the terminal.
func (a *apiary) say(word, code, text string) {
	a.p.status = a.p.terminal
	line := a.p.paint(code, word) + ": " + oneLine(a.secret(a.o.Sanitize.Text(cut(text, longestText))))
	if word == "error" {
		a.p.errLine(line)
	} else {
		a.p.line(line)
	}
	a.p.flush()
}

// secret takes the key out of a text.
func (a *apiary) secret(text string) string {
	if a.client == nil || a.client.key == "" {
		return text
	}
	return strings.ReplaceAll(text, a.client.key, "[masked]")
}

func (a *apiary) Begin(plan Plan) {
	if a.client == nil {
		a.say("warn", yellow, "apiary: nothing is sent: "+a.why)
		return
	}
	a.suite = a.get("apiaryApiName", "APIARY_API_NAME")
	private := a.client.key != "" && a.suite != ""
	if a.client.key == "" && a.suite == "" {
		a.say("warn", yellow, "apiary: neither apiaryApiKey nor apiaryApiName is set: the report is sent as a public one")
	}
	if a.suite == "" {
		a.suite = "public"
	}
	a.start = a.o.now()
	var answer struct {
		ID        any    `json:"_id"`
		ReportURL string `json:"reportUrl"`
	}
	a.send("POST", "/apis/"+url.PathEscape(a.suite)+"/tests/runs", a.runBody(plan, !private), &answer)
	if a.why != "" {
		return
	}
	if a.runID = idText(answer.ID); a.runID == "" {
		a.fail(errors.New("the answer has no _id"))
		return
	}
	a.url = answer.ReportURL
}

func (a *apiary) Report(outcome transaction.Outcome) {
	if a.why != "" {
		return
	}
	o := view(outcome, a.o.Sanitize)
	a.send("POST", "/apis/"+url.PathEscape(a.suite)+"/tests/steps?testRunId="+url.QueryEscape(a.runID), a.stepBody(o), nil)
}

func (a *apiary) End(s Summary) error {
	if a.client != nil {
		defer a.client.close()
	}
	if a.why != "" || a.runID == "" { // nothing was begun there
		return a.p.close()
	}
	path := "/apis/" + url.PathEscape(a.suite) + "/tests/run/" + url.PathEscape(a.runID)
	a.send("PATCH", path, a.endBody(s), nil)
	if a.why == "" {
		if a.url == "" {
			a.url = a.client.base + path
		}
		a.say("complete", green, "See results in Apiary at: "+a.url)
	}
	return a.p.close()
}

// send makes a call, unless one before failed.
func (a *apiary) send(method, path string, body, answer any) {
	if err := a.client.call(method, path, body, answer); err != nil {
		a.fail(err)
	}
}

// fail tells of an error, and ends the sending.
func (a *apiary) fail(err error) {
	a.why = err.Error()
	a.say("error", red, "Apiary reporter could not send the report to "+a.client.base+": "+a.why)
}
