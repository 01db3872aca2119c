//go:build !cgo

package drafter

const remedy = `install a C and a C++ compiler, set CGO_ENABLED=1, run "make native" and build again`

func version() string { return "" }

func parse([]byte, Options) ([]byte, error) { return nil, ErrUnavailable }
