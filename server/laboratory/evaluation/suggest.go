package evaluation

import "strings"

// suggest says which function may have been meant.
func (d *Dictionary) suggest(name string) string {
	best, least := "", 4
	for _, f := range d.Functions() {
		if far := distance(strings.ToLower(name), f.Name); far < least {
			best, least = f.Name, far
		}
	}
	if best != "" {
		return "did you mean " + d.functions[best].Signature() + "?"
	}
	return "the page lists those there are"
}

// distance is how many characters must be put in, taken out or changed to make one text of the other
// (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		left := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := left
			if a[i] != b[j] {
				cost++
			}
			left = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
