package process

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
)

// Split takes a command line apart as a POSIX shell does, quotes and backslashes included; see section
// 2.2 of the Shell Command Language. Nothing is expanded and nothing redirected: that is what sh -c is
// for. On Windows a backslash is an ordinary character, unless a double quote follows.
//
// The error tells of a command line that is empty, or in which a quote is not closed.
func Split(command string) ([]string, error) {
	return splitter{windows: runtime.GOOS == "windows"}.split(command)
}

type splitter struct{ windows bool }

func (s splitter) split(command string) ([]string, error) {
	var argv []string
	var word strings.Builder
	inWord := false
	for i := 0; i < len(command); i++ {
		switch c := command[i]; {
		case c == ' ' || c == '\t' || c == '\n' || (s.windows && c == '\r'):
			if inWord {
				argv = append(argv, word.String())
				word.Reset()
				inWord = false
			}
		case c == '\'' || c == '"':
			end, err := s.quoted(&word, command, i)
			if err != nil {
				return nil, err
			}
			i, inWord = end, true
		case c == '\\' && s.escapes(command, i, false):
			i++
			if command[i] != '\n' { // else the line goes on
				word.WriteByte(command[i])
				inWord = true
			}
		default:
			word.WriteByte(c)
			inWord = true
		}
	}
	if inWord {
		argv = append(argv, word.String())
	}
	if len(argv) == 0 || argv[0] == "" {
		return nil, errors.New("the command line is empty")
	}
	return argv, nil
}

// quoted adds what stands in the quotes that open at i, and returns where they close.
func (s splitter) quoted(word *strings.Builder, command string, i int) (int, error) {
	open := i
	quote := command[open]
	for i++; i < len(command); i++ {
		switch c := command[i]; {
		case c == quote:
			return i, nil
		case c == '\\' && quote == '"' && s.escapes(command, i, true):
			i++
			if command[i] != '\n' {
				word.WriteByte(command[i])
			}
		default:
			word.WriteByte(c)
		}
	}
	return 0, fmt.Errorf("the command line %s has a quote at character %d that is not closed",
		command, len([]rune(command[:open]))+1)
}

// escapes reports whether the backslash at i takes its meaning from the character behind it.
func (s splitter) escapes(command string, i int, quoted bool) bool {
	switch {
	case i+1 == len(command):
		return false
	case s.windows:
		return command[i+1] == '"'
	case quoted:
		return strings.IndexByte("$`\"\\\n", command[i+1]) >= 0
	}
	return true
}
