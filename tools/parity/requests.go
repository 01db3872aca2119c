package main

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// settled has what the reporter apiary sends behind all other requests, and the end of the run last: Dredd
// sends that without waiting for what it sent before, so which comes first is chance.
func settled(requests []string) []string {
	rank := func(raw string) int {
		line, _, _ := strings.Cut(raw, "\r\n")
		switch {
		case !strings.Contains(line, " /apis/"):
			return 0
		case strings.HasPrefix(line, "POST "):
			return 1
		}
		return 2
	}
	sorted := slices.Clone(requests)
	slices.SortStableFunc(sorted, func(a, b string) int { return rank(a) - rank(b) })
	return sorted
}

// order are the requests as the server saw them, in their order.
func order(_ *scenario, o outcome) []string {
	var list []string
	for _, raw := range settled(o.requests) {
		line, _, _ := strings.Cut(raw, " HTTP/")
		list = append(list, line)
	}
	return list
}

// agent is what the two call themselves.
var agent = regexp.MustCompile(`^(Dredd|bailiff)( Apiary Reporter)?/\S+( \([^()]+\))?$`)

// requestBytes are the requests as they came. Fields stand in the order of their names, which are in small
// letters, since RFC 9110 gives neither a meaning; those of the same name stay in their order. Connection
// is about the connection, a Content-Length of 0 says what its absence says, and each has a User-Agent of its
// own: the aspect heads has those.
func requestBytes(_ *scenario, o outcome) []string {
	var list []string
	for _, raw := range settled(o.requests) {
		head, body, _ := strings.Cut(raw, "\r\n\r\n")
		lines := strings.Split(head, "\r\n")
		step := strings.Contains(lines[0], " /apis/")
		if step {
			body = steady(body)
		}
		var fields []string
		for _, line := range lines[1:] {
			name, value, _ := strings.Cut(line, ":")
			name, value = strings.ToLower(name), strings.TrimSpace(value)
			if name == "connection" || name == "content-length" && (step || value == "0") {
				continue
			}
			if name == "user-agent" && agent.MatchString(value) {
				value = "its own"
			}
			fields = append(fields, name+": "+value)
		}
		slices.SortStableFunc(fields, func(a, b string) int {
			return strings.Compare(strings.SplitN(a, ":", 2)[0], strings.SplitN(b, ":", 2)[0])
		})
		list = append(append(append(list, lines[0]), fields...), "body "+strconv.Quote(body))
	}
	return list
}

// system is the version, and what the two tell of the machine, in User-Agent.
var system = regexp.MustCompile(`^(User-Agent: \w+)/\S+ \([^()]+\)$`)

// heads are the fields of requests that the two write by themselves.
func heads(_ *scenario, o outcome) []string {
	var list []string
	for _, raw := range settled(o.requests) {
		head, _, _ := strings.Cut(raw, "\r\n\r\n")
		line, _, _ := strings.Cut(head, "\r\n")
		found := regexp.MustCompile(`(?im)^(connection|content-length|user-agent|accept-encoding): .*\S`).FindAllString(head, -1)
		slices.Sort(found)
		for i := range found {
			found[i] = system.ReplaceAllString(found[i], "$1/VERSION (SYSTEM)")
		}
		list = append(append(list, line), found...)
	}
	return list
}

// steady is what the reporter apiary sends, without the values that are others in every run.
func steady(body string) string {
	var sent map[string]any
	if json.Unmarshal([]byte(body), &sent) != nil {
		return body
	}
	for _, name := range []string{"agentRunUuid", "agentEnvironment", "startedAt", "endedAt", "duration", "logs", "result"} {
		if _, ok := sent[name]; ok {
			sent[name] = "there"
		}
	}
	text, err := json.Marshal(sent)
	if err != nil {
		return body
	}
	return whose.ReplaceAllString(string(text), `"User-Agent":"its own"`)
}

// whose is User-Agent among the headers of a transaction.
var whose = regexp.MustCompile(`"User-Agent":"(Dredd|bailiff)/[^"]*"`)
