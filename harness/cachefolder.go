package harness

import (
	"path/filepath"

	"github.com/bailiff-dev/bailiff/harness/internal/cache"
)

// CacheFolder returns the folder that holds everything bailiff keeps between runs: BAILIFF_CACHE or, if that
// is not set, the folder "bailiff" in the user's folder for caches. It need not exist. The error says that
// the machine has no such folder.
func CacheFolder() (string, error) {
	compiled, err := cache.Folder()
	if err != nil {
		return "", err
	}
	return filepath.Dir(compiled), nil
}
