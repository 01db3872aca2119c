// Package content turns the bytes of a response into the text that its headers say they are: it
// undoes the Content-Encoding and turns the charset into UTF-8. It also reads media types and says
// what a body of each is.
//
//	text, problem := content.Decode(headers, body, 256<<20)
//	if problem != nil {
//		text = body // and the problem says why it is no more than bytes
//	}
//
// Bodies of images, archives and the like stay bytes, and so do texts that name no charset and are
// not UTF-8. Memory and time are bounded by the limit that the caller gives, whatever the bytes
// claim. The headers are left as they came.
//
// It is not the business of this package to read from a network, or to judge what a text says.
package content
