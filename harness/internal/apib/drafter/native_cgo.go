//go:build cgo

package drafter

// #include <stdlib.h>
// #include "native.h"
import "C"

import (
	"bytes"
	"errors"
	"fmt"
	"syscall"
	"unicode/utf8"
	"unsafe"
)

const remedy = `run "make native" and build again`

func version() string { return C.GoString(C.bailiff_drafter_version()) }

func parse(text []byte, o Options) ([]byte, error) {
	source := make([]byte, len(text)+1) // C wants a NUL at the end
	copy(source, text)
	maps := C.int(0)
	if o.SourceMaps {
		maps = 1
	}

	var result C.struct_bailiff_drafter_result
	C.bailiff_drafter_parse((*C.char)(unsafe.Pointer(&source[0])), maps, stackSize, &result)
	defer C.free(unsafe.Pointer(result.json))

	if err := failure(&result); err != nil {
		return nil, err
	}
	return copyText(unsafe.Slice((*byte)(unsafe.Pointer(result.json)), result.length)), nil
}

// copyText copies the memory of Drafter's into a slice of Go's, as UTF-8: where
// Drafter quotes one byte of a character, as it does of a wrong one in the name
// of a header, its JSON is not. The copy takes a few hundredths of the time of the
// parse, and is made when Drafter has freed several times as much, so it does
// not raise the peak of memory.
func copyText(json []byte) []byte {
	if utf8.Valid(json) {
		return bytes.Clone(json)
	}
	return bytes.ToValidUTF8(json, []byte("\ufffd"))
}

func failure(result *C.struct_bailiff_drafter_result) error {
	switch {
	case result.code == C.BAILIFF_DRAFTER_ABSENT:
		return ErrUnavailable
	case result.code == C.BAILIFF_DRAFTER_THREAD:
		return fmt.Errorf("start a thread with %d MiB of stack for drafter: %w", stackSize>>20, syscall.Errno(result.detail))
	case result.code == C.BAILIFF_DRAFTER_THREW:
		return fmt.Errorf("drafter: %s", C.GoString(&result.message[0]))
	case result.code < 0:
		return fmt.Errorf("drafter: error %d", result.code)
	case result.json == nil:
		return errors.New("drafter: no result; out of memory?")
	}
	return nil
}
