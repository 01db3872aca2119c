package jsonapi

import "slices"

// Document is a JSON:API document that is not an error. The zero value has no data: it is the
// answer to a deletion, with Meta.
type Document struct {
	// Data is *Object, []*Object, Identifier, []Identifier, or Null. nil leaves the member out.
	Data     any
	Included []*Object
	Links    []Link
	Meta     []Member
}

// Null is the primary data of a relationship to nothing.
type Null struct{}

// Identifier names an object.
type Identifier struct{ Type, ID string }

// Object is a resource object.
type Object struct {
	Identifier
	// Attributes are written in this order. An object without any has no member "attributes".
	Attributes []Member
	// Written are the attributes when somebody has written them already: the JSON object of them. It takes
	// the place of Attributes.
	Written       []byte
	Relationships []Relationship
	// Self is the path of the object.
	Self string
}

// Member is a name and a value of a JSON object. The value is nil, bool, string, an integer,
// float64, time.Time, json.RawMessage, or anything else that encoding/json can write.
type Member struct {
	Name  string
	Value any
}

// Relationship is a relationship object: two links, and who is related when that was asked for.
type Relationship struct {
	Name string
	// Path is the last segment of the link to the related objects.
	Path string
	// Data is nil (not asked for), Null, Identifier or []Identifier.
	Data any

	// text is what stands before, between and behind the two links, when it is prepared.
	text [3]string
}

// Prepared is the relationship with its text made once, for many objects.
func (r Relationship) Prepared() Relationship {
	name, path := string(appendText(nil, r.Name)), string(appendText(nil, r.Path))
	r.text = [3]string{
		`"` + name + `":{"links":{"self":"`,
		`/relationships/` + name + `","related":"`,
		`/` + path + `"}`,
	}
	return r
}

// Link is a link of a document, a path from the root.
type Link struct{ Name, Href string }

// Append writes the document.
func (d *Document) Append(b []byte) []byte {
	b = append(b, '{')
	if d.Data != nil {
		b = append(b, `"data":`...)
		b = appendData(b, d.Data)
		b = append(b, ',')
	}
	if len(d.Included) > 0 {
		b = append(b, `"included":`...)
		b = appendObjects(b, d.Included)
		b = append(b, ',')
	}
	if len(d.Links) > 0 {
		b = append(b, `"links":{`...)
		for i, l := range d.Links {
			b = appendName(b, i, l.Name)
			b = appendString(b, l.Href)
		}
		b = append(b, `},`...)
	}
	if len(d.Meta) > 0 {
		b = append(b, `"meta":`...)
		b = appendMembers(b, d.Meta)
		b = append(b, ',')
	}
	return appendVersion(b)
}

// appendVersion writes the last member and closes the document.
func appendVersion(b []byte) []byte {
	return append(b, `"jsonapi":{"version":"1.0"}}`...)
}

func appendData(b []byte, data any) []byte {
	switch v := data.(type) {
	case *Object:
		return v.append(b)
	case []*Object:
		return appendObjects(b, v)
	case Identifier:
		return append(v.open(b), '}')
	case []Identifier:
		b = append(b, '[')
		for i, id := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(id.open(b), '}')
		}
		return append(b, ']')
	}
	return append(b, "null"...)
}

func appendObjects(b []byte, objects []*Object) []byte {
	b = append(b, '[')
	before := len(b)
	for i, o := range objects {
		switch i {
		case 0:
		case 1: // the objects of a list are about as long as the first
			b = slices.Grow(b, (len(b)-before)*len(objects)*9/8)
			fallthrough
		default:
			b = append(b, ',')
		}
		b = o.append(b)
	}
	return append(b, ']')
}

// open writes the two members of an identifier and leaves the brace open.
func (id Identifier) open(b []byte) []byte {
	b = append(b, `{"type":`...)
	b = appendString(b, id.Type)
	b = append(b, `,"id":`...)
	return appendString(b, id.ID)
}

func (o *Object) append(b []byte) []byte {
	b = o.open(b)
	if len(o.Written) > 0 {
		b = append(b, `,"attributes":`...)
		b = append(b, o.Written...)
	} else if len(o.Attributes) > 0 {
		b = append(b, `,"attributes":`...)
		b = appendMembers(b, o.Attributes)
	}
	if len(o.Relationships) > 0 {
		b = append(b, `,"relationships":{`...)
		b = appendRelationships(b, o.Relationships, string(appendText(nil, o.Self)))
		b = append(b, '}')
	}
	b = append(b, `,"links":{"self":`...)
	b = appendString(b, o.Self)
	return append(b, `}}`...)
}

// appendRelationships writes the members of a relationships object. self is escaped already.
func appendRelationships(b []byte, list []Relationship, self string) []byte {
	for i := range list {
		r := &list[i]
		text := &r.text
		if text[0] == "" {
			prepared := r.Prepared()
			text = &prepared.text
		}
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, text[0]...)
		b = append(b, self...)
		b = append(b, text[1]...)
		b = append(b, self...)
		b = append(b, text[2]...)
		if r.Data != nil {
			b = append(b, `,"data":`...)
			b = appendData(b, r.Data)
		}
		b = append(b, '}')
	}
	return b
}

func appendMembers(b []byte, members []Member) []byte {
	b = append(b, '{')
	for i, m := range members {
		b = appendName(b, i, m.Name)
		b = AppendValue(b, m.Value)
	}
	return append(b, '}')
}

// appendName writes the name of the i-th member of an object.
func appendName(b []byte, i int, name string) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	return append(appendString(b, name), ':')
}
