package main

import (
	"regexp"
	"slices"
	"strings"
)

var (
	// titleLine begins what a text has about a transaction, in the console and in reports.
	titleLine = regexp.MustCompile(`(?m)^(?:#+ )?([Pp]ass|[Ff]ail|[Ss]kip|[Ee]rror):? +([A-Z]+ \(\d*\) \S+).*$`)
	// dreddField begins what Dredd says of a part that does not hold. In the parts themselves the same words
	// stand alone, or before a number.
	dreddField = regexp.MustCompile(`(?m)^(?:fail: )?(?:(headers|body): \S|(statusCode): Expected)`)
	// bailiffRule is what stands behind the place in the documentation.
	bailiffRule = regexp.MustCompile(`(?m)^\s*documented at \S+\s+((?:warn )?)([a-z-]+)`)
	exchange    = regexp.MustCompile(`(?m)^\s*method: [A-Z]+$`)
)

// told are the transactions that a text has something about: what came of each, its title, the parts that do
// not hold, and whether the exchange of one that passed is shown.
func told(text string) []string {
	var list []string
	at := titleLine.FindAllStringSubmatchIndex(text, -1)
	for i, m := range at {
		end := len(text)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		status, block := strings.ToLower(text[m[2]:m[3]]), text[m[1]:end]
		line := status + " " + text[m[4]:m[5]]
		if parts := broken(block); len(parts) > 0 {
			line += ": " + strings.Join(parts, ", ")
		}
		if status == "pass" && exchange.MatchString(block) {
			line += ", with its exchange"
		}
		list = append(list, line)
	}
	return list
}

// broken are the parts of an answer that a text says do not hold.
func broken(text string) []string {
	var parts []string
	for _, m := range dreddField.FindAllStringSubmatch(text, -1) {
		parts = append(parts, m[1]+m[2])
	}
	for _, m := range bailiffRule.FindAllStringSubmatch(text, -1) {
		rule, _, _ := strings.Cut(m[2], "-")
		part := map[string]string{"status": "statusCode", "header": "headers", "content": "headers", "body": "body"}[rule]
		if part != "" && m[1] == "" {
			parts = append(parts, part)
		}
	}
	slices.Sort(parts)
	return slices.Compact(parts)
}
