package hook

import "sync"

// Values carries what hooks have to tell each other: from one hook of a transaction to the next
// (Case.Values), or from one transaction to another (Run.Values). The zero value is empty and ready;
// it is safe for parallel use.
type Values struct {
	mu sync.Mutex
	m  map[string]any
}

// Set keeps a value under a key, in place of the one that was there.
func (v *Values) Set(key string, value any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.m == nil {
		v.m = map[string]any{}
	}
	v.m[key] = value
}

// Get returns the value under a key, and whether there is one.
func (v *Values) Get(key string) (value any, ok bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	value, ok = v.m[key]
	return value, ok
}
