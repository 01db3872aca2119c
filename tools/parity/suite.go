package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"text/tabwriter"
	"time"
)

// atOnce is how many scenarios run at a time, on two processors in CI. Each is one process that computes for
// most of its time, and waits for a fifth of it.
const atOnce = 3

// handlerPort is where Dredd looks for hook handlers, so that one of its runs has it at a time.
const handlerPort = "61321"

// runAll runs the scenarios, and keeps their order.
func runAll(ctx context.Context, o options, chosen []*scenario, progress io.Writer) ([]*result, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	results := make([]*result, len(chosen))
	errs := make([]error, len(chosen))
	// Those that need the port are one job, and the first, as it is the longest.
	jobs := [][]int{nil}
	for i, s := range chosen {
		if s.handler {
			jobs[0] = append(jobs[0], i)
		} else {
			jobs = append(jobs, []int{i})
		}
	}
	queue := make(chan []int, len(jobs))
	for _, j := range jobs {
		queue <- j
	}
	close(queue)
	p := &progressLine{w: progress, all: len(chosen)}
	var running sync.WaitGroup
	for range atOnce {
		running.Go(func() {
			for job := range queue {
				for _, i := range job {
					if results[i], errs[i] = runScenario(ctx, o, chosen[i]); errs[i] != nil {
						errs[i] = fmt.Errorf("%s: %w", chosen[i].name, errs[i])
						cancel()
						return
					}
					p.add(results[i])
				}
			}
		})
	}
	running.Wait()
	p.end()
	return results, errors.Join(errs...)
}

func runScenario(ctx context.Context, o options, s *scenario) (*result, error) {
	started := time.Now()
	r := &result{s: s, facts: map[string]map[string]string{}, raw: map[string]outcome{}}
	for _, side := range []string{dredd, bailiff} {
		if s.handler {
			if err := portFree(ctx); err != nil {
				return nil, err
			}
		}
		out, err := runSide(ctx, o, s, side)
		if err != nil {
			return nil, err
		}
		r.raw[side], r.facts[side] = out, facts(s, out)
	}
	r.took = time.Since(started)
	return r, nil
}

// portFree waits until nobody has the port of hook handlers, for a while.
func portFree(ctx context.Context) error {
	var listen net.ListenConfig
	deadline := time.Now().Add(time.Minute)
	for {
		l, err := listen.Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", handlerPort))
		if err == nil {
			return l.Close()
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			return fmt.Errorf("port %s is needed, as Dredd looks for hook handlers there: %w; stop the program that listens there", handlerPort, err)
		}
		time.Sleep(glance)
	}
}

// progressLine tells how far it is, on one line of a terminal; elsewhere it is silent until the end.
type progressLine struct {
	w   io.Writer
	all int

	mu          sync.Mutex
	done, wrong int
}

func (p *progressLine) add(r *result) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	if len(r.problems()) > 0 {
		p.wrong++
	}
	if p.terminal() {
		fmt.Fprintf(p.w, "\r\x1b[K%d of %d scenarios, %d wrong: %s", p.done, p.all, p.wrong, r.s.name)
	}
}

func (p *progressLine) end() {
	if p.terminal() {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

func (p *progressLine) terminal() bool {
	f, ok := p.w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// tally counts scenarios.
type tally struct {
	name                       string
	all, same, intended, wrong int
	took                       time.Duration
}

func (t *tally) add(r *result) {
	t.all++
	t.took += r.took
	switch {
	case len(r.problems()) > 0:
		t.wrong++
	case len(r.s.reasons) > 0:
		t.intended++
	default:
		t.same++
	}
}

// printResults prints what is not as the scenarios say, and a table by category. Anything wrong is an error.
func printResults(w io.Writer, results []*result, verbose bool) error {
	total := &tally{name: "all"}
	var categories []*tally
	for _, r := range results {
		printResult(w, r, verbose)
		name, _, _ := strings.Cut(r.s.name, "/")
		if n := len(categories); n == 0 || categories[n-1].name != name {
			categories = append(categories, &tally{name: name})
		}
		categories[len(categories)-1].add(r)
		total.add(r)
	}
	table := tabwriter.NewWriter(w, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "scenarios\tof\tsame\tintended\twrong\tseconds\t")
	for _, t := range append(categories, total) {
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%.1f\t\n", t.name, t.all, t.same, t.intended, t.wrong, t.took.Seconds())
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if total.wrong > 0 {
		return fmt.Errorf("%d of %d scenarios are not as they say", total.wrong, total.all)
	}
	return nil
}

func printResult(w io.Writer, r *result, verbose bool) {
	problems := r.problems()
	for _, p := range problems {
		fmt.Fprintf(w, "WRONG %s: %s %s\n%s\n", r.s.name, p.aspect, p.what, indent(p.diff))
	}
	if len(problems) > 0 {
		fmt.Fprintf(w, "  - is Dredd (or what the scenario says), + is bailiff (or what came now). Alone: make parity RUN=%s\n\n", r.s.name)
	}
	if !verbose {
		return
	}
	for _, side := range []string{dredd, bailiff} {
		out := r.raw[side]
		fmt.Fprintf(w, "=== %s under %s, %.1f s\n%s--- standard error\n%s", r.s.name, side, out.took.Seconds(), out.stdout, out.stderr)
		for _, a := range r.s.aspects() {
			fmt.Fprintf(w, "--- %s\n%s\n", a, indent(r.facts[side][a]))
		}
	}
}

func indent(text string) string { return "    " + strings.ReplaceAll(text, "\n", "\n    ") }
