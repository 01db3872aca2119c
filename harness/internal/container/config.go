package container

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// KeepFile is a file that, once it is there in a container, has it wait for a day for new users and not
// only for Config.Linger.
const KeepFile = "/tmp/bailiff-keep"

// LabelService is on each of our containers, with Config.Service as its value:
//
//	docker ps --all --filter label=bailiff.service
const LabelService = "bailiff.service"

// ErrNoDaemon is in the chain of errors that say that no Docker daemon answers, or not in time.
var ErrNoDaemon = errors.New("no Docker daemon answers")

// ErrNoImage is in the chain of Open's error when the image is not there and was not, or could not be, pulled.
var ErrNoImage = errors.New("the image is not there")

// ErrRefused is for errors of Config.Ready that waiting does not help against: the service answers, and refuses.
var ErrRefused = errors.New("refused")

// Config says which container to run. Fields without a word about what empty means are required.
type Config struct {
	// Service is what it is, in lowercase letters, for names, labels and messages: postgres.
	Service string
	// Image is the name of the image. It must have /bin/sh and sleep.
	Image string
	// Port is the port that the service listens on inside the container, on all addresses.
	Port int
	// Env is added to the image's environment. Nil: nothing is.
	Env map[string]string
	// Cmd is the command that the image's entrypoint is given. Nil: the image's own.
	Cmd []string
	// Tmpfs are folders in memory and their mount options. The volumes that the image declares become such
	// folders too, so that nothing is left on a disk. Nil: only those.
	Tmpfs map[string]string
	// Cache is the folder for the lock and the key. Empty: the folder bailiff in the user's folder for caches.
	Cache string
	// Linger is for how long the container waits for new users when its last one has left, in whole seconds.
	// Zero: 10 s, time enough for the next package of a test run to be linked.
	Linger time.Duration
	// Pull says that an image that is not there is pulled. False: that is ErrNoImage.
	Pull bool
	// ImageAdvice is what to do where there is no image, as the end of a sentence. Empty: docker pull.
	ImageAdvice string
	// Ready tells whether the service at host:port answers a real query. It is called again and again until it
	// does, and returns an error that wraps ErrRefused when that is for nothing. It may be called for a
	// container that somebody else has started. Whoever wants to be sure to be seen keeps the connection
	// that it made.
	Ready func(ctx context.Context, address string) error
	// Log gets a line about what takes time or is unusual. Nil: nobody does.
	Log func(string)

	// patience stands in for hungTimeout. Zero: it does not.
	patience time.Duration
}

const (
	// defaultLinger is Config.Linger where that is zero.
	defaultLinger = 10 * time.Second
	// firstWait is for how long a new container waits for its first user.
	firstWait = time.Minute
	// keepWait is for how long it waits when KeepFile is there.
	keepWait = 24 * time.Hour
)

func (c Config) log(format string, args ...any) {
	if c.Log != nil {
		c.Log(fmt.Sprintf(format, args...))
	}
}

func (c Config) linger() time.Duration {
	if c.Linger <= 0 {
		return defaultLinger
	}
	return c.Linger
}

// noImage is the error of an image that is not there.
func (c Config) noImage(cause error) error {
	advice := c.ImageAdvice
	if advice == "" {
		advice = "run docker pull " + c.Image
	}
	if cause == nil {
		return fmt.Errorf("%w: %s: %s", ErrNoImage, c.Image, advice)
	}
	return fmt.Errorf("%w: %s cannot be pulled: %w: %s", ErrNoImage, c.Image, cause, advice)
}

// ShortImage is the name of an image for people: one that is pinned has its tag and digest, and the tag tells
// enough.
func ShortImage(image string) string {
	if short, _, pinned := strings.Cut(image, "@"); pinned && short != "" {
		return short
	}
	return image
}

// name is that of the container: the same for all who want the same.
func (c Config) name(imageID string, key []byte) string {
	identity, err := json.Marshal([]any{
		imageID, c.Image, c.Port, c.Env, c.Cmd, c.Tmpfs, c.linger() / time.Second, watchScript, derive(key, "name"),
	})
	if err != nil {
		identity = nil // strings and numbers: that cannot happen
	}
	sum := sha256.Sum256(identity)
	return fmt.Sprintf("bailiff-%s-%s", c.Service, hex.EncodeToString(sum[:6]))
}

// Secret returns a password for a service, the same one for all processes that use the cache folder, where its
// key lies with mode 0600, and for nobody else. An empty folder means what it means in Config.
func Secret(cache, service string) (string, error) {
	dir, err := folder(cache)
	if err != nil {
		return "", err
	}
	key, err := readKey(dir)
	if err != nil {
		return "", fmt.Errorf("the key for passwords: %w", err)
	}
	return derive(key, "secret "+service), nil
}

func derive(key []byte, purpose string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(purpose))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// check refuses what could only be a mistake of the caller.
func (c Config) check() error {
	switch {
	case c.Service == "" || strings.Trim(c.Service, "abcdefghijklmnopqrstuvwxyz") != "":
		return fmt.Errorf("the service %q must be named by lowercase letters", c.Service)
	case c.Image == "":
		return errors.New("no image is named")
	case c.Port <= 0 || c.Port > 65535:
		return fmt.Errorf("%d is no port", c.Port)
	case c.Ready == nil:
		return errors.New("nothing tells whether the service is ready")
	}
	return nil
}
