package description

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// readFile reads a whole file of limited size. name is what people call it. Something that is not a
// regular file is read all the same, so that a shell can pass a pipe.
func readFile(open func(string) (fs.File, error), p, name string, limit int) ([]byte, error) {
	fail := func(err error, msg string) ([]byte, error) {
		return nil, &Error{At: transaction.Position{File: name}, Msg: msg, Err: err}
	}
	f, err := open(p)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fail(err, "there is no such file; correct the path")
	case errors.Is(err, fs.ErrPermission):
		return fail(err, "the file may not be read; change its permissions")
	case err != nil:
		return fail(err, err.Error())
	}
	defer func() { _ = f.Close() }() // it was only read
	info, err := f.Stat()
	if err != nil {
		return fail(err, err.Error())
	}
	if info.IsDir() {
		return fail(errFolder, fmt.Sprintf("this is a folder; name its files, as in %q", filepath.Join(name, "*.apib")))
	}
	var text bytes.Buffer
	text.Grow(int(min(max(info.Size(), 0), int64(limit))) + bytes.MinRead)
	if _, err := text.ReadFrom(io.LimitReader(f, int64(limit)+1)); err != nil {
		return fail(err, "cannot be read: "+err.Error())
	}
	if text.Len() > limit {
		return nil, tooLarge(name, limit)
	}
	return text.Bytes(), nil
}

// readAll reads a stream of limited size to its end.
func readAll(r io.Reader, name string, limit int) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, int64(limit)+1))
	switch {
	case err != nil:
		return nil, &Error{At: transaction.Position{File: name}, Msg: "cannot be read: " + err.Error(), Err: err}
	case len(text) > limit:
		return nil, tooLarge(name, limit)
	}
	return text, nil
}

var (
	errOutside = errors.New("leads outside the folder")
	errFolder  = errors.New("is a folder")
)

// folder reads files under the folder of a description and nowhere else, whatever links there are.
type folder struct {
	dir   string
	limit int
	root  *os.Root // opened by the first include
}

func (r *folder) read(p string) ([]byte, error) {
	if r.root == nil {
		root, err := os.OpenRoot(r.dir)
		if err != nil {
			return nil, err
		}
		r.root = root
	}
	name := filepath.FromSlash(p)
	info, err := r.root.Stat(name)
	if err != nil {
		return nil, r.explain(name, err)
	}
	if !info.Mode().IsRegular() && !info.IsDir() {
		return nil, errors.New("this is not a file that can be included; include a regular file")
	}
	return readFile(func(n string) (fs.File, error) { return r.root.Open(n) }, name, r.display(p), r.limit)
}

// explain tells a link that leads outside from other errors; os has no value for it.
func (r *folder) explain(name string, err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return err
	}
	dir, err1 := filepath.EvalSymlinks(r.dir)
	target, err2 := filepath.EvalSymlinks(filepath.Join(r.dir, name))
	if err1 != nil || err2 != nil {
		return err
	}
	if rel, err3 := filepath.Rel(dir, target); err3 != nil || !filepath.IsLocal(rel) {
		return errOutside
	}
	return err
}

func (r *folder) display(p string) string { return filepath.Join(r.dir, filepath.FromSlash(p)) }

func (r *folder) close() {
	if r.root != nil {
		_ = r.root.Close() // nothing was written through it
	}
}

// fetchTimeout is how long Dredd waits for a description.
const fetchTimeout = 5 * time.Second

// fetch gets a description from a URL.
func fetch(ctx context.Context, o Options, url string, limit int) ([]byte, error) {
	fail := func(err error, format string, args ...any) ([]byte, error) {
		return nil, &Error{At: transaction.Position{File: url}, Msg: fmt.Sprintf(format, args...), Err: err}
	}
	client := o.Client
	if client == nil {
		transport := &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true}
		client = &http.Client{Timeout: fetchTimeout, Transport: transport}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return fail(err, "not a URL: %v", err)
	}
	if o.UserAgent != "" {
		req.Header.Set("User-Agent", o.UserAgent)
	}
	res, err := client.Do(req)
	if err != nil {
		return fail(err, "cannot be fetched: %v; check the URL, and that its server runs", errors.Unwrap(err))
	}
	defer func() { _ = res.Body.Close() }() // it was read as far as wanted
	text, err := io.ReadAll(io.LimitReader(res.Body, int64(limit)+1))
	switch {
	case err != nil:
		return fail(err, "cannot be fetched: %v", err)
	case res.StatusCode < 200 || res.StatusCode > 299:
		return fail(nil, "the server answered with status %d, %s; check the URL", res.StatusCode, describeBody(res, text))
	case len(text) == 0:
		return fail(nil, "the server answered with status %d, but without a body; check the URL", res.StatusCode)
	case len(text) > limit:
		return nil, tooLarge(url, limit)
	}
	return text, nil
}

func describeBody(res *http.Response, text []byte) string {
	if len(text) == 0 {
		return "without a body"
	}
	if t := res.Header.Get("Content-Type"); t != "" {
		return "with a body of type " + strings.ToLower(t)
	}
	return "with a body"
}

// invalidUTF8 returns where the text stops being UTF-8; -1 when it is all UTF-8.
func invalidUTF8(text []byte) int {
	if utf8.Valid(text) {
		return -1
	}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}
