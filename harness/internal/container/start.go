package container

import (
	"context"
	_ "embed" // watch.sh
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"
)

//go:embed watch.sh
var watchScript string

const (
	// watchPath is where the script lies in the container.
	watchPath = "/bailiff-watch.sh"
	// strayAge is how old a container of ours must be that never ran before anybody removes it. Starting one
	// takes a second.
	strayAge = 5 * time.Minute
	// removeTimeout bounds taking back a start that did not succeed.
	removeTimeout = 5 * time.Second
)

// start makes the container, puts the script into it, starts it and waits until the service answers. It
// returns errAgain when somebody else was quicker.
func (o *opening) start(ctx context.Context) (opened *Container, err error) {
	o.log("docker: starting %s from the image %s", o.name, ShortImage(o.Image))
	o.removeStrays(ctx)
	made, err := o.daemon.client.ContainerCreate(ctx, o.request())
	if errdefs.IsConflict(err) {
		return nil, errAgain // the name is taken, perhaps by one that is being removed
	}
	if err != nil {
		return nil, fmt.Errorf("make a container of %s: %w", o.Image, err)
	}
	defer func() {
		if err != nil {
			clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), removeTimeout)
			defer cancel()
			err = errors.Join(err, o.remove(clean, made.ID))
		}
	}()
	c := o.daemon.container(made.ID, o.Image)
	if err := c.CopyToContainer(ctx, []byte(watchScript), watchPath, 0o755); err != nil {
		return nil, fmt.Errorf("copy the script into %s: %w", o.name, err)
	}
	said := o.daemon.follow(ctx, made.ID)
	defer said.stop()
	if err := c.Start(ctx); err != nil {
		if strings.Contains(err.Error(), "already allocated") || strings.Contains(err.Error(), "address already in use") {
			return nil, errAgain // somebody took the port that the daemon had chosen; it chooses another one
		}
		return nil, fmt.Errorf("start a container of %s: %w", o.Image, err)
	}
	opened, err = o.await(ctx, made.ID, openTimeout)
	if err != nil {
		return nil, o.explainStart(ctx, err, said)
	}
	opened.started = true
	return opened, nil
}

// explainStart adds what the container said before it ended, which went with it.
func (o *opening) explainStart(ctx context.Context, err error, said *tail) error {
	if ctx.Err() != nil || errors.Is(err, ErrRefused) {
		return err
	}
	text := said.lines()
	if errors.Is(err, errAgain) { // not an error of the image that trying again would mend
		err = fmt.Errorf("the container of %s ended before %s answered", o.Image, o.Service)
	}
	if text == "" {
		return err
	}
	return fmt.Errorf("%w; the end of its log:\n%s", err, text)
}

// container is a container as testcontainers handles it, on our client.
func (d *daemon) container(id, image string) *testcontainers.DockerContainer {
	silent := log.NewNoopLogger()
	provider := &testcontainers.DockerProvider{DockerProviderOptions: &testcontainers.DockerProviderOptions{
		GenericProviderOptions: &testcontainers.GenericProviderOptions{Logger: silent},
	}}
	provider.SetClient(d.client)
	c := &testcontainers.DockerContainer{ID: id, Image: image}
	c.SetProvider(provider)
	c.SetLogger(silent)
	return c
}

// request says what the container is. None of the labels of testcontainers are on it: they would have a Ryuk
// that some other program has started remove it.
func (o *opening) request() client.ContainerCreateOptions {
	var env []string
	for _, name := range slices.Sorted(maps.Keys(o.Env)) {
		env = append(env, name+"="+o.Env[name])
	}
	return client.ContainerCreateOptions{
		Name: o.name,
		Config: &container.Config{
			Image:        o.image.ID,
			Env:          env,
			Entrypoint:   o.entrypoint(),
			Cmd:          o.command(),
			ExposedPorts: network.PortSet{o.port(): {}},
			Labels:       map[string]string{LabelService: o.Service, "bailiff.image": o.Image},
			StopSignal:   "SIGTERM",
		},
		HostConfig: &container.HostConfig{
			AutoRemove:   true,
			PortBindings: network.PortMap{o.port(): {{HostIP: o.publishOn()}}},
			Tmpfs:        o.memory(),
		},
	}
}

// publishOn is the address that the port is published on: only this machine can reach it, unless the daemon is
// on another one.
func (o *opening) publishOn() netip.Addr {
	if isLoopback(o.daemon.host) {
		return netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	return netip.IPv4Unspecified()
}

// entrypoint puts the script before the image's own.
func (o *opening) entrypoint() []string {
	seconds := func(d time.Duration) string { return strconv.Itoa(int(d / time.Second)) }
	args := []string{
		"/bin/sh", watchPath, fmt.Sprintf("%04X", o.Port), seconds(firstWait), seconds(o.linger()), KeepFile,
		seconds(keepWait), "/proc/net",
	}
	if o.image.Config != nil {
		args = append(args, o.image.Config.Entrypoint...)
	}
	return args
}

func (o *opening) command() []string {
	if o.Cmd == nil && o.image.Config != nil {
		return o.image.Config.Cmd
	}
	return o.Cmd
}

// memory are the folders in memory: those that were asked for, and the volumes of the image.
func (o *opening) memory() map[string]string {
	folders := map[string]string{}
	if o.image.Config != nil {
		for path := range o.image.Config.Volumes {
			folders[path] = "rw,nosuid,nodev,noexec"
		}
	}
	maps.Copy(folders, o.Tmpfs)
	return folders
}

// removeStrays removes containers of ours that were made and never started: nothing else does. What cannot be
// removed is left to the next.
func (o *opening) removeStrays(ctx context.Context) {
	filters := make(client.Filters).Add("label", LabelService).Add("status", "created", "exited", "dead")
	list, err := o.daemon.client.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: filters})
	if err != nil {
		return
	}
	for _, c := range list.Items {
		if time.Since(time.Unix(c.Created, 0)) < strayAge {
			continue
		}
		options := client.ContainerRemoveOptions{RemoveVolumes: true}
		if _, err := o.daemon.client.ContainerRemove(ctx, c.ID, options); err == nil {
			o.log("docker: removed %s, which a process that was killed had left", strings.TrimPrefix(strings.Join(c.Names, " "), "/"))
		}
	}
}
