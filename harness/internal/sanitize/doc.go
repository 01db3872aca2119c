// Package sanitize takes secrets out of everything that is printed or written: values of headers
// that carry credentials, values below keys such as password, token and secret, places that a
// project configures, and what looks like a credential in free text.
//
// It owns what counts as a secret and what stands in its place. It decides nothing about a
// response, and cannot know of a secret that has neither a telling name nor a telling shape.
//
//	s, err := sanitize.New(sanitize.Config{Headers: []string{"X-Session"}, Pointers: []string{"/data/**/ssn"}})
//	outcome = s.Outcome(outcome)                     // a deep copy that can be written anywhere
//	value := s.Header("Authorization", "Bearer abc") // "Bearer [masked]"
//
// In place of a secret stands "[masked]". Its length is not told. In a response that came, a secret
// that the documentation does not show is "[masked other]", so that two that differ are seen to
// differ. Sanitising a second time changes nothing.
//
// The work is linear in the size of the text, whatever the text is.
package sanitize
