package container

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/image"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"
)

const (
	// openTimeout bounds everything but a pull.
	openTimeout = 90 * time.Second
	// hungTimeout is for how long a running container may be silent before it is replaced. Those who use one
	// that is merely slow would lose it.
	hungTimeout = 30 * time.Second
	// goneTimeout is for how long a container may be in the course of going away.
	goneTimeout = 15 * time.Second
	// answerTimeout is for how long one answer of the service may take.
	answerTimeout = 5 * time.Second
	// attempts bounds how often we begin anew.
	attempts = 5
)

// opening is one call of Open.
type opening struct {
	Config
	daemon *daemon
	name   string
	image  image.InspectResponse
}

// Open joins the container that others of the same cache folder have started, or starts it. When it
// returns, the service has answered Config.Ready. There is nothing to close: who loses all connections to
// the service has left. The error says what to do where no daemon answers or no image is to be had.
func Open(ctx context.Context, c Config) (*Container, error) {
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("container: %w", err)
	}
	opened, err := open(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("docker: %w", err)
	}
	return opened, nil
}

func open(ctx context.Context, c Config) (*Container, error) {
	dir, err := folder(c.Cache)
	if err != nil {
		return nil, err
	}
	key, err := readKey(dir)
	if err != nil {
		return nil, err
	}
	d, err := connect(ctx)
	if err != nil {
		return nil, err
	}
	defer d.close()
	unlock, err := lock(ctx, dir, c.Service, pullTimeout+openTimeout)
	if err != nil {
		return nil, err
	}
	defer unlock()
	o := &opening{Config: c, daemon: d}
	if o.image, err = o.findImage(ctx); err != nil {
		return nil, err
	}
	o.name = c.name(o.image.ID, key)
	bounded, cancel := context.WithTimeoutCause(ctx, openTimeout, fmt.Errorf("%s did not get ready in %s", o.name, openTimeout))
	defer cancel()
	opened, err := o.run(bounded)
	if err != nil && ctx.Err() == nil && bounded.Err() != nil {
		err = fmt.Errorf("%w: %w", context.Cause(bounded), err)
	}
	return opened, err
}

// errAgain tells that what we found is gone, or going, so that we have to look again.
var errAgain = errors.New("the container went away")

// run joins or starts the container, and begins anew when it goes away under our hands.
func (o *opening) run(ctx context.Context) (opened *Container, err error) {
	for range attempts {
		opened, err = o.join(ctx)
		if errdefs.IsNotFound(err) {
			opened, err = o.start(ctx)
		}
		if !errors.Is(err, errAgain) {
			break
		}
	}
	if err != nil {
		return nil, o.daemon.explain(err)
	}
	return opened, nil
}

// join uses the container that is there. It makes room for a new one, and returns errAgain, where that one
// cannot be used.
func (o *opening) join(ctx context.Context) (*Container, error) {
	found, err := o.inspect(ctx)
	if err != nil {
		return nil, err
	}
	switch found.State.Status {
	case container.StateRunning:
		patience := cmp.Or(o.patience, hungTimeout)
		opened, err := o.await(ctx, found.ID, patience)
		if !errors.Is(err, errTimeout) {
			return opened, err
		}
		o.log("docker: %s does not answer for %s, so it is replaced: %v", o.name, patience, err)
	case container.StateCreated:
		o.log("docker: %s was made but never started by a process that was killed, so it is replaced", o.name)
	}
	if err := o.remove(ctx, found.ID); err != nil {
		return nil, err
	}
	return nil, errAgain
}

func (o *opening) inspect(ctx context.Context) (container.InspectResponse, error) {
	r, err := o.daemon.client.ContainerInspect(ctx, o.name, client.ContainerInspectOptions{})
	if err == nil && r.Container.State == nil {
		err = fmt.Errorf("the daemon tells no state of %s", o.name)
	}
	return r.Container, err
}

// remove removes a container and waits until its name is free; that it is going already is fine.
func (o *opening) remove(ctx context.Context, id string) error {
	options := client.ContainerRemoveOptions{Force: true, RemoveVolumes: true}
	_, err := o.daemon.client.ContainerRemove(ctx, id, options)
	if err != nil && !errdefs.IsNotFound(err) && !errdefs.IsConflict(err) {
		return fmt.Errorf("remove %s: %w", o.name, err)
	}
	err = poll(ctx, goneTimeout, func() (bool, error) {
		found, err := o.inspect(ctx)
		if errdefs.IsNotFound(err) {
			return true, nil
		}
		return err == nil && found.ID != id, err
	})
	if errors.Is(err, errTimeout) {
		return fmt.Errorf("%s is being removed for %s: look at docker ps --all, or restart the daemon", o.name, goneTimeout)
	}
	return err
}

// await waits until the service answers: errAgain tells that the container has ended, and an error that
// wraps errTimeout and the last answer that it has not within the time.
func (o *opening) await(ctx context.Context, id string, atMost time.Duration) (*Container, error) {
	c := &Container{id: id, name: o.name}
	var last error
	err := poll(ctx, atMost, func() (bool, error) {
		if c.address == "" {
			var err error
			if c.address, err = o.address(ctx, id); err != nil || c.address == "" {
				return false, err
			}
		}
		answer, cancel := context.WithTimeout(ctx, answerTimeout)
		defer cancel()
		if last = o.Ready(answer, c.address); last == nil || errors.Is(last, ErrRefused) {
			return true, last
		}
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		_, err := o.address(ctx, id) // or it is not running any more
		return false, err
	})
	if err == nil {
		return c, nil
	}
	if errors.Is(err, errTimeout) || ctx.Err() != nil {
		return nil, errors.Join(err, last)
	}
	return nil, err
}

// address is where the port is published, or "" as long as it is not; errAgain when the container does not run.
func (o *opening) address(ctx context.Context, id string) (string, error) {
	found, err := o.inspect(ctx)
	switch {
	case errdefs.IsNotFound(err):
		return "", errAgain
	case err != nil:
		return "", err
	case found.ID != id || !found.State.Running:
		return "", errAgain
	case found.NetworkSettings == nil:
		return "", nil
	}
	for _, b := range found.NetworkSettings.Ports[o.port()] {
		if b.HostPort != "" && b.HostPort != "0" {
			return net.JoinHostPort(o.daemon.host, b.HostPort), nil
		}
	}
	return "", nil
}

func (o *opening) port() network.Port {
	return network.MustParsePort(strconv.Itoa(o.Port) + "/tcp") // check has seen it
}
