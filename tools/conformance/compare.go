package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// exception is a kind of transaction that Dredd is known to leave out.
type exception struct {
	reason string
	holds  func(outcome) bool
}

// exceptions are few, and for what Dredd itself gets wrong. One that holds for nothing is an error.
var exceptions = []exception{{
	reason: "Dredd drops an action whose URI template has a percent-encoded name, as {?page%5bsize%5d}",
	holds:  func(o outcome) bool { return strings.Contains(o.id, "%5b") },
}, {
	reason: "Dredd knows no tables of permissions",
	holds:  func(o outcome) bool { return strings.Contains(o.name, " > Permissions > ") },
}}

// row is a difference between the two.
type row struct{ name, bailiff, dredd string }

// comparison is what bailiff and Dredd made of the same description.
type comparison struct {
	same      map[string]int // status to how many have it on both sides
	differing []row
	excepted  [][]outcome // by exception: what bailiff ran, and Dredd left out
}

// compare looks at each name; those that several transactions have are told apart by their order.
func compare(bailiff, dredd []outcome) comparison {
	c := comparison{same: map[string]int{}, excepted: make([][]outcome, len(exceptions))}
	theirs := map[string][]outcome{}
	for _, o := range dredd {
		theirs[o.name] = append(theirs[o.name], o)
	}
	for _, o := range bailiff {
		same := theirs[o.name]
		if len(same) == 0 {
			e := slices.IndexFunc(exceptions, func(e exception) bool { return e.holds(o) })
			if e >= 0 {
				c.excepted[e] = append(c.excepted[e], o)
			} else {
				c.differing = append(c.differing, row{o.name, o.status, "not run"})
			}
			continue
		}
		d := same[0]
		theirs[o.name] = same[1:]
		switch {
		case d.id != o.id:
			c.differing = append(c.differing, row{o.name, o.id, d.id})
		case d.status != o.status:
			c.differing = append(c.differing, row{o.name, o.status, d.status})
		default:
			c.same[o.status]++
		}
	}
	for _, o := range dredd { // in their order
		if left := theirs[o.name]; len(left) > 0 {
			theirs[o.name] = left[1:]
			c.differing = append(c.differing, row{o.name, "not run", left[0].status})
		}
	}
	return c
}

func (c *comparison) print(w io.Writer) {
	for _, status := range []string{"pass", "fail", "skip", "error"} {
		if n := c.same[status]; n > 0 {
			fmt.Fprintf(w, "  %-5s %3d under both\n", status, n)
		}
	}
	for i, list := range c.excepted {
		if len(list) > 0 {
			fmt.Fprintf(w, "  left out %d: %s\n", len(list), exceptions[i].reason)
		}
	}
	if len(c.differing) == 0 {
		fmt.Fprintln(w, "  no differences")
		return
	}
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	fmt.Fprintln(t, "  bailiff\tDredd\ttransaction")
	for _, r := range c.differing {
		fmt.Fprintf(t, "  %s\t%s\t%s\n", r.bailiff, r.dredd, r.name)
	}
	_ = t.Flush() // as Fprintf, which tells nobody either
}

// check says whether the two agree on enough. With drift there have to be failures among it.
func (c *comparison) check(drift bool) error {
	if n := len(c.differing); n > 0 {
		return fmt.Errorf("%d differences between bailiff and Dredd; they are above", n)
	}
	for i, list := range c.excepted {
		if len(list) == 0 {
			return fmt.Errorf("an exception is of no use any more: %s", exceptions[i].reason)
		}
	}
	bad := c.same["fail"] + c.same["skip"] + c.same["error"]
	switch {
	case c.same["pass"] == 0:
		return errors.New("nothing passed")
	case !drift && bad > 0:
		return fmt.Errorf("%d of the transactions did not pass, with a server as documented", bad)
	case drift && c.same["fail"] == 0:
		return errors.New("nothing failed, with a server that drifts")
	}
	return nil
}
