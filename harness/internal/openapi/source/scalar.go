package source

import (
	"math/big"
	"regexp"
	"strings"
)

// The numbers of the core schema: https://yaml.org/spec/1.2.2/#1032-tag-resolution
var (
	decimalInt   = regexp.MustCompile(`^[-+]?[0-9]+$`)
	otherInt     = regexp.MustCompile(`^0(?:o[0-7]+|x[0-9a-fA-F]+)$`)
	decimalFloat = regexp.MustCompile(`^([-+]?)(?:([0-9]+)(\.[0-9]*)?|(\.[0-9]+))([eE][-+]?[0-9]+)?$`)
)

// longNumber is how many characters a number may have; more of them are a string of digits.
const longNumber = 400

// resolve tells what a plain scalar is, and writes a number as JSON does.
func resolve(s string) (Kind, string) {
	switch s {
	case "", "~", "null", "Null", "NULL":
		return Null, "null"
	case "true", "True", "TRUE":
		return Bool, "true"
	case "false", "False", "FALSE":
		return Bool, "false"
	}
	if text, ok := number(s); ok {
		return Number, text
	}
	return String, s
}

// number writes a number of the core schema as JSON does; false when it is none.
func number(s string) (string, bool) {
	if c := s[0]; len(s) > longNumber || c != '-' && c != '+' && c != '.' && (c < '0' || c > '9') {
		return "", false
	}
	switch {
	case otherInt.MatchString(s):
		base := 8
		if s[1] == 'x' {
			base = 16
		}
		n, ok := new(big.Int).SetString(s[2:], base)
		if !ok {
			return "", false
		}
		return n.String(), true
	case decimalInt.MatchString(s):
		return signed(s, trimZeros(strings.TrimLeft(s, "+-"))), true
	}
	m := decimalFloat.FindStringSubmatch(s)
	if m == nil {
		return "", false
	}
	whole, fraction := trimZeros(m[2]), m[3]+m[4]
	if fraction == "." {
		fraction = ""
	}
	return signed(s, whole+fraction+m[5]), true
}

// trimZeros takes the zeros off the front that JSON does not allow.
func trimZeros(digits string) string {
	digits = strings.TrimLeft(digits, "0")
	if digits == "" {
		return "0"
	}
	return digits
}

func signed(s, digits string) string {
	if s[0] == '-' {
		return "-" + digits
	}
	return digits
}
