package factories

// CustomFormTranslate is a row of custom_form_translates: the name of a field in another language. The
// field gets made unless it is given.
type CustomFormTranslate struct {
	ID           int64  `db:"id"`
	Name         string `db:"name"`
	LanguageCode string `db:"language_code"`
	FormID       string `db:"form_id"`
	CustomFormID int64  `db:"custom_form_id"`
	CustomForm   *CustomForm
}

func (*CustomFormTranslate) table() string { return "custom_form_translates" }
func (c *CustomFormTranslate) id() *int64  { return &c.ID }

func (c *CustomFormTranslate) fill(m *maker) error {
	f := m.faker
	give(&c.Name, capital(word(f)))
	give(&c.LanguageCode, f.LanguageAbbreviation())
	give(&c.FormID, hex8(f))
	return parent(m, &c.CustomFormID, &c.CustomForm)
}
