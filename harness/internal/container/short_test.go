package container_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bailiff-dev/bailiff/harness/internal/container"
)

func TestShortImage(t *testing.T) {
	t.Parallel()
	for image, short := range map[string]string{
		"bailiff-redis":                    "bailiff-redis",
		"redis:8-alpine@sha256:becdda6c":   "redis:8-alpine",
		"host:5000/a/redis@sha256:becdda6": "host:5000/a/redis",
		"@sha256:becdda6c":                 "@sha256:becdda6c",
	} {
		assert.Equal(t, short, container.ShortImage(image))
	}
}
