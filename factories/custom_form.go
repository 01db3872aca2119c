package factories

// CustomForm is a row of custom_forms: a field of a form of an event, which gets made unless it is given.
type CustomForm struct {
	ID int64 `db:"id"`
	// FieldIdentifier is the only one of its kind, unless given.
	FieldIdentifier string  `db:"field_identifier"`
	Form            string  `db:"form"`
	Type            string  `db:"type"`
	Name            string  `db:"name"`
	Description     *string `db:"description"`
	IsRequired      *bool   `db:"is_required"`
	IsIncluded      *bool   `db:"is_included"`
	IsFixed         *bool   `db:"is_fixed"`
	Position        int32   `db:"position"`
	IsPublic        *bool   `db:"is_public"`
	IsComplex       *bool   `db:"is_complex"`
	EventID         int64   `db:"event_id"`
	FormID          *string `db:"form_id"`
	Min             *int32  `db:"min"`
	Max             *int32  `db:"max"`
	MainLanguage    *string `db:"main_language"`
	IsAllowEdit     *bool   `db:"is_allow_edit"`
	Event           *EventBasic
}

func (*CustomForm) table() string { return "custom_forms" }
func (c *CustomForm) id() *int64  { return &c.ID }

func (c *CustomForm) fill(m *maker) error {
	f := m.faker
	field := word(f)
	give(&c.FieldIdentifier, field+hex8(f))
	give(&c.Form, "attendee")
	give(&c.Type, "text")
	give(&c.Name, capital(field))
	return parent(m, &c.EventID, &c.Event)
}
