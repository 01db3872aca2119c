package password_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/server/password"
)

func Example() {
	stored, err := password.Hash("correct horse", password.Cheapest())
	if err != nil {
		fmt.Println(err)
		return
	}
	ok, err := password.Verify("correct horse", stored)
	fmt.Println(strings.HasPrefix(stored, "$argon2id$v=19$m=8,t=1,p=1$"), ok, err)
	// Output: true true <nil>
}

func TestHashThenVerify(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		params password.Params
		prefix string
	}{
		{"production", password.Default(), "$argon2id$v=19$m=19456,t=2,p=1$"},
		{"zero means production", password.Params{}, "$argon2id$v=19$m=19456,t=2,p=1$"},
		{"cheapest", password.Cheapest(), "$argon2id$v=19$m=8,t=1,p=1$"},
		{"two threads", password.Params{Time: 3, MemoryKiB: 16, Threads: 2}, "$argon2id$v=19$m=16,t=3,p=2$"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, secret := range []string{"", "password", "pässwörd \x00 \xff", strings.Repeat("x", 5000)} {
				stored, err := password.Hash(secret, tt.params)
				require.NoError(t, err)
				assert.Regexp(t, "^"+regexp.QuoteMeta(tt.prefix)+`[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`, stored)

				ok, err := password.Verify(secret, stored)
				require.NoError(t, err)
				assert.True(t, ok)
				ok, err = password.Verify(secret+"x", stored)
				require.NoError(t, err)
				assert.False(t, ok)
			}
		})
	}
}

func TestSaltIsFresh(t *testing.T) {
	t.Parallel()
	a, err := password.Hash("same", password.Cheapest())
	require.NoError(t, err)
	b, err := password.Hash("same", password.Cheapest())
	require.NoError(t, err)
	assert.NotEqual(t, a, b)
}

// TestVerifyReadsOthers holds a string made by the reference implementation of argon2 (its command
// line: password "password", salt "somesalt", -id -t 2 -m 16 -p 1).
func TestVerifyReadsOthers(t *testing.T) {
	t.Parallel()
	ok, err := password.Verify("password",
		"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
	require.NoError(t, err)
	assert.True(t, ok)
}

func TestHashRefusesCosts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		params password.Params
		want   string
	}{
		{"too many passes", password.Params{Time: 17}, "hash password: 17 passes: want 1 to 16"},
		{"too many threads", password.Params{Threads: 17}, "hash password: 17 threads: want 1 to 16"},
		{"too little memory", password.Params{MemoryKiB: 15, Threads: 2}, "hash password: 15 KiB of memory: want 16 (8 for each thread) to 262144"},
		{"too much memory", password.Params{MemoryKiB: 1 << 20}, "hash password: 1048576 KiB of memory: want 8 (8 for each thread) to 262144"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := password.Hash("x", tt.params)
			assert.EqualError(t, err, tt.want)
		})
	}
}

func TestVerifyRefuses(t *testing.T) {
	t.Parallel()
	const salt, key = "c29tZXNhbHQ", "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	head := "$argon2id$v=19$"
	for _, tt := range []struct{ name, stored, want string }{
		{"empty", "", "want the form $argon2id$v=19$m=..,t=..,p=..$salt$hash"},
		{"another function", "$argon2i$v=19$m=8,t=1,p=1$" + salt + "$" + key, "want the form $argon2id$v=19$m=..,t=..,p=..$salt$hash"},
		{"another version", "$argon2id$v=16$m=8,t=1,p=1$" + salt + "$" + key, "unknown version: want v=19"},
		{"no parameters", head + "$" + salt + "$" + key, "want the parameters m, t and p"},
		{"parameters in disorder", head + "t=1,m=8,p=1$" + salt + "$" + key, "parameter 1: want m=number"},
		{"negative parameter", head + "m=-8,t=1,p=1$" + salt + "$" + key, "parameter 1: want m=number"},
		{"parameter too large for its type", head + "m=8,t=1,p=256$" + salt + "$" + key, "parameter 3: want p=number"},
		{"no passes", head + "m=8,t=0,p=1$" + salt + "$" + key, "0 passes: want 1 to 16"},
		{"four gigabytes", head + "m=4194304,t=1,p=1$" + salt + "$" + key, "4194304 KiB of memory: want 8 (8 for each thread) to 262144"},
		{"hours", head + "m=8,t=4294967295,p=1$" + salt + "$" + key, "4294967295 passes: want 1 to 16"},
		{"no threads", head + "m=8,t=1,p=0$" + salt + "$" + key, "0 threads: want 1 to 16"},
		{"salt not base64", head + "m=8,t=1,p=1$c29t!!$" + key, "salt is not base64"},
		{"salt too short", head + "m=8,t=1,p=1$c29t$" + key, "salt of 3 bytes: want 8 to 64"},
		{"hash too short", head + "m=8,t=1,p=1$" + salt + "$c29t", "hash of 3 bytes: want 16 to 64"},
		{"hash empty", head + "m=8,t=1,p=1$" + salt + "$", "hash of 0 bytes: want 16 to 64"},
		{"endless", head + "m=8,t=1,p=1$" + salt + "$" + strings.Repeat("A", 600), "639 bytes: want at most 512"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ok, err := password.Verify("password", tt.stored)
			assert.False(t, ok)
			assert.EqualError(t, err, "read password hash: "+tt.want)
		})
	}
}

func FuzzVerify(f *testing.F) {
	f.Add("password", "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
	f.Add("", "$$$$$")
	f.Fuzz(func(t *testing.T, secret, stored string) {
		ok, err := password.Verify(secret, stored)
		if ok && err != nil {
			t.Errorf("verified and refused at once: %v", err)
		}
	})
}
