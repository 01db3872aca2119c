//go:build linux || darwin

package embedded

import "path/filepath"

// Probe tells whether Open would find what it needs: binaries, an account to run them as, and a folder for
// data. It starts nothing. detail says what was found.
func Probe(c Config) (detail string, err error) {
	b, err := findBinaries(c)
	if err != nil {
		return "", err
	}
	folder, err := cacheFolder(c.Cache)
	if err != nil {
		return "", err
	}
	key, err := b.key()
	if err != nil {
		return "", err
	}
	who, err := serverAccount(filepath.Join(folder, key, "data"))
	if err != nil {
		return "", err
	}
	detail = "Postgres " + b.release
	if who.drop {
		detail += ", run as " + who.name + ", since it refuses to be root"
	}
	return detail, nil
}
