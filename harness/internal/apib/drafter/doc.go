// Package drafter parses API Blueprint with Drafter, the reference parser.
//
// It owns the call into Drafter's C interface and nothing else: text goes in,
// the parse result comes out as JSON in the form of API Elements. It does not
// read files, resolve includes or look into the result; package apib does.
//
//	elements, err := drafter.Parse(text, drafter.Options{})
//
// # How the library gets in
//
// "make native" builds libdrafter.a and writes library_gen.go into this
// folder, which links it. While that file is missing everything still builds
// and vets, and Parse returns an error that says what to do. The seam is two C
// functions, bailiff_drafter_run and bailiff_drafter_version. absent.c defines
// them as weak symbols that say that there is no library; binding.h defines
// them for real. library_gen.go includes it or, with the build tag
// drafter_system, system.go, which links a libdrafter of the machine.
//
// A strong definition beats a weak one in ELF as in Mach-O, and both are in
// objects that the linker is given by name. So this hangs neither on the order
// of archives, nor on undefined weak symbols, which the linker of macOS refuses
// without a flag for each, nor on state that is set when the program starts.
// binding.h in turn refers to the archive, which pulls in its members.
package drafter
