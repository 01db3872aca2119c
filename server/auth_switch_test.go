package server_test

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"testing"

	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"

	"github.com/bailiff-dev/bailiff/harness/redis"
)

// toggle is a client of a miniredis that can be made to fail, and counts its commands.
type toggle struct {
	client   *goredis.Client
	down     atomic.Bool
	commands atomic.Int64
}

func newSwitch(t *testing.T) *toggle {
	t.Helper()
	options, err := goredis.ParseURL(openMemory(t, redis.ProviderMiniredis).URL())
	if err != nil {
		t.Fatal(err)
	}
	s := &toggle{client: goredis.NewClient(options)}
	s.client.AddHook(s)
	t.Cleanup(func() { assert.NoError(t, s.client.Close()) })
	return s
}

// DialHook leaves connecting as it is.
func (s *toggle) DialHook(next goredis.DialHook) goredis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

// ProcessHook counts a command, or fails it.
func (s *toggle) ProcessHook(next goredis.ProcessHook) goredis.ProcessHook {
	return func(ctx context.Context, cmd goredis.Cmder) error {
		s.commands.Add(1)
		if s.down.Load() {
			cmd.SetErr(errors.New("connection refused"))
			return cmd.Err()
		}
		return next(ctx, cmd)
	}
}

// ProcessPipelineHook counts a round trip.
func (s *toggle) ProcessPipelineHook(next goredis.ProcessPipelineHook) goredis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []goredis.Cmder) error {
		s.commands.Add(1)
		return next(ctx, cmds)
	}
}
