package container

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/containerd/errdefs"
	"github.com/cpuguy83/dockercfg"
	"github.com/distribution/reference"
	"github.com/moby/moby/api/pkg/authconfig"
	"github.com/moby/moby/api/types/image"
	"github.com/moby/moby/api/types/registry"
	"github.com/moby/moby/client"
)

const (
	// pullTimeout bounds a pull: some hundred megabytes over a slow line.
	pullTimeout = 10 * time.Minute
	// progressEvery is how often the progress of a pull is told.
	progressEvery = 5 * time.Second
)

// findImage returns the image, pulled where it is not there and may be.
func (o *opening) findImage(ctx context.Context) (image.InspectResponse, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, pullTimeout, fmt.Errorf("it is not here after %s", pullTimeout))
	defer cancel()
	found, err := o.daemon.client.ImageInspect(ctx, o.Image)
	if !errdefs.IsNotFound(err) {
		if err != nil {
			err = fmt.Errorf("look for the image %s: %w", o.Image, o.daemon.explain(err))
		}
		return found.InspectResponse, err
	}
	if !o.Pull {
		return found.InspectResponse, o.noImage(nil)
	}
	if err := o.pull(ctx); err != nil {
		if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
			err = cause
		}
		return found.InspectResponse, o.noImage(err)
	}
	if found, err = o.daemon.client.ImageInspect(ctx, o.Image); err != nil {
		return found.InspectResponse, o.noImage(err)
	}
	return found.InspectResponse, nil
}

// pull has the daemon fetch the image, and tells how far it is.
func (o *opening) pull(ctx context.Context) error {
	begin := time.Now()
	o.log("docker: pulling the image %s", ShortImage(o.Image))
	stream, err := o.daemon.client.ImagePull(ctx, o.Image, client.ImagePullOptions{RegistryAuth: credentials(o.Image)})
	if err != nil {
		return err
	}
	defer func() { _ = stream.Close() }() // only read
	type layer struct{ current, total int64 }
	layers, told := map[string]layer{}, begin
	for m, err := range stream.JSONMessages(ctx) {
		if err == nil && m.Error != nil {
			err = m.Error
		}
		if err != nil {
			return err
		}
		if m.Progress != nil && m.Progress.Total > 0 && m.Status == "Downloading" {
			layers[m.ID] = layer{m.Progress.Current, m.Progress.Total}
		}
		if time.Since(told) < progressEvery {
			continue
		}
		told = time.Now()
		var sum layer
		for _, l := range layers {
			sum.current, sum.total = sum.current+l.current, sum.total+l.total
		}
		o.log("docker: pulling the image %s: %d of %d MB after %s", ShortImage(o.Image), sum.current>>20, sum.total>>20,
			told.Sub(begin).Round(time.Second))
	}
	o.log("docker: pulled the image %s in %s", ShortImage(o.Image), time.Since(begin).Round(time.Second))
	return nil
}

// credentials are what the user's docker login has stored for the image's registry, or "": most images need
// none, and the registry says so if one does.
func credentials(image string) string {
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return ""
	}
	user, password, err := dockercfg.GetRegistryCredentials(dockercfg.ResolveRegistryHost(reference.Domain(named)))
	if err != nil || password == "" {
		return ""
	}
	auth := registry.AuthConfig{Username: user, Password: password}
	if user == "" {
		auth = registry.AuthConfig{IdentityToken: password}
	}
	encoded, err := authconfig.Encode(auth)
	if err != nil {
		return ""
	}
	return encoded
}
