package gavel_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
)

func TestLine(t *testing.T) {
	t.Parallel()
	const body = `
{
    "data": [
        {
            "id":
                "1",
            "a/b": {"c~d": true},
            "twice": 1
        },
        [
            1, 2,
            3
        ]
    ],
    "data2": "\"}]",
    "data": {"\u0061": [
        1]},
    "": null
}
`
	const list = "[\n{\"a\": 1},\n\n [2,\n3]]"
	tests := []struct {
		name, body, pointer string
		want                int
	}{
		{"the root", body, "", 2},
		{"a key", body, "/data2", 15},
		{"the last of two keys of one name", body, "/data", 16},
		{"an escaped key", body, "/data/a", 16},
		{"an item", body, "/data/a/0", 17},
		{"a key without a name", body, "/", 18},
		{"a key that is not there", body, "/data3", 2},
		{"below a key that is not there", body, "/data3/x/y", 2},
		{"below a scalar", body, "/data2/x", 15},
		{"an item that is not there", body, "/data/a/1", 16},
		{"an index with a zero in front", body, "/data/a/00", 16},
		{"an index below zero", body, "/data/a/-1", 16},
		{"an object in a list", list, "/0", 2},
		{"a key in it", list, "/0/a", 2},
		{"a list in a list", list, "/1", 4},
		{"an item on a line of its own", list, "/1/1", 5},
		{"a value below its key", strings.Replace(body, "data2", "x", 1), "/data/a/0", 17},
		{"escaped steps", "{\n\"a/b\":\n{\n\"c~d\": 1}}", "/a~1b/c~0d", 4},
		{"a key whose value is below", "{\n\"a\":\n1}", "/a", 2},
		{"carriage returns", "{\r\n\"a\":\r\n1}", "/a", 2},
		{"not JSON", "{\n\"a\": }", "/a", 0},
		{"nothing", "", "", 0},
		{"a scalar", "\n\n5", "/a", 3},
		{"no slash in front", "{\n\"a\": 1}", "a", 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, gavel.Line(tt.body, tt.pointer))
		})
	}
}

func TestPlace(t *testing.T) {
	t.Parallel()
	const body = "{\n  \"čau\": [1, \"ž\", {\"x\": 2}],\r\n\t\"b\": {}\n}"
	tests := []struct {
		pointer      string
		line, column int
	}{
		{"", 1, 1},
		{"/čau", 2, 3},
		{"/čau/0", 2, 11},
		{"/čau/1", 2, 14},
		{"/čau/2", 2, 19},
		{"/čau/2/x", 2, 20},
		{"/čau/3", 2, 3},
		{"/b", 3, 2},
		{"/none", 1, 1},
	}
	lines := gavel.NewLines(body)
	for _, tt := range tests {
		t.Run(tt.pointer, func(t *testing.T) {
			t.Parallel()
			line, column := lines.Place(tt.pointer)
			assert.Equal(t, [2]int{tt.line, tt.column}, [2]int{line, column})
			assert.Equal(t, tt.line, lines.Line(tt.pointer))
		})
	}
	long := "[" + strings.Repeat("\"žž\", ", 5000) + "1]"
	for _, i := range []int{0, 1, 600, 1365, 4999, 5000} {
		_, column := gavel.NewLines(long).Place("/" + strconv.Itoa(i))
		assert.Equal(t, 2+6*i, column, "item %d of a long line", i)
	}
	line, column := gavel.NewLines("{").Place("/a")
	assert.Equal(t, [2]int{}, [2]int{line, column}, "not JSON")
}
