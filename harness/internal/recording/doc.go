// Package recording reads HTTP responses that somebody recorded: what curl writes with --trace and
// --trace-ascii, with -i or with -v, a response as HTTP/1.1 sends it, an entry of an HTTP archive
// (HAR), and a message of JSON as Gavel takes it. Which of these a text is, is seen from the text.
//
// What the transfer did to a body is undone: chunks are joined, and content encodings and charsets
// are decoded where the recording holds the bytes of the wire. Of several responses, such as
// those of a redirect, the last one counts.
//
//	r, err := recording.Parse(data, recording.Options{Name: "real.trace"})
//	if err != nil {
//		return err // real.trace:12: and what is wrong there
//	}
//	use(r.Response)
//
// The package records nothing, judges nothing, and opens no files.
package recording
