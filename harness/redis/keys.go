package redis

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

const (
	// keyRoot begins the names of all keys and connections of bailiff.
	keyRoot = "bailiff:"
	// register is the set of the words of processes that have, or may have, keys.
	register = keyRoot + "processes"
	// sweepTimeout bounds the search for keys, which on a server with millions of keys of somebody else
	// takes seconds.
	sweepTimeout = 2 * time.Second
	// scanned is how many keys one step of the search looks at; a server is busy with that for about 1 ms.
	scanned = 1000
)

// randomWord is one that nobody else has.
func randomWord() string { return strings.ToLower(rand.Text()) }

// enlist writes down that there is a process of this word. Its connections have the name already.
func enlist(ctx context.Context, client *goredis.Client, word string) error {
	return client.SAdd(ctx, register, word).Err()
}

// sweep removes the keys of processes that are gone, and returns how many processes those were. A process
// is there as long as a connection has its name. The order matters: who is in the register before the
// connections are listed was connected before it came there, so a process that just begins is not taken
// for one that is gone.
func sweep(ctx context.Context, client *goredis.Client) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, sweepTimeout)
	defer cancel()
	words, err := client.SMembers(ctx, register).Result()
	if err != nil || len(words) <= 1 { // just us
		return 0, err
	}
	list, err := client.ClientList(ctx).Result()
	if err != nil {
		return 0, err
	}
	gone := map[string]bool{}
	for _, word := range words {
		if !strings.Contains(list, " name="+keyRoot+word+" ") {
			gone[word] = true
		}
	}
	if len(gone) == 0 {
		return 0, nil
	}
	return len(gone), remove(ctx, client, keyRoot+"*", gone)
}

// remove removes the keys of processes, and then their words from the register: when time is up before,
// the next Open goes on.
func remove(ctx context.Context, client *goredis.Client, pattern string, gone map[string]bool) error {
	var cursor uint64
	for {
		keys, next, err := client.Scan(ctx, cursor, pattern, scanned).Result()
		if err != nil {
			return fmt.Errorf("look for keys: %w", err)
		}
		var old []string
		for _, key := range keys {
			word, _, ok := strings.Cut(strings.TrimPrefix(key, keyRoot), ":")
			if ok && gone[word] {
				old = append(old, key)
			}
		}
		if len(old) > 0 {
			if err := client.Unlink(ctx, old...).Err(); err != nil {
				return fmt.Errorf("remove keys: %w", err)
			}
		}
		if cursor = next; cursor == 0 {
			break
		}
	}
	words := make([]any, 0, len(gone))
	for word := range gone {
		words = append(words, word)
	}
	return client.SRem(ctx, register, words...).Err()
}
