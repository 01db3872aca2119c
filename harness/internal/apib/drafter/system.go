//go:build cgo && drafter_system

package drafter

// A libdrafter 5.x of the machine. Name its folder with CGO_LDFLAGS=-L... when
// the linker does not look there by itself.

// #cgo LDFLAGS: -ldrafter
// #cgo darwin LDFLAGS: -lc++
// #cgo !darwin LDFLAGS: -lstdc++
// #include "binding.h"
import "C"
