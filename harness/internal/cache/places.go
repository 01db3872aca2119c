package cache

import (
	"errors"
	"slices"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// places is the entry of what Result.Locate finds. Names of files and lists of lines are written once,
// however many transactions share them: a schema that hundreds of responses have is most of what there
// is to say about them.
type places struct {
	Files   []string
	Lines   [][]int // see packLines
	Sources []packedSource
}

// packedSource is a transaction.Source. A position is three numbers: the file, counted from 1, the line
// and the column.
type packedSource struct {
	Action, Response [3]int
	Headers          map[string][3]int
	Body, Schema     int // in places.Lines, counted from 1; 0 for none
}

// packer fills an entry.
type packer struct {
	places
	files map[string]int
	// lists finds lines that are there already, by their first run and their length.
	lists map[listKey][]knownList
}

type listKey struct {
	first transaction.Run
	n     int
}

type knownList struct {
	lines  transaction.Lines
	number int
}

func pack(sources []transaction.Source) places {
	p := packer{files: map[string]int{}, lists: map[listKey][]knownList{}}
	for _, s := range sources {
		packed := packedSource{
			Action: p.position(s.Action), Response: p.position(s.Response),
			Body: p.list(s.Body), Schema: p.list(s.Schema),
		}
		for name, at := range s.Headers {
			if packed.Headers == nil {
				packed.Headers = make(map[string][3]int, len(s.Headers))
			}
			packed.Headers[name] = p.position(at)
		}
		p.Sources = append(p.Sources, packed)
	}
	return p.places
}

func (p *packer) position(at transaction.Position) [3]int {
	return [3]int{p.file(at.File), at.Line, at.Column}
}

func (p *packer) file(name string) int {
	if name == "" {
		return 0
	}
	n, ok := p.files[name]
	if !ok {
		p.Files = append(p.Files, name)
		n = len(p.Files)
		p.files[name] = n
	}
	return n
}

func (p *packer) list(lines transaction.Lines) int {
	if len(lines) == 0 {
		return 0
	}
	key := listKey{lines[0], len(lines)}
	for _, known := range p.lists[key] {
		// Transactions mostly share the list itself, and then there is nothing to compare.
		if &known.lines[0] == &lines[0] || slices.Equal(known.lines, lines) {
			return known.number
		}
	}
	p.Lines = append(p.Lines, p.packLines(lines))
	p.lists[key] = append(p.lists[key], knownList{lines, len(p.Lines)})
	return len(p.Lines)
}

// runSize is how many numbers a run is packed to.
const runSize = 4

// packLines writes runs as numbers: how many lines of the text are between it and the one before, the
// file, how many lines of the documentation are, and the column. Small numbers take one byte each.
func (p *packer) packLines(lines transaction.Lines) []int {
	numbers := make([]int, 0, runSize*len(lines))
	var last transaction.Run
	for _, r := range lines {
		numbers = append(numbers, r.From-last.From, p.file(r.At.File), r.At.Line-last.At.Line, r.At.Column)
		last = r
	}
	return numbers
}

// errPacked says that an entry is not what pack makes.
var errPacked = errors.New("an entry cannot be read")

func (p places) unpack() ([]transaction.Source, error) {
	u := unpacker{places: p}
	lists := make([]transaction.Lines, len(p.Lines))
	for i, numbers := range p.Lines {
		lists[i] = u.lines(numbers)
	}
	list := func(n int) transaction.Lines {
		if n < 0 || n > len(lists) {
			u.broken = true
		}
		if n == 0 || u.broken {
			return nil
		}
		return lists[n-1]
	}
	sources := make([]transaction.Source, 0, len(p.Sources))
	for _, s := range p.Sources {
		source := transaction.Source{
			Action: u.position(s.Action), Response: u.position(s.Response),
			Body: list(s.Body), Schema: list(s.Schema),
		}
		for name, at := range s.Headers {
			if source.Headers == nil {
				source.Headers = make(map[string]transaction.Position, len(s.Headers))
			}
			source.Headers[name] = u.position(at)
		}
		sources = append(sources, source)
	}
	if u.broken {
		return nil, errPacked
	}
	return sources, nil
}

type unpacker struct {
	places
	broken bool
}

func (u *unpacker) position(at [3]int) transaction.Position {
	p := transaction.Position{Line: at[1], Column: at[2]}
	switch n := at[0]; {
	case n < 0 || n > len(u.Files):
		u.broken = true
	case n > 0:
		p.File = u.Files[n-1]
	}
	return p
}

func (u *unpacker) lines(numbers []int) transaction.Lines {
	if len(numbers)%runSize != 0 {
		u.broken = true
		return nil
	}
	lines := make(transaction.Lines, 0, len(numbers)/runSize)
	var last transaction.Run
	for run := range slices.Chunk(numbers, runSize) {
		last = transaction.Run{
			From: last.From + run[0],
			At:   u.position([3]int{run[1], last.At.Line + run[2], run[3]}),
		}
		lines = append(lines, last)
	}
	return lines
}
