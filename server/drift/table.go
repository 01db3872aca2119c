package drift

import "slices"

// Named returns the fault of that name, and whether there is one. It has no Route.
func Named(name string) (Fault, bool) {
	for _, f := range Faults() {
		if f.Name == name {
			return f, true
		}
	}
	return Fault{}, false
}

// Faults is the table of the faults that are chosen by name. They are cut to the documents of event
// topics, one or a list of two, which have a little of everything. Those of a Representation say so.
func Faults() []Fault {
	return slices.Concat(aboutMessages(), aboutForms(), aboutKeys(), aboutValues(), aboutLists())
}

// aboutMessages are faults of the status, of headers and of the bytes of the body.
func aboutMessages() []Fault {
	const deep, many = 20_000, 5 << 20
	return []Fault{
		{Name: "status-accepted", Does: "the status code is 202", Status: 202},
		{Name: "vary-dropped", Does: "the header Vary is missing", Header: map[string]string{"Vary": ""}},
		{Name: "accept-changed", Does: "the header Accept has another value", Header: map[string]string{"Accept": "text/html"}},
		{Name: "origin-changed", Does: "the header Access-Control-Allow-Origin has another value", Header: map[string]string{"Access-Control-Allow-Origin": "https://example.org"}},
		{Name: "etag-without-hash", Does: "the entity tag is made of nothing", Header: map[string]string{"ETag": `"latest"`}},
		{Name: "type-without-api", Does: "the content type is that of any JSON", Header: map[string]string{"Content-Type": "application/json"}},
		{Name: "body-left-out", Does: "there is no body", Body: []Piece{}},
		{Name: "json-cut", Does: "the JSON ends early, and its length says so", Lose: 1},
		{Name: "body-cut", Does: "the connection ends in the middle of the body", Lose: 20, Announce: true},
		{Name: "gzip-claimed", Does: "the headers say gzip, which the body is not", Header: map[string]string{"Content-Encoding": "gzip"}},
		{Name: "latin-1", Does: "a text is ISO 8859-1 in the middle of UTF-8", Swaps: []Swap{{"food-drink", "food-drink-caf\xe9"}}},
		{Name: "text-for-json", Does: "there is text, and the header Content-Type is missing", Body: []Piece{{"Come back later.", 1}}, Header: map[string]string{"Content-Type": ""}},
		{Name: "lists-too-deep", Does: "lists are nested without end", Body: []Piece{{"[", deep}, {"]", deep}}},
		{Name: "objects-deep", Does: "objects are nested, sixty of them", Body: []Piece{{`{"a":`, 60}, {"1", 1}, {"}", 60}}},
		{Name: "values-too-many", Does: "there are millions of numbers", Body: []Piece{{"[", 1}, {"1,", many}, {"1]", 1}}},
		{Name: "numbers-for-resources", Does: "there are two thousand numbers in place of resources", Body: []Piece{{`{"data":[`, 1}, {"1,", 1999}, {"1]}", 1}}},
	}
}

// aboutForms are faults of representations; those of text that are no text of it are here too.
func aboutForms() []Fault {
	return []Fault{
		{Name: "text-in-latin-1", Does: "a text claims UTF-8 and is ISO 8859-1 (text)", Swaps: []Swap{{"successfully", "succ\xe8s"}}},
		{Name: "text-reworded", Does: "a text reads differently (text)", Swaps: []Swap{{"successfully", "at last"}}},
		{Name: "bytes-changed", Does: "some of the bytes are others (binary)", Swaps: []Swap{{"successfully", "unsuspecting"}}},
		{Name: "form-badly-escaped", Does: "a percent sign has no two digits behind it (form)", Swaps: []Swap{{"successfully", "100%"}}},
		{Name: "parts-without-boundary", Does: "the parts end in another line than the header says (multipart)", Swaps: []Swap{{"--" + boundary, "--part"}, {"--" + boundary, "--part"}, {"--" + boundary, "--part"}}},
		{Name: "elements-exchanged", Does: "two elements stand in another order (xml)", Swaps: []Swap{
			{"<jsonapi><version>1.0</version></jsonapi>", ""}, {"</document>", "<jsonapi><version>1.0</version></jsonapi></document>"},
		}},
		{Name: "element-open", Does: "an element is not closed (xml)", Swaps: []Swap{{"</document>", ""}}},
	}
}

// aboutKeys are faults of the keys of objects.
func aboutKeys() []Fault {
	return []Fault{
		{Name: "name-dropped", Does: "the topic has no name", Edits: []Edit{{Op: "remove", Path: "/data/attributes/name"}}},
		{Name: "slug-dropped", Does: "the topic has no slug", Edits: []Edit{{Op: "remove", Path: "/data/attributes/slug"}}},
		{Name: "links-dropped", Does: "the topic has no links", Edits: []Edit{{Op: "remove", Path: "/data/links"}}},
		{Name: "relationship-dropped", Does: "the topic has one relationship less", Edits: []Edit{{Op: "remove", Path: "/data/relationships/events"}}},
		{Name: "note-added", Does: "there is an attribute that nobody wrote about", Edits: []Edit{{Op: "add", Path: "/data/attributes/internal-note", Value: `"added last week"`}}},
		{Name: "meta-added", Does: "there is meta information about the topic", Edits: []Edit{{Op: "add", Path: "/data/meta", Value: `{"views": 3}`}}},
		{Name: "secret-added", Does: "there is an attribute that must never be shown", Edits: []Edit{{Op: "add", Path: "/data/attributes/secret", Value: `"7cbd"`}}},
		{Name: "underscore-added", Does: "the name of an attribute has an underscore", Edits: []Edit{{Op: "add", Path: "/data/attributes/is_old", Value: "true"}}},
		{Name: "relationship-added", Does: "the topic has one relationship more", Edits: []Edit{{Op: "add", Path: "/data/relationships/owner", Value: "{}"}}},
		{Name: "id-twice", Does: "the key id stands twice in one object", Swaps: []Swap{{`"id":"1"`, `"id":"1","id":"1"`}}},
	}
}

// aboutValues are faults of scalars.
func aboutValues() []Fault {
	return []Fault{
		{Name: "id-as-number", Does: "the identifier is a number", Edits: []Edit{{Op: "replace", Path: "/data/id", Value: "1"}}},
		{Name: "name-null", Does: "the name is null", Edits: []Edit{{Op: "replace", Path: "/data/attributes/name", Value: "null"}}},
		{Name: "name-changed", Does: "the name is another one", Edits: []Edit{{Op: "replace", Path: "/data/attributes/name", Value: `"Food and Drink"`}}},
		{Name: "name-empty", Does: "the name is empty", Edits: []Edit{{Op: "replace", Path: "/data/attributes/name", Value: `""`}}},
		{Name: "name-long", Does: "the name is longer than any other", Edits: []Edit{{Op: "replace", Path: "/data/attributes/name", Value: `"Food, Drink, Cutlery, Crockery and Napkins"`}}},
		{Name: "name-forbidden", Does: "the name is one that is taken", Edits: []Edit{{Op: "replace", Path: "/data/attributes/name", Value: `"Other"`}}},
		{Name: "slug-with-blanks", Does: "the slug has blanks", Edits: []Edit{{Op: "replace", Path: "/data/attributes/slug", Value: `"food drink"`}}},
		{Name: "picture-relative", Does: "the URL of the picture names no server", Edits: []Edit{{Op: "replace", Path: "/data/attributes/system-image-url", Value: `"table picture"`}}},
		{Name: "picture-a-number", Does: "the URL of the picture is a number", Edits: []Edit{{Op: "replace", Path: "/data/attributes/system-image-url", Value: "7"}}},
		{Name: "kind-unknown", Does: "the type of the resource is unknown", Edits: []Edit{{Op: "replace", Path: "/data/type", Value: `"topic"`}}},
		{Name: "version-other", Does: "the version of JSON:API is another one", Edits: []Edit{{Op: "replace", Path: "/jsonapi/version", Value: `"1.1"`}}},
		{Name: "count-negative", Does: "the number of topics is below zero", Edits: []Edit{{Op: "replace", Path: "/meta/count", Value: "-1"}}},
		{Name: "count-huge", Does: "the number of topics is out of all proportion", Edits: []Edit{{Op: "replace", Path: "/meta/count", Value: "1000000"}}},
		{Name: "count-broken", Does: "the number of topics is not a whole one", Edits: []Edit{{Op: "replace", Path: "/meta/count", Value: "2.5"}}},
	}
}

// aboutLists are faults of the list of topics.
func aboutLists() []Fault {
	return []Fault{
		{Name: "list-emptied", Does: "the list has no topics", Edits: []Edit{{Op: "replace", Path: "/data", Value: "[]"}}},
		{Name: "topic-left-out", Does: "the list has one topic less", Edits: []Edit{{Op: "remove", Path: "/data/1"}}},
		{Name: "topic-twice", Does: "the list has a topic twice", Edits: []Edit{{Op: "copy", From: "/data/0", Path: "/data/-"}}},
		{Name: "topic-made-up", Does: "the list has a topic that is not in the database", Edits: []Edit{
			{Op: "copy", From: "/data/0", Path: "/data/-"}, {Op: "replace", Path: "/data/2/id", Value: `"3"`},
		}},
		{Name: "topic-from-nowhere", Does: "the list has a topic where there is none in the database", Edits: []Edit{
			{Op: "add", Path: "/data/-", Value: `{"type": "event-topic", "id": "1"}`},
		}},
		{Name: "topics-numbered-alike", Does: "two topics have one identifier", Edits: []Edit{{Op: "replace", Path: "/data/1/id", Value: `"1"`}}},
	}
}
