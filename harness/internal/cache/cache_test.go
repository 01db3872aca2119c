package cache_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/cache"
	"github.com/bailiff-dev/bailiff/harness/internal/compile"
	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

func mustOpen(t testing.TB, o cache.Options) *cache.Cache {
	t.Helper()
	if o.Dir == "" {
		o.Dir = filepath.Join(t.TempDir(), "compile")
	}
	c, err := cache.Open(o)
	require.NoError(t, err)
	return c
}

// mustLoad reads api.apib of a file system.
func mustLoad(t testing.TB, fsys fs.FS) *description.Document {
	t.Helper()
	docs, err := description.Load(t.Context(), description.Options{FS: fsys, Patterns: []string{"api.apib"}})
	require.NoError(t, err)
	return docs[0]
}

func mustNew(t testing.TB, name, text string) *description.Document {
	t.Helper()
	doc, err := description.New(name, []byte(text))
	require.NoError(t, err)
	return doc
}

// compiler makes one transaction, named as it is told, and counts its work.
type compiler struct {
	name             string
	compiled, placed int
	err              error
}

func (c *compiler) compile(context.Context) (*compile.Result, error) {
	c.compiled++
	if c.err != nil {
		return nil, c.err
	}
	return &compile.Result{
		Transactions: []*transaction.Transaction{{Name: transaction.Name(c.name)}},
		Locate: func() ([]transaction.Source, error) {
			c.placed++
			return []transaction.Source{{Action: transaction.Position{File: c.name, Line: 7}}}, nil
		},
	}, nil
}

func (c *compiler) mustRun(t testing.TB, store *cache.Cache, doc *description.Document, variant string) *compile.Result {
	t.Helper()
	r, err := store.Compile(t.Context(), doc, variant, c.compile)
	require.NoError(t, err)
	require.Len(t, r.Transactions, 1)
	return r
}

func TestCompilesOnce(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a", "compile")
	doc := mustNew(t, "x.apib", "# A\n")
	first, second := &compiler{name: "one"}, &compiler{name: "two"}

	first.mustRun(t, mustOpen(t, cache.Options{Dir: dir}), doc, "v")
	r := second.mustRun(t, mustOpen(t, cache.Options{Dir: dir}), mustNew(t, "x.apib", "# A\n"), "v")

	assert.Equal(t, transaction.Name("one"), r.Transactions[0].Name)
	assert.Equal(t, 1, first.compiled)
	assert.Zero(t, second.compiled)
}

// TestMisses changes one thing at a time that an entry hangs on.
func TestMisses(t *testing.T) {
	t.Parallel()
	files := func() fstest.MapFS {
		return fstest.MapFS{
			"api.apib": {Data: []byte("FORMAT: 1A\n<!-- include(part.apib) -->\n")}, "part.apib": {Data: []byte("# A\n")},
			"x.json": {Data: []byte("{}\n")},
		}
	}
	store := mustOpen(t, cache.Options{})
	refer := func(doc *description.Document, c *compiler) func(context.Context) (*compile.Result, error) {
		return func(ctx context.Context) (*compile.Result, error) {
			_, err := doc.Refer("x.json")
			require.NoError(t, err)
			return c.compile(ctx)
		}
	}
	run := func(fsys fs.FS, variant string) (compiled int) {
		doc, c := mustLoad(t, fsys), &compiler{name: "n"}
		_, err := store.Compile(t.Context(), doc, variant, refer(doc, c))
		require.NoError(t, err)
		return c.compiled
	}
	require.Equal(t, 1, run(files(), "v"))
	require.Equal(t, 0, run(files(), "v"), "nothing changed")
	require.Equal(t, 1, run(files(), "w"), "variant")
	for name, text := range map[string]string{"api.apib": "FORMAT: 1A\n\n<!-- include(part.apib) -->\n", "part.apib": "# B\n", "x.json": "[]\n"} {
		changed := files()
		changed[name] = &fstest.MapFile{Data: []byte(text)}
		require.Equal(t, 1, run(changed, "v"), name)
	}
	require.Equal(t, 1, run(files(), "v"), "a reference that changed has replaced the entry")

	one, two := &compiler{name: "n"}, &compiler{name: "n"}
	one.mustRun(t, store, mustNew(t, "one.apib", "# A\n"), "v")
	two.mustRun(t, store, mustNew(t, "two.apib", "# A\n"), "v")
	require.Equal(t, 1, two.compiled, "another name")
}

// TestNotKept: what could be otherwise the next time is compiled the next time.
func TestNotKept(t *testing.T) {
	t.Parallel()
	store := mustOpen(t, cache.Options{})
	doc := mustNew(t, "x.apib", "# A\n")
	c := &compiler{name: "n", err: errors.New("no parser")}
	for range 2 {
		_, err := store.Compile(t.Context(), doc, "v", c.compile)
		require.ErrorIs(t, err, c.err)
	}
	assert.Equal(t, 2, c.compiled)

	fsys := fstest.MapFS{"api.apib": {Data: []byte("FORMAT: 1A\n")}}
	c = &compiler{name: "n"}
	for range 2 {
		doc := mustLoad(t, fsys)
		_, err := store.Compile(t.Context(), doc, "v", func(ctx context.Context) (*compile.Result, error) {
			_, err := doc.Refer("missing.json")
			require.Error(t, err)
			return c.compile(ctx)
		})
		require.NoError(t, err)
	}
	assert.Equal(t, 2, c.compiled)
}

func TestNilCacheKeepsNothing(t *testing.T) {
	t.Parallel()
	c := &compiler{name: "n"}
	for range 2 {
		c.mustRun(t, nil, mustNew(t, "x.apib", "# A\n"), "v")
	}
	assert.Equal(t, 2, c.compiled)
}

// TestPlacesAreLookedForOnce, when they are asked for.
func TestPlacesAreLookedForOnce(t *testing.T) {
	t.Parallel()
	store, doc := mustOpen(t, cache.Options{}), mustNew(t, "x.apib", "# A\n")
	at := func(r *compile.Result) string {
		sources, err := r.Locate()
		require.NoError(t, err)
		require.Len(t, sources, 1)
		return sources[0].Action.String()
	}
	first, second, third := &compiler{name: "one"}, &compiler{name: "two"}, &compiler{name: "three"}
	first.mustRun(t, store, doc, "v")
	assert.Zero(t, first.placed)

	r := second.mustRun(t, store, doc, "v")
	assert.Zero(t, second.compiled)
	assert.Equal(t, "two:7", at(r), "they were not known, so it was compiled again")
	assert.Equal(t, "two:7", at(r))
	assert.Equal(t, []int{1, 1}, []int{second.compiled, second.placed})

	assert.Equal(t, "two:7", at(third.mustRun(t, store, doc, "v")))
	assert.Zero(t, third.compiled)
}

// TestEveryFieldIsKept fills all that a result has, so that a new field cannot be forgotten.
func TestEveryFieldIsKept(t *testing.T) {
	t.Parallel()
	want := &compile.Result{}
	n := 0
	fill(t, reflect.ValueOf(want).Elem(), &n)
	var sources []transaction.Source
	fill(t, reflect.ValueOf(&sources).Elem(), &n)
	for len(sources) < len(want.Transactions) {
		sources = append(sources, sources[0])
	}
	want.Locate = func() ([]transaction.Source, error) { return sources[:len(want.Transactions)], nil }
	store, doc := mustOpen(t, cache.Options{}), mustNew(t, "x.apib", "# A\n")
	r, err := store.Compile(t.Context(), doc, "v", func(context.Context) (*compile.Result, error) { return want, nil })
	require.NoError(t, err)
	_, err = r.Locate()
	require.NoError(t, err)

	got, err := store.Compile(t.Context(), doc, "v", func(context.Context) (*compile.Result, error) {
		return nil, errors.New("it was kept")
	})
	require.NoError(t, err)
	gotSources, err := got.Locate()
	require.NoError(t, err)

	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(compile.Result{}, "Locate")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(sources[:len(want.Transactions)], gotSources); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	assert.Greater(t, n, 40, "values that were filled in")
}

// fill gives everything under a value another value than its zero one.
func fill(t testing.TB, v reflect.Value, n *int) {
	t.Helper()
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("text %d\x00é", *n))
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(t, v.Index(i), n)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(t, key, n)
		fill(t, value, n)
		v.SetMapIndex(key, value)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), n)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), n)
		}
	case reflect.Func:
	default:
		t.Fatalf("fill cannot make a %s", v.Type())
	}
}

// entries are the names of what is in a cache, with what they hold.
func entries(t testing.TB, dir string) map[string][]byte {
	t.Helper()
	list, err := os.ReadDir(dir)
	require.NoError(t, err)
	out := map[string][]byte{}
	for _, e := range list {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		require.NoError(t, err)
		out[e.Name()] = data
	}
	return out
}

// TestDamaged changes an entry in many ways: it is never believed, and written anew.
func TestDamaged(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "compile")
	store := mustOpen(t, cache.Options{Dir: dir})
	// run looks for both kinds of entries of one document, and for those of another, and tells how
	// often it had to compile.
	run := func(name string) (compiled int) {
		for _, file := range []string{"x.apib", "y.apib"} {
			c := &compiler{name: name}
			r := c.mustRun(t, store, mustNew(t, file, "# A\n"), "v")
			if c.compiled > 0 {
				require.Equal(t, name, string(r.Transactions[0].Name))
			}
			sources, err := r.Locate()
			require.NoError(t, err)
			require.Len(t, sources, 1)
			compiled += c.compiled
		}
		return compiled
	}
	require.Equal(t, 2, run("kept"))
	require.Zero(t, run("probe"), "entries that are whole are believed")
	whole := entries(t, dir)
	require.Len(t, whole, 4)

	for name, data := range whole {
		damaged := map[string][]byte{"empty": {}, "longer": append(slices.Clone(data), 0)}
		for i := 0; i < len(data); i += 1 + i/20 { // more of the beginning, which is laid out by us
			flipped := slices.Clone(data)
			flipped[i] ^= 1 << (i % 8)
			damaged[fmt.Sprintf("bit of byte %d", i)], damaged[fmt.Sprintf("first %d bytes", i)] = flipped, data[:i]
		}
		for other, d := range whole {
			if other != name {
				damaged["that of "+other] = d
			}
		}
		for what, d := range damaged {
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), d, 0o600))
			require.Equal(t, 1, run("anew"), "%s: %s", name, what)
			require.Zero(t, run("probe"), "%s: %s: it was written anew", name, what)
		}
	}
}

func TestStrangeFiles(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "compile")
	store, doc := mustOpen(t, cache.Options{Dir: dir}), mustNew(t, "x.apib", "# A\n")
	(&compiler{name: "kept"}).mustRun(t, store, doc, "v")
	var name string
	for name = range entries(t, dir) {
	}
	path := filepath.Join(dir, name)
	moved := filepath.Join(t.TempDir(), "moved")
	require.NoError(t, os.Rename(path, moved))
	require.NoError(t, os.Symlink(moved, path))
	c := &compiler{name: "anew"}
	c.mustRun(t, store, doc, "v")
	assert.Equal(t, 1, c.compiled, "a link is not followed")

	require.NoError(t, os.RemoveAll(path))
	require.NoError(t, os.Mkdir(path, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(path, "x"), nil, 0o600))
	c.mustRun(t, store, doc, "v")
	assert.Equal(t, 2, c.compiled, "a folder in the place of an entry costs time and nothing else")
}

func TestOwnersOnly(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "compile")
	_, err := (&compiler{name: "n"}).mustRun(t, mustOpen(t, cache.Options{Dir: dir}), mustNew(t, "x.apib", "# A\n"), "v").Locate()
	require.NoError(t, err)
	mode := func(name string) fs.FileMode {
		info, err := os.Stat(name)
		require.NoError(t, err)
		return info.Mode().Perm()
	}
	assert.Equal(t, fs.FileMode(0o700), mode(dir))
	for name := range entries(t, dir) {
		assert.Equal(t, fs.FileMode(0o600), mode(filepath.Join(dir, name)))
	}

	require.NoError(t, os.Chmod(dir, 0o777))
	_, err = cache.Open(cache.Options{Dir: dir})
	require.ErrorContains(t, err, "may be changed by other users")
	link := filepath.Join(t.TempDir(), "link")
	require.NoError(t, os.Symlink(dir, link))
	_, err = cache.Open(cache.Options{Dir: link})
	require.ErrorContains(t, err, "is not a folder")
	_, err = cache.Open(cache.Options{Dir: filepath.Join(dir, "a", "\x00")})
	require.Error(t, err)
}

// TestBounds keeps the folder small.
func TestBounds(t *testing.T) {
	t.Parallel()
	now := time.Now()
	run := func(t *testing.T, o cache.Options, name string) (compiled int) {
		c := &compiler{name: name}
		c.mustRun(t, mustOpen(t, o), mustNew(t, name, "# A\n"), "v")
		return c.compiled
	}
	tests := map[string]struct {
		options cache.Options
		most    int
	}{
		"entries": {cache.Options{Entries: 3}, 3},
		"size":    {cache.Options{Size: 10_000}, 9},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := tt.options
			o.Dir = filepath.Join(t.TempDir(), "compile")
			for i := range 20 {
				run(t, o, fmt.Sprintf("%02d.apib", i))
				for f := range entries(t, o.Dir) { // older by as much as it is smaller in number
					info, err := os.Stat(filepath.Join(o.Dir, f))
					require.NoError(t, err)
					at := info.ModTime().Add(-time.Minute)
					require.NoError(t, os.Chtimes(filepath.Join(o.Dir, f), at, at))
				}
			}
			size := 0
			all := entries(t, o.Dir)
			for _, data := range all {
				size += len(data)
			}
			require.NotEmpty(t, all)
			assert.LessOrEqual(t, len(all), tt.most)
			if o.Size > 0 {
				assert.LessOrEqual(t, int64(size), o.Size)
			}
			assert.Zero(t, run(t, o, "19.apib"), "the last is there")
			assert.Equal(t, 1, run(t, o, "00.apib"), "the first is not")
		})
	}
	t.Run("age", func(t *testing.T) {
		t.Parallel()
		o := cache.Options{Dir: filepath.Join(t.TempDir(), "compile"), Age: 10 * 24 * time.Hour}
		run(t, o, "used")
		run(t, o, "unused")
		require.NoError(t, os.WriteFile(filepath.Join(o.Dir, "new-1.tmp"), nil, 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(o.Dir, "not-ours"), nil, 0o600))
		o.Now = func() time.Time { return now.Add(6 * 24 * time.Hour) }
		require.Zero(t, run(t, o, "used"))
		o.Now = func() time.Time { return now.Add(11 * 24 * time.Hour) }
		run(t, o, "another")
		all := entries(t, o.Dir)
		assert.Contains(t, all, "not-ours")
		assert.NotContains(t, all, "new-1.tmp")
		assert.Len(t, all, 2, "the third is new, but by its own clock")
		assert.Zero(t, run(t, o, "used"))
		assert.Equal(t, 1, run(t, o, "unused"))
	})
}
