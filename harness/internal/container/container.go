package container

// Container is a running container whose service answers.
type Container struct {
	id      string
	name    string
	address string
	started bool
}

// Address is the host and port to dial.
func (c *Container) Address() string { return c.address }

// ID is the container's identifier.
func (c *Container) ID() string { return c.id }

// Name is the container's name, which docker's commands take.
func (c *Container) Name() string { return c.name }

// Started says that Open has started it, and not another process before.
func (c *Container) Started() bool { return c.started }
