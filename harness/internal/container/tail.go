package container

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/moby/moby/api/pkg/stdcopy"
	"github.com/moby/moby/client"
)

const (
	// tailSize is how much is kept of what a container says: some dozen lines.
	tailSize = 8 << 10
	// tailLines are told.
	tailLines = 12
)

// tail keeps the end of a container's log while it starts: a container that ends takes its log along.
type tail struct {
	done chan struct{}
	stop func() // ends the following

	mu   sync.Mutex
	text []byte
}

// follow begins before the container is started, so that nothing is missed: its log can only be read after that.
// Where it does not succeed, nothing is told.
func (d *daemon) follow(ctx context.Context, id string) *tail {
	t := &tail{done: make(chan struct{}), stop: func() {}}
	attached, err := d.client.ContainerAttach(ctx, id, client.ContainerAttachOptions{Stream: true, Stdout: true, Stderr: true})
	if err != nil {
		close(t.done)
		return t
	}
	go func() {
		defer close(t.done)
		_, _ = stdcopy.StdCopy(t, t, attached.Reader) // what came before an error is what there is to tell
	}()
	t.stop = func() {
		attached.Close()
		<-t.done
	}
	return t
}

// Write is for the goroutine that follows.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	if len(t.text) > 2*tailSize {
		t.text = append([]byte(nil), t.text[len(t.text)-tailSize:]...)
	}
	return len(p), nil
}

// lines returns the last lines, when all have come or a moment later.
func (t *tail) lines() string {
	select {
	case <-t.done:
	case <-time.After(500 * time.Millisecond):
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := strings.Split(strings.TrimSpace(string(t.text)), "\n")
	return strings.Join(lines[max(0, len(lines)-tailLines):], "\n")
}
