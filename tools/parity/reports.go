package main

import (
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// reports are the facts of the reports that were written: which, and in each what came of each transaction,
// and the messages of those that did not pass.
func reports(_ *scenario, o outcome) []string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(o.files)) {
		var found []string
		switch path.Ext(name) {
		case ".xml":
			found = xunit(o.files[name])
		case ".md":
			found = markdown(o.files[name])
		case ".html":
			found = page(o.files[name])
		default:
			continue
		}
		list = append(append(list, name+":"), found...)
	}
	return list
}

// xunit is read as a stream, so that the facts of a broken file are there up to where it breaks.
func xunit(text string) []string {
	var list []string
	decoder := xml.NewDecoder(strings.NewReader(text))
	inside := ""
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			return append(list, "  not well-formed")
		}
		switch t := token.(type) {
		case xml.StartElement:
			attr := map[string]string{}
			for _, a := range t.Attr {
				attr[a.Name.Local] = a.Value
			}
			switch inside = t.Name.Local; inside {
			case "testsuite":
				list = append(list, fmt.Sprintf("  %s tests, %s failures, %s errors, %s skipped",
					attr["tests"], attr["failures"], attr["errors"], attr["skip"]+attr["skipped"]))
			case "testcase":
				list = append(list, "  case "+attr["name"])
			case "failure", "error", "skipped":
				list = append(list, "    "+inside)
			}
		case xml.EndElement:
			inside = ""
		case xml.CharData:
			if inside == "failure" {
				list = append(list, message(string(t))...)
			}
			if (inside == "failure" || inside == "system-out") && exchange.MatchString(string(t)) {
				list = append(list, "    with its exchange")
			}
		}
	}
}

// message is what stands behind the word Message in a failure, in the order of the alphabet.
func message(text string) []string {
	_, rest, _ := strings.Cut(text, "Message:\n")
	rest, _, _ = strings.Cut(rest, "\n\n")
	rest, _, _ = strings.Cut(rest, "\nRequest:")
	var list []string
	for _, line := range strings.Split(strings.TrimSpace(rest), "\n") {
		if line != "" {
			list = append(list, "      "+line)
		}
	}
	slices.Sort(list)
	return list
}

// markdown is told of as the console is. Characters that mean something are behind a backslash.
func markdown(text string) []string {
	list := told(regexp.MustCompile(`\\([!-/:-@[-`+"`"+`{-~])`).ReplaceAllString(text, "$1"))
	if strings.Count(text, "\n```")%2 != 0 {
		list = append(list, "a block is open")
	}
	for i := range list {
		list[i] = "  " + list[i]
	}
	return list
}

var (
	style = regexp.MustCompile(`(?s)<(style|script)\b.*?</(style|script)>`)
	tag   = regexp.MustCompile(`<[^>]*>`)
	sums  = regexp.MustCompile(`(\d+) passing,\s+(\d+) failing,\s+(\d+) errors,\s+(\d+) skipped,\s+(\d+) total`)
)

// page is told of as the console is, and has counts.
func page(text string) []string {
	plain := html.UnescapeString(tag.ReplaceAllString(style.ReplaceAllString(text, ""), ""))
	plain, _, _ = strings.Cut(plain, "\nNot passing\n") // a list of links to what stands above
	var list []string
	for _, line := range told(plain) {
		list = append(list, "  "+line)
	}
	for _, m := range sums.FindAllStringSubmatch(plain, -1) {
		list = append(list, "  counts "+strings.Join(m[1:], " "))
	}
	return list
}
