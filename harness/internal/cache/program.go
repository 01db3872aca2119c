package cache

import (
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"sync"
)

// Program identifies the running program by its code: another build of another code has another
// identity, whatever version it calls itself. It is the build ID that the Go linker writes, which is
// made of everything that went into the program; where there is none, it is the hash of the whole
// executable.
func Program() (string, error) { return running() }

var running = sync.OnceValues(func() (string, error) {
	// The file under the name of the program may have been replaced since it was started; on Linux
	// this leads to the one that runs.
	if id, err := identify("/proc/self/exe"); err == nil {
		return id, nil
	}
	name, err := os.Executable()
	if err != nil {
		return "", err
	}
	return identify(name)
})

// identify returns what identifies an executable.
func identify(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }() // it was only read
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	if id := buildID(f); id != "" {
		return fmt.Sprintf("build %s of %d bytes", id, info.Size()), nil
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(f, 0, info.Size())); err != nil {
		return "", fmt.Errorf("hash the program: %w", err)
	}
	return "sum " + hex.EncodeToString(h.Sum(nil)), nil
}

// buildID reads the build ID; "" when there is none. An ELF file has it in a note, others at the
// beginning of their code.
func buildID(f io.ReaderAt) string {
	if e, err := elf.NewFile(f); err == nil {
		s := e.Section(".note.go.buildid")
		if s == nil {
			return ""
		}
		note, err := s.Data()
		if err != nil || len(note) <= noteHeader {
			return ""
		}
		return string(bytes.TrimRight(note[noteHeader:], "\x00"))
	}
	const before, behind = "\xff Go build ID: \"", "\"\n \xff"
	head := make([]byte, 64<<10)
	n, _ := f.ReadAt(head, 0) // a short file is no error
	_, rest, found := bytes.Cut(head[:n], []byte(before))
	id, _, closed := bytes.Cut(rest, []byte(behind))
	if !found || !closed {
		return ""
	}
	return string(id)
}

// noteHeader is what comes before the ID in an ELF note: three sizes, and the name "Go".
const noteHeader = 16
