package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/bailiff-dev/bailiff/harness/internal/container"
)

// containers is what choosing a server needs of Docker.
type containers struct {
	// probe tells whether a daemon answers.
	probe func(ctx context.Context) error
	// hasImage tells whether a container can be made without fetching anything.
	hasImage func(ctx context.Context, image string) (bool, error)
	// open starts a container with Postgres, or joins the one that runs.
	open func(ctx context.Context, c Config) (source, error)
}

// containers are those of the machine, unless others stand in.
func (c Config) containers() containers {
	if c.docker != nil {
		return *c.docker
	}
	return containers{probe: container.Probe, hasImage: container.HasImage, open: openContainer}
}

// dockerTime is for how long Docker may take to say that it is there, and with which image: every run on a
// machine with one that hangs waits for that. It is less than what package container waits for, so that
// who waits is told so.
const dockerTime = 2500 * time.Millisecond

// docker is what is known of the Docker of this machine.
type docker struct {
	// err says why no daemon answers.
	err error
	// image is one that a container can be made of without fetching it; noImage says why there is none.
	image   string
	noImage error
}

// askDocker asks when it is first called, and remembers the answer.
func (c Config) askDocker() func(context.Context) docker {
	var once sync.Once
	var answer docker
	return func(ctx context.Context) docker {
		once.Do(func() {
			bounded, cancel := context.WithTimeout(ctx, dockerTime)
			defer cancel()
			if answer.err = c.containers().probe(bounded); answer.err == nil {
				answer.image, answer.noImage = c.localImage(bounded)
			}
			if bounded.Err() != nil && ctx.Err() == nil {
				answer.err = fmt.Errorf("the Docker daemon did not answer within %s: restart it, or choose another provider: %w",
					dockerTime, errors.Join(answer.err, answer.noImage))
			}
		})
		return answer
	}
}

// errNoImage tells that a container would need an image that is not there.
var errNoImage = errors.New("no image")

// localImage is the image that a container can be made of without fetching one.
func (c Config) localImage(ctx context.Context) (string, error) {
	images := c.images()
	for _, image := range images {
		there, err := c.containers().hasImage(ctx, image)
		if err != nil {
			return "", err
		}
		if there {
			return image, nil
		}
	}
	last := images[len(images)-1]
	return "", fmt.Errorf("%w %s here: fetch it with docker pull %s, or make one with make postgres-image", errNoImage, container.ShortImage(last), last)
}

// images are those to make a container of, the first that is there. The last one is fetched where none is.
func (c Config) images() []string {
	if c.Image != "" {
		return []string{c.Image}
	}
	return []string{ownImage, publicImage}
}

// The images of a container that was asked for without one: the first is made by make postgres-image. The
// digest of the other is that of the multi-platform image, so it is the same one on every machine.
const (
	ownImage    = "bailiff-postgres"
	publicImage = "postgres:17-alpine@sha256:742f40ea20b9ff2ff31db5458d127452988a2164df9e17441e191f3b72252193"
)
