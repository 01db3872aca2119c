package laboratory

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/bailiff-dev/bailiff/server/laboratory/evaluation"
	"github.com/bailiff-dev/bailiff/server/laboratory/instrument"
)

const (
	// idle is how long an instrument, or a count, stays after its last use.
	idle = 30 * time.Minute
	// maxKept is how many of each are kept. When there are more, the one that was not used for the longest goes.
	maxKept = 1000
)

// bench holds what the laboratory keeps in memory: the instruments of its users, and how often they came.
type bench struct {
	now         func() time.Time
	instruments shelf[int64, *station]
	evaluations shelf[int64, *rate.Limiter]
	attempts    shelf[string, *rate.Limiter]
}

// station is the instrument of a user, which does one thing at a time.
type station struct {
	dictionary *evaluation.Dictionary
	turn       chan struct{}
}

// evaluate carries out a function string when those before are done. All together may take so long.
func (s *station) evaluate(ctx context.Context, text string, most time.Duration) (value any, err error) {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
		value, err = s.dictionary.Evaluate(ctx, text)
	case <-ctx.Done():
		err = ctx.Err()
	}
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("the function string was not done after %v: is another one running?", most)
	}
	return value, err
}

func (l *Laboratory) newBench() *bench {
	b := &bench{now: l.config.Now}
	b.instruments.make = func() *station {
		d, err := evaluation.NewDictionary(instrument.New(l.config.Seed), instrument.Private(), l.docs)
		if err != nil {
			panic(err) // New has made the same
		}
		return &station{d, make(chan struct{}, 1)}
	}
	b.evaluations.make = perMinute(l.config.EvaluationsPerMinute)
	b.attempts.make = perMinute(l.config.AttemptsPerMinute)
	return b
}

// perMinute makes limits that allow so many at once, and as many each minute.
func perMinute(n int) func() *rate.Limiter {
	return func() *rate.Limiter { return rate.NewLimiter(rate.Every(time.Minute/time.Duration(n)), n) }
}

// wait is how long somebody has to wait who exceeds a limit; 0 counts and lets them go on.
func (b *bench) wait(l *rate.Limiter) time.Duration {
	now := b.now()
	r := l.ReserveN(now, 1)
	delay := r.DelayFrom(now)
	if delay > 0 {
		r.CancelAt(now)
	}
	return delay
}

// shelf keeps one thing for each key, for as long as it is used.
type shelf[K comparable, V any] struct {
	make func() V

	mu   sync.Mutex
	kept map[K]*kept[V]
}

type kept[V any] struct {
	value V
	used  time.Time
}

// get returns what is kept for a key, and makes it when there is none.
func (s *shelf[K, V]) get(key K, now time.Time) V {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.kept[key]
	if k == nil {
		s.clear(now)
		if s.kept == nil {
			s.kept = map[K]*kept[V]{}
		}
		k = &kept[V]{value: s.make()}
		s.kept[key] = k
	}
	k.used = now
	return k.value
}

// clear makes room for one more.
func (s *shelf[K, V]) clear(now time.Time) {
	var oldest K
	var since time.Time
	for key, k := range s.kept {
		if now.Sub(k.used) > idle {
			delete(s.kept, key)
			continue
		}
		if since.IsZero() || k.used.Before(since) {
			oldest, since = key, k.used
		}
	}
	if len(s.kept) >= maxKept {
		delete(s.kept, oldest)
	}
}
