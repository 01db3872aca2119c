// Package password hashes passwords with argon2id and writes them as PHC strings, the form
// "$argon2id$v=19$m=19456,t=2,p=1$salt$hash" that other libraries read too.
//
//	stored, err := password.Hash("correct horse", password.Default())
//	ok, err := password.Verify("correct horse", stored)
//
// What a stored string costs to verify is bounded, so that a row somebody else wrote cannot
// exhaust the memory of the server. Rules about which passwords are good ones are not its business.
package password

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Params is what a hash costs.
type Params struct {
	// Time is the number of passes over the memory; 0 means that of Default.
	Time uint32
	// MemoryKiB is the memory that one hash fills, in KiB; 0 means that of Default. It is at
	// least 8 for each thread.
	MemoryKiB uint32
	// Threads is the number of lanes; 0 means that of Default.
	Threads uint8
}

// Default is the cost for production: the first choice of OWASP's password storage cheat sheet for
// argon2id, 19 MiB and two passes.
func Default() Params { return Params{Time: 2, MemoryKiB: 19 * 1024, Threads: 1} }

// Cheapest is the lowest cost that RFC 9106 allows: for tests, whose passwords guard nothing. A
// hash takes microseconds instead of tens of milliseconds.
func Cheapest() Params { return Params{Time: 1, MemoryKiB: 8, Threads: 1} }

// The most that a hash may cost, made or stored: 256 MiB and 16 passes.
const (
	maxTime      = 16
	maxMemoryKiB = 256 * 1024
	maxThreads   = 16
)

// Lengths in bytes. Salt and hash of stored strings may differ from what Hash writes.
const (
	saltLen, keyLen         = 16, 32
	minSaltLen, maxSaltLen  = 8, 64
	minKeyLen, maxKeyLen    = 16, 64
	minMemoryKiBPerThread   = 8 // RFC 9106, section 3.1
	maxStoredLen, phcFields = 512, 6
)

// Hash returns the PHC string of a password under a fresh random salt.
func Hash(password string, p Params) (string, error) {
	p = p.orDefault()
	if err := p.check(); err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	salt := make([]byte, saltLen)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("hash password: read salt: %w", err)
	}
	key := argon2.IDKey([]byte(password), salt, p.Time, p.MemoryKiB, p.Threads, keyLen)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		p.MemoryKiB, p.Time, p.Threads, encoding().EncodeToString(salt), encoding().EncodeToString(key)), nil
}

// Verify reports whether the password is that of a PHC string. It compares in constant time. The
// error says why a string is none that this package reads; it never quotes it.
func Verify(password, phc string) (bool, error) {
	p, salt, key, err := parse(phc)
	if err != nil {
		return false, fmt.Errorf("read password hash: %w", err)
	}
	got := argon2.IDKey([]byte(password), salt, p.Time, p.MemoryKiB, p.Threads, uint32(len(key)))
	return subtle.ConstantTimeCompare(got, key) == 1, nil
}

func (p Params) orDefault() Params {
	d := Default()
	if p.Time == 0 {
		p.Time = d.Time
	}
	if p.MemoryKiB == 0 {
		p.MemoryKiB = d.MemoryKiB
	}
	if p.Threads == 0 {
		p.Threads = d.Threads
	}
	return p
}

func (p Params) check() error {
	switch {
	case p.Time < 1 || p.Time > maxTime:
		return fmt.Errorf("%d passes: want 1 to %d", p.Time, maxTime)
	case p.Threads < 1 || p.Threads > maxThreads:
		return fmt.Errorf("%d threads: want 1 to %d", p.Threads, maxThreads)
	case p.MemoryKiB < minMemoryKiBPerThread*uint32(p.Threads) || p.MemoryKiB > maxMemoryKiB:
		return fmt.Errorf("%d KiB of memory: want %d (8 for each thread) to %d",
			p.MemoryKiB, minMemoryKiBPerThread*uint32(p.Threads), maxMemoryKiB)
	}
	return nil
}

// parse takes a PHC string apart and holds everything it asks for against the bounds.
func parse(phc string) (p Params, salt, key []byte, err error) {
	if len(phc) > maxStoredLen {
		return p, nil, nil, fmt.Errorf("%d bytes: want at most %d", len(phc), maxStoredLen)
	}
	fields := strings.Split(phc, "$")
	if len(fields) != phcFields || fields[0] != "" || fields[1] != "argon2id" {
		return p, nil, nil, errors.New("want the form $argon2id$v=19$m=..,t=..,p=..$salt$hash")
	}
	if fields[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, nil, nil, fmt.Errorf("unknown version: want v=%d", argon2.Version)
	}
	if p, err = parseParams(fields[3]); err != nil {
		return p, nil, nil, err
	}
	if salt, err = decode("salt", fields[4], minSaltLen, maxSaltLen); err != nil {
		return p, nil, nil, err
	}
	key, err = decode("hash", fields[5], minKeyLen, maxKeyLen)
	return p, salt, key, err
}

func parseParams(s string) (Params, error) {
	var n [3]uint64
	parts := strings.Split(s, ",")
	if len(parts) != len(n) {
		return Params{}, errors.New("want the parameters m, t and p")
	}
	for i, name := range []string{"m=", "t=", "p="} {
		digits, ok := strings.CutPrefix(parts[i], name)
		bits := 32
		if name == "p=" {
			bits = 8
		}
		v, err := strconv.ParseUint(digits, 10, bits)
		if !ok || err != nil {
			return Params{}, fmt.Errorf("parameter %d: want %snumber", i+1, name)
		}
		n[i] = v
	}
	p := Params{MemoryKiB: uint32(n[0]), Time: uint32(n[1]), Threads: uint8(n[2])}
	return p, p.check()
}

func decode(what, s string, least, most int) ([]byte, error) {
	b, err := encoding().DecodeString(s)
	if err != nil {
		return nil, fmt.Errorf("%s is not base64", what)
	}
	if len(b) < least || len(b) > most {
		return nil, fmt.Errorf("%s of %d bytes: want %d to %d", what, len(b), least, most)
	}
	return b, nil
}

// encoding is the base64 of PHC strings: standard letters, no padding, no stray bits.
func encoding() *base64.Encoding { return base64.RawStdEncoding.Strict() }
