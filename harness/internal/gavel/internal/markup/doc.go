// Package markup reads XML and HTML into trees of elements, writes them as JSON so that they can be
// compared like every other body, and finds the place of a JSON Pointer in the source.
//
//	doc, bad := markup.XML(`<catalog><book id="1">Go</book></catalog>`)
//	doc.JSON(doc.Names(), false) // {"catalog":{"book":[{"@id":"1","text()":"Go"}]}}
//	doc.Offset(doc.Names(), []string{"catalog", "book", "0", "@id"}) // 15
//
// # The mapping
//
// The document is an object with one member, the root element. An element is an object:
//
//   - "@name" is the text of an attribute; declarations of namespaces are none.
//   - "name" is the list of the child elements of that name, in their order, also when it is one.
//   - "text()" is the text of the element, and absent when there is none. In mixed content each
//     child element stands in it as an empty tag: "Hello <b/>!".
//
// Names are those of Names: they do not depend on the prefixes that a document happens to use.
// Comments, processing instructions and document types are passed over, and CDATA is text.
//
// # Blanks
//
// In XML, text that is nothing but blanks is passed over where it stands between elements: in an
// element that has child elements and no other text, unless xml:space="preserve" is in force. All
// other text counts as it stands.
//
// In HTML, a run of blanks is one blank, and it is passed over at the beginning and the end of an
// element that is not phrasing (such as b or a), and between elements where there is no other text.
// In pre, textarea, script and style all text counts as it stands.
//
// # Bounds
//
// The number of elements and attributes, the depth, and the time are bounded. No entity is expanded
// but those of XML, or of HTML, itself, and nothing is loaded from anywhere.
package markup
