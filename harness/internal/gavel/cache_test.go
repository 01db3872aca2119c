package gavel

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	c := newCache[int, int](3)
	made := 0
	double := func(i int) int { made++; return 2 * i }
	for i := range 10 {
		assert.Equal(t, 2*i, c.get(i, double))
		assert.Equal(t, 2*i, c.get(i, double))
		assert.LessOrEqual(t, len(c.m), 3)
	}
	assert.Equal(t, 10, made)
}
