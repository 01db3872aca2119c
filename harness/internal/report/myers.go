package report

// hunk is a stretch of lines a[a0:a1] that stands where the other text has b[b0:b1].
type hunk struct{ a0, a1, b0, b1 int }

// mostEdits bounds the lines that a minimal diff may find changed; the search costs the square of
// it. Texts that differ more are taken to differ as a whole between what they begin and end with.
const mostEdits = 400

// hunks finds where two texts differ, line by line, by the greedy algorithm of Myers (An O(ND)
// Difference Algorithm and Its Variations, 1986).
func hunks(a, b []string) []hunk {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	x, y := a[head:len(a)-tail], b[head:len(b)-tail]
	if len(x) == 0 && len(y) == 0 {
		return nil
	}
	found := []hunk{{0, len(x), 0, len(y)}}
	if len(x) > 0 && len(y) > 0 {
		if trace := search(x, y); trace != nil {
			found = backtrack(trace, len(x), len(y))
		}
	}
	for i := range found {
		found[i].a0 += head
		found[i].a1 += head
		found[i].b0 += head
		found[i].b1 += head
	}
	return found
}

// search returns, for each number of edits, how far in a one gets on each diagonal; nil when it
// takes too many.
func search(a, b []string) [][]int {
	most := min(len(a)+len(b), mostEdits)
	far := make([]int, 2*most+3) // far[most+1+k] is for diagonal k
	var trace [][]int
	for d := 0; d <= most; d++ {
		for k := -d; k <= d; k += 2 {
			x := step(far, most+1+k, k == -d, k == d)
			y := x - k
			for x < len(a) && y < len(b) && a[x] == b[y] {
				x, y = x+1, y+1
			}
			far[most+1+k] = x
			if x >= len(a) && y >= len(b) {
				return append(trace, clip(far, most, d))
			}
		}
		trace = append(trace, clip(far, most, d))
	}
	return nil
}

// step is where diagonal k begins: a line down from k+1, or right from k-1, whichever is further.
func step(far []int, at int, first, last bool) int {
	if first || !last && far[at-1] < far[at+1] {
		return far[at+1]
	}
	return far[at-1] + 1
}

// clip copies the diagonals -d..d, with one more at each end.
func clip(far []int, most, d int) []int {
	return append([]int(nil), far[most-d:most+d+3]...)
}

// backtrack walks the trace back from the end and joins its edits to hunks.
func backtrack(trace [][]int, x, y int) []hunk {
	var out []hunk
	for d := len(trace) - 1; d > 0; d-- {
		far := trace[d-1] // far[d+k] is for diagonal k
		k := x - y
		down := k == -d || k != d && at(far, d+k-1) < at(far, d+k+1)
		px := at(far, d+k-1)
		if down {
			px = at(far, d+k+1)
		}
		py := px - (k - 1)
		if down {
			py = px - (k + 1)
		}
		edit := hunk{px, px + 1, py, py}
		if down {
			edit = hunk{px, px, py, py + 1}
		}
		if n := len(out); n > 0 && out[n-1].a0 == edit.a1 && out[n-1].b0 == edit.b1 {
			out[n-1].a0, out[n-1].b0 = edit.a0, edit.b0
		} else {
			out = append(out, edit)
		}
		x, y = px, py
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}

func at(far []int, i int) int {
	if i < 0 || i >= len(far) {
		return -1
	}
	return far[i]
}
