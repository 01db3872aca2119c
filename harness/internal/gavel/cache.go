package gavel

import "sync"

// cache keeps what was made of a key, for a bounded number of keys. It is safe for parallel use.
type cache[K comparable, V any] struct {
	mu  sync.Mutex
	max int
	m   map[K]V
}

func newCache[K comparable, V any](size int) *cache[K, V] {
	return &cache[K, V]{max: size, m: make(map[K]V)}
}

// get returns the value of a key, made by make when it is not there. Two callers may make the same
// value at once; one of them is kept. A full cache drops an entry of no particular age.
func (c *cache[K, V]) get(key K, make func(K) V) V {
	c.mu.Lock()
	v, ok := c.m[key]
	c.mu.Unlock()
	if ok {
		return v
	}
	v = make(key)
	c.mu.Lock()
	defer c.mu.Unlock()
	if kept, ok := c.m[key]; ok {
		return kept
	}
	if len(c.m) >= c.max {
		for old := range c.m {
			delete(c.m, old)
			break
		}
	}
	c.m[key] = v
	return v
}
