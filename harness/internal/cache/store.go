package cache

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Options says where entries are, and how many. The zero value lacks Dir.
type Options struct {
	// Dir is the folder; it is made when it is not there.
	Dir string
	// Size is the most bytes of all entries together; 0 means 256 MiB.
	Size int64
	// Entries is the most files; 0 means 1000, a few times the descriptions of a large project.
	Entries int
	// Age is how long an entry that nobody uses is kept; 0 means 30 days.
	Age time.Duration
	// Now is the time; nil means time.Now.
	Now func() time.Time
}

// Cache is a folder of entries. A nil Cache has none and keeps none. It is safe for parallel use, by
// several processes too.
type Cache struct{ o Options }

// Open returns the cache in a folder. The error says why the folder cannot be used; there is nothing
// to close.
func Open(o Options) (*Cache, error) {
	if o.Size <= 0 {
		o.Size = 256 << 20
	}
	if o.Entries <= 0 {
		o.Entries = 1000
	}
	if o.Age <= 0 {
		o.Age = 30 * 24 * time.Hour
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if err := own(o.Dir); err != nil {
		return nil, err
	}
	return &Cache{o}, nil
}

// key is what an entry is found by. It ends up in the entry too.
type key [sha256.Size]byte

// The kinds of entries, which are the ends of their names.
const (
	kindResult = ".result"
	kindPlaces = ".places"
	kindNew    = ".tmp"
)

const (
	// magic begins each entry. It says how the rest is laid out: the key, a checksum, the payload.
	magic      = "bailiff compiled 3\n"
	headerSize = len(magic) + 2*sha256.Size
	// abandoned is when nobody can still be writing a new file.
	abandoned = time.Hour
	// touchAfter is how old the time of an entry may be when it is used. Its time is that of its
	// last use, roughly.
	touchAfter = 24 * time.Hour
)

func (c *Cache) path(k key, kind string) string {
	return filepath.Join(c.o.Dir, hex.EncodeToString(k[:])+kind)
}

// seal is the checksum of an entry.
func seal(k key, kind string, payload []byte) [sha256.Size]byte {
	h := sha256.New()
	h.Write([]byte(magic + kind))
	h.Write(k[:])
	h.Write(payload)
	return [sha256.Size]byte(h.Sum(nil))
}

// get reads an entry into a value; false when there is none that can be believed.
func (c *Cache) get(k key, kind string, value any) bool {
	name := c.path(k, kind)
	info, err := os.Lstat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() > c.o.Size {
		return false
	}
	data, err := os.ReadFile(name)
	if err != nil || len(data) < headerSize || string(data[:len(magic)]) != magic {
		return false
	}
	keyed, sum, payload := data[len(magic):headerSize-sha256.Size], data[headerSize-sha256.Size:headerSize], data[headerSize:]
	if want := seal(k, kind, payload); !bytes.Equal(keyed, k[:]) || !bytes.Equal(sum, want[:]) {
		return false
	}
	r := bytes.NewReader(payload)
	if gob.NewDecoder(r).Decode(value) != nil || r.Len() > 0 {
		return false
	}
	if now := c.o.Now(); now.Sub(info.ModTime()) > touchAfter {
		_ = os.Chtimes(name, now, now) // it only lives longer
	}
	return true
}

// put writes an entry. What goes wrong is told to nobody: the entry is just not there.
func (c *Cache) put(k key, kind string, value any) {
	var payload bytes.Buffer
	if gob.NewEncoder(&payload).Encode(value) != nil || int64(payload.Len()) > c.o.Size/2 {
		return
	}
	sum := seal(k, kind, payload.Bytes())
	if c.write(c.path(k, kind), []byte(magic), k[:], sum[:], payload.Bytes()) == nil {
		c.prune()
	}
}

// write makes a file of the parts, which appears at once or not at all.
func (c *Cache) write(name string, parts ...[]byte) (err error) {
	f, err := os.CreateTemp(c.o.Dir, "new-*"+kindNew) // only its owner may read it
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // what came before is the error to tell
		}
	}()
	for _, p := range parts {
		if _, err := f.Write(p); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// prune removes what is too old and, beginning with the oldest, what is too much. Another process
// may be doing the same.
func (c *Cache) prune() {
	dir, err := os.Open(c.o.Dir)
	if err != nil {
		return
	}
	defer func() { _ = dir.Close() }() // it was only read
	var entries []fs.FileInfo
	var size int64
	now := c.o.Now()
	for {
		batch, err := dir.ReadDir(256)
		for _, e := range batch {
			info, ok := c.expired(e, now)
			if ok {
				entries, size = append(entries, info), size+info.Size()
			}
		}
		if err != nil || len(batch) == 0 { // io.EOF, mostly
			if err != nil && !errors.Is(err, io.EOF) {
				return
			}
			break
		}
	}
	slices.SortFunc(entries, func(a, b fs.FileInfo) int {
		return cmp.Or(a.ModTime().Compare(b.ModTime()), cmp.Compare(a.Name(), b.Name()))
	})
	for i := 0; i < len(entries) && (size > c.o.Size || len(entries)-i > c.o.Entries); i++ {
		size -= entries[i].Size()
		c.remove(entries[i].Name())
	}
}

// expired removes a file whose time has come; otherwise it returns what is known of it, if it is an
// entry.
func (c *Cache) expired(e fs.DirEntry, now time.Time) (info fs.FileInfo, isEntry bool) {
	limit := c.o.Age
	switch name := e.Name(); {
	case strings.HasSuffix(name, kindNew):
		limit = abandoned
	case !strings.HasSuffix(name, kindResult) && !strings.HasSuffix(name, kindPlaces):
		return nil, false
	}
	info, err := e.Info()
	if err != nil || !info.Mode().IsRegular() {
		return nil, false
	}
	if now.Sub(info.ModTime()) > limit {
		c.remove(info.Name())
		return nil, false
	}
	return info, !strings.HasSuffix(info.Name(), kindNew)
}

func (c *Cache) remove(name string) {
	_ = os.Remove(filepath.Join(c.o.Dir, name)) // another process may have been faster
}
