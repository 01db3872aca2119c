package gavel

// maxPaired is the number of items on either side up to which differing items of a set are held each
// against each, to see which belong together.
const maxPaired = 64

// bySimilarity pairs the items that are left, so that as little as possible differs. Very many are
// taken in their order.
func (s *matching) bySimilarity() {
	docs, reals := s.left()
	if len(docs) > maxPaired || len(reals) > maxPaired {
		s.inOrder(docs, reals)
		return
	}
	if len(docs) == 0 || len(reals) == 0 {
		return
	}
	costs, alike := make([][]int, len(docs)), make([][]bool, len(docs))
	for i, doc := range docs {
		costs[i], alike[i] = make([]int, len(reals)), make([]bool, len(reals))
		for j, real := range reals {
			weight, fits, ok := s.compare(doc, real)
			if !ok {
				s.inOrder(docs, reals)
				return
			}
			alike[i][j] = fits
			if weight > 0 {
				// Among the equally good, those that stand near each other.
				costs[i][j] = unequal + weight*maxPaired*maxPaired + min(max(doc-real, real-doc), maxPaired)
			}
		}
	}
	for i, j := range assign(costs) {
		if j != none && alike[i][j] {
			s.pair(docs[i], reals[j])
		}
	}
}

// unequal is what a pair of items that are not equal costs before what differs: more than all the
// differences together, so that as many as can be are equal.
const unequal = 1 << 40

// compare weighs the differences of two items, and tells whether they are few enough for a pair: at
// most half of what is documented, or one. It returns false when that would cost too much.
func (s *matching) compare(doc, real int) (weight int, alike, ok bool) {
	const most = 1 << 16 // keeps the sum of all differences below unequal
	e, r := s.docs[doc], s.reals[real]
	limit := max(s.w.expected.leaves(e, most)/2, 1) + 1
	s.w.push(step{index: doc})
	weight, ok = s.w.weigh(e, r, limit)
	s.w.pop()
	weight = min(weight, limit)
	return weight, weight < limit, ok
}

// inOrder pairs the first with the first, and so on, where they are alike or nobody can tell.
func (s *matching) inOrder(docs, reals []int) {
	for k := range min(len(docs), len(reals)) {
		if _, alike, ok := s.compare(docs[k], reals[k]); alike || !ok {
			s.pair(docs[k], reals[k])
		}
	}
}

// assign returns for each row a column of its own, or none when there are not enough, so that the
// costs are the least together. It is the Hungarian method with potentials, in cubic time.
func assign(costs [][]int) []int {
	rows, columns := len(costs), len(costs[0])
	at := func(i, j int) int { return costs[i][j] }
	if rows > columns {
		rows, columns = columns, rows
		at = func(i, j int) int { return costs[j][i] }
	}
	// Rows and columns count from 1; row 0 and column 0 are where a search begins.
	u, v := make([]int, rows+1), make([]int, columns+1)
	owner, way := make([]int, columns+1), make([]int, columns+1)
	for i := 1; i <= rows; i++ {
		owner[0] = i
		column := 0
		least, seen := make([]int, columns+1), make([]bool, columns+1)
		for j := range least {
			least[j] = 2 * unequal * maxPaired
		}
		for owner[column] != 0 {
			seen[column] = true
			row, delta, next := owner[column], 2*unequal*maxPaired, 0
			for j := 1; j <= columns; j++ {
				if seen[j] {
					continue
				}
				if c := at(row-1, j-1) - u[row] - v[j]; c < least[j] {
					least[j], way[j] = c, column
				}
				if least[j] < delta {
					delta, next = least[j], j
				}
			}
			for j := range seen {
				if seen[j] {
					u[owner[j]] += delta
					v[j] -= delta
				} else {
					least[j] -= delta
				}
			}
			column = next
		}
		for ; column != 0; column = way[column] {
			owner[column] = owner[way[column]]
		}
	}
	result := make([]int, len(costs))
	for i := range result {
		result[i] = none
	}
	for j := 1; j <= columns; j++ {
		switch i := owner[j]; {
		case i == 0:
		case len(costs) > len(costs[0]):
			result[j-1] = i - 1
		default:
			result[i-1] = j - 1
		}
	}
	return result
}
