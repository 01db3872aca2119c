package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// leave is how long what a command started may take to end after it: a child that was told to is on its way.
const leave = 2 * time.Second

// leftBehind are the processes that outlive a run, as "node app.js". It ends them. Whatever group they are
// in, they have the mark of the run in their environment.
func leftBehind(run string) ([]string, error) {
	deadline := time.Now().Add(leave)
	for {
		found, err := marked(run)
		if err != nil || len(found) == 0 {
			return nil, err
		}
		if time.Now().After(deadline) {
			var names []string
			for pid, name := range found {
				names = append(names, name)
				_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended by itself
			}
			slices.Sort(names)
			return names, nil
		}
		time.Sleep(glance)
	}
}

// marked are the processes of a run, by their id.
func marked(run string) (map[int]string, error) {
	environments, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		return nil, fmt.Errorf("look for processes: %w", err)
	}
	found := map[int]string{}
	for _, path := range environments {
		environment, err := os.ReadFile(path)
		if err != nil || !slices.Contains(split(environment), mark+"="+run) {
			continue // another's, or it is over
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil {
			continue
		}
		line, err := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline"))
		if err != nil || len(line) == 0 {
			continue // it is over
		}
		words := split(line)
		name := filepath.Base(words[0])
		if len(words) > 1 {
			name += " " + filepath.Base(words[1])
		}
		found[pid] = name
	}
	return found, nil
}

func split(zeros []byte) []string {
	var list []string
	for _, part := range bytes.Split(bytes.TrimRight(zeros, "\x00"), []byte{0}) {
		list = append(list, string(part))
	}
	return list
}
