package cli

import (
	"context"
	"os"
	"os/signal"
)

// untilSignal returns a context that ends when the process is asked to end; its cause is a *signalError
// then. From there on signals do what they do by themselves, so that the second one ends the process.
func untilSignal(parent context.Context) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, endings()...)
	done := make(chan struct{})
	go func() {
		defer close(done)
		select {
		case s := <-asked:
			signal.Stop(asked)
			cancel(&signalError{signal: s, number: signalNumber(s)})
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		signal.Stop(asked)
		cancel(nil)
		<-done
	}
}
