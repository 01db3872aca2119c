package hook

import (
	"context"
	"sync"
)

// scope is the time that a hook has. A hook that was given up may still ask for it.
type scope struct {
	mu  sync.Mutex
	ctx context.Context
}

// Context ends when the run is interrupted, and in a hook also when its time is over.
func (s *scope) Context() context.Context {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx == nil {
		return context.Background()
	}
	return s.ctx
}

// set changes the context and returns the one before.
func (s *scope) set(ctx context.Context) (before context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before, s.ctx = s.ctx, ctx
	return before
}
