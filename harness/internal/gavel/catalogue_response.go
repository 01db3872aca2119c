package gavel

import "github.com/bailiff-dev/bailiff/harness/transaction"

// statusRules are those of the status code.
func statusRules() []Rule {
	return []Rule{
		{
			ID:      StatusCodeMismatch,
			Means:   "The response has another status code than the documented one.",
			Example: held("200", "404"),
			Remedy:  "Look at the body that came: it often says why. Seed what the request needs in a hook, mend the server, or document the code that it really answers with.",
		},
	}
}

// headerRules are those of headers.
func headerRules() []Rule {
	return []Rule{
		{
			ID:      HeaderMissing,
			Means:   "A documented header is missing from the response.",
			Example: held("Location: /v1/events/1", "(no Location)"),
			Remedy:  "Let the server send the header, or take it out of the documented response.",
		},
		{
			ID:      HeaderMismatch,
			Means:   "An Accept header of the response has another value than the documented one.",
			Example: held("Accept: application/vnd.api+json", "Accept: text/html"),
			Remedy:  "Let the server name the media types, charsets, encodings or languages that are documented, or document those that it names.",
		},
		{
			ID: HeaderValueMismatch, From: transaction.MatchValue,
			Means:   "A documented header has another value in the response.",
			Example: held("Cache-Control: no-store", "Cache-Control: max-age=60"),
			Remedy:  "Mend the server or the documented value. Where the value differs from run to run, declare the header volatile.",
		},
		{
			ID: HeaderVolatileKind, From: transaction.MatchType,
			Means:   "A header that may vary is not of the kind it was declared to be.",
			Example: held(`ETag: W/"5d4c"  (volatile, regexp W/"[0-9a-f]+")`, `ETag: "latest"`),
			Remedy:  "Mend the server, or declare the kind that the header really has.",
		},
		{
			ID:      ContentTypeMismatch,
			Means:   "The Content-Type of the response is not the documented one.",
			Example: held("Content-Type: application/vnd.api+json", "Content-Type: application/json"),
			Remedy:  "Let the server send the documented media type, parameters included, or document the one that clients get.",
		},
	}
}

// formRules are those of bodies that are not of the form that was promised.
func formRules() []Rule {
	return []Rule{
		{
			ID:      BodyMissing,
			Means:   "The response has no body, but one is documented.",
			Example: held(`{"id": "1"}`, "(nothing)"),
			Remedy:  "Let the server send the body; where there is none to send, take it out of the documentation and document 204.",
		},
		{
			ID:      BodyNotJSON,
			Means:   "The Content-Type of the response says JSON, but its body is not JSON.",
			Example: held(`{"id": "1"}`, `{"id": "1"`),
			Remedy:  "Look at the end of the body that came: an error page, two documents in a row and a half-written one are the usual causes. Send another Content-Type if it was never meant to be JSON.",
		},
		{
			ID:      BodyNotUTF8,
			Means:   "The Content-Type of the response says JSON, but its body is not UTF-8 text.",
			Example: held(`{"city": "Zürich"}`, `{"city": "Z\xfcrich"}`),
			Remedy:  "Encode the text as UTF-8 before it is sent (RFC 8259, section 8.1). A database or a file in another encoding is where such bytes come from.",
		},
		{
			ID:      BodyCutOff,
			Means:   "The body of the response ended before the length that was announced for it.",
			Example: held(`{"id": "1"}`, `Content-Length: 11, then {"id": and the end of the connection`),
			Remedy:  "Look for a handler that panics, or a proxy that gives up, while it writes. If the length is wrong instead, let the server count bytes, not characters.",
		},
		{
			ID:      BodyEncodingInvalid,
			Means:   "The body of the response is not in the Content-Encoding that its headers name.",
			Example: held(`{"id": "1"}`, `Content-Encoding: gzip, then {"id": "1"}`),
			Remedy:  "Compress the body once, or take the header away. Proxies that unpack a body must not leave its Content-Encoding.",
		},
		{
			ID:      BodyCharsetInvalid,
			Means:   "The body of the response is not in the charset that its Content-Type names.",
			Example: held("Content-Type: text/plain; charset=utf-8", `caf\xe9`),
			Remedy:  "Write the text in the charset that Content-Type names, or name the one that it is written in.",
		},
		{
			ID: BodyNotXML, From: transaction.MatchType,
			Means:   "The Content-Type of the response says XML, but its body is not well-formed.",
			Example: held("<event><name>Fair</name></event>", "<event><name>Fair</event>"),
			Remedy:  "Let a library write the XML. A text with an unescaped & or < and a body that ends early are the usual causes.",
		},
		{
			ID: BodyNotForm, From: transaction.MatchType,
			Means:   "The Content-Type of the response says form, but its body is none.",
			Example: held("rate=100%25", "rate=100%"),
			Remedy:  "Escape names and values, as application/x-www-form-urlencoded wants it.",
		},
		{
			ID: BodyNotMultipart, From: transaction.MatchType,
			Means:   "The Content-Type of the response says multipart, but its body has no such parts.",
			Example: held("Content-Type: multipart/form-data; boundary=x", "--y ... --y--"),
			Remedy:  "Name in the header the very boundary that stands between the parts, and write the last one with two dashes at its end.",
		},
		{
			ID: BodyBinaryMismatch, From: transaction.MatchType,
			Means:   "The bytes of the response are not the documented ones.",
			Example: held("(68 bytes of PNG)", "(70 bytes of PNG)"),
			Remedy:  "If the bytes must be these, find out what changed them; if not, leave the body out of the documentation and document the headers.",
		},
		{
			ID:      BodyTooDeep,
			Means:   "The body of the response is nested too deeply to be compared.",
			Example: held(`{"data": []}`, "[[[[[[[[[[... and so on"),
			Remedy:  "Look for an object that contains itself, or a serialiser without a limit.",
		},
		{
			ID:      BodyTooLarge,
			Means:   "The body of the response is larger, or holds more values, than can be compared.",
			Example: held(`{"data": []}`, "[1,1,1,1,1... and so on, for millions of values"),
			Remedy:  "Send pages. If the body must be that large, document the transaction as a download and leave its body out.",
		},
		{
			ID:      BodyMediaType,
			Means:   "The two bodies are of different kinds, such as JSON and text.",
			Example: held(`{"id": "1"}`, "Come back later."),
			Remedy:  "Look at what came: often it is the error page of a proxy. Document the form of body that the server really sends.",
		},
	}
}

// scalarsFree is what structure looks at of types.
const scalarsFree = "Structure looks only at the body as a whole, and where an object or a list is documented."

// bodyRules are those of bodies that are compared.
func bodyRules() []Rule {
	return []Rule{
		{
			ID:      BodyTextMismatch,
			Means:   "The text of the response is not the documented text.",
			Example: held("Event deleted", "Event removed"),
			Remedy:  "Mend the server or the documented text. Blanks and line breaks count.",
		},
		{
			ID:      BodyMissingKey,
			Means:   "The response lacks a key that the documented body shows.",
			Example: held(`{"id": "1", "name": "Fair"}`, `{"id": "1"}`),
			Remedy:  "Let the server send the key, or take it out of the documented body. A key that is there only sometimes belongs into an example of its own.",
		},
		{
			ID: BodyTypeMismatch, Structure: scalarsFree,
			Means:   "A value of the response has another JSON type than the documented one.",
			Example: held(`{"id": "1"}`, `{"id": 1}`),
			Remedy:  "Clients read the documented type. Mend the server; where the documentation shows the wrong one, mend that.",
		},
		{
			ID: BodyUnexpectedNull, Structure: scalarsFree,
			Means:   "A value of the response is null, but the documentation shows a value.",
			Example: held(`{"name": "Fair"}`, `{"name": null}`),
			Remedy:  "Let the hook seed a value. If clients must expect null here, document it: by null in an example, or by a schema that allows it.",
		},
		{
			ID: BodyValueMismatch, From: transaction.MatchValue,
			Means:   "A value of the response is not the documented one.",
			Example: held(`{"name": "Fair"}`, `{"name": "Market"}`),
			Remedy:  "Seed in a hook what the documentation shows, or mend whichever of the two is wrong. Declare the place volatile if its value differs from run to run.",
		},
		{
			ID: BodyUndocumentedKey, From: transaction.MatchValue,
			Means:   "The response has a key that the documented body does not show.",
			Example: held(`{"id": "1"}`, `{"id": "1", "secret": "7cbd"}`),
			Remedy:  "Document the key, or stop sending it: it may give something away.",
		},
		{
			ID: BodyListLength, From: transaction.MatchValue,
			Means:   "A list of the response has more or fewer items than the documented one.",
			Example: held(`{"warnings": []}`, `{"warnings": ["it is sold out"]}`),
			Remedy:  "Seed as many rows as the documentation shows, and look at filters and paging. Where items are documented, other findings name those that are missing or too many.",
		},
		{
			ID: BodyMissingItem, From: transaction.MatchValue,
			Means:   "The response lacks an item of a list that the documentation shows.",
			Example: held(`{"colours": ["red", "blue"]}  (volatile, set)`, `{"colours": ["red"]}`),
			Remedy:  "Seed what the documentation shows, and look at filters. Items that are alike count one by one.",
		},
		{
			ID: BodyUndocumentedItem, From: transaction.MatchValue,
			Means:   "The response has an item of a list that the documentation does not show.",
			Example: held(`{"colours": ["red"]}  (volatile, set)`, `{"colours": ["blue", "red"]}`),
			Remedy:  "Document the item, or find out who may see it: a filter or a permission may be missing.",
		},
		{
			ID: BodyElementOrder, From: transaction.MatchType,
			Means:   "Elements of the XML or HTML of the response stand in another order than documented.",
			Example: held("<event><name/><id/></event>", "<event><id/><name/></event>"),
			Remedy:  "Clients that read XML by a schema depend on the order: keep to the documented one, or document the real one.",
		},
		{
			ID: ListExampleNeverChecked, From: transaction.MatchType,
			Means:   "A list of the response is empty, so its documented items were held against nothing.",
			Example: held(`{"data": [{"id": "1"}]}`, `{"data": []}`),
			Remedy:  "Seed in a hook at least one item: an empty list says nothing about the documented ones. If the list is to be empty, document it so.",
		},
		{
			ID: BodyVolatileKind, From: transaction.MatchType,
			Means:   "A value that may vary is not of the kind it was declared to be.",
			Example: held(`{"at": "2020-01-01T00:00:00Z"}  (volatile, date-time)`, `{"at": "yesterday"}`),
			Remedy:  "Mend the server, or declare the kind that the value really has.",
		},
		{
			ID: BodyDuplicateKey, From: transaction.MatchType,
			Means:   "A key stands more than once in one object of the response.",
			Example: held(`{"id": "1"}`, `{"id": "2", "id": "1"}`),
			Remedy:  "Write each key once: readers of JSON do not agree on which of them counts (RFC 8259, section 4).",
		},
		{
			ID:      FindingsCut,
			Means:   "The body has more differences than are listed.",
			Example: held("[1, 1, 1, ...]", "[2, 2, 2, ...], of thousands of items"),
			Remedy:  "Mend what is listed and run again. That much is different mostly for one reason.",
		},
	}
}
