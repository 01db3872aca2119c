package server

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// customForms declares the fields of the forms of an event. A field is either one that the server
// knows, an attribute of a session, a speaker or an attendee, or one that the organizers made up: a
// complex one. Whoever has logged in may list the fields, to fill them in.
func customForms() engine.Resource {
	seen := policy.AnyOf(policy.Published(), policy.CoOrganizer())
	return engine.Resource{
		Type:          "custom-form",
		AlsoType:      "custom_form", // as the first clients wrote it
		Path:          "custom-forms",
		Table:         "custom_forms",
		Event:         "event_id",
		Without:       engine.List,
		Attributes:    customFormAttributes(),
		Relationships: []engine.Relationship{ofEvent()},
		Policy: policy.Table{
			List:   policy.AnyOf(policy.AllOf(policy.LoggedIn(), policy.Published()), policy.CoOrganizer()),
			View:   seen.ElseNotFound(),
			Create: policy.CoOrganizer().ElseNotFound(),
			Update: policy.CoOrganizer(),
			Delete: policy.CoOrganizer(),
		},
		Conflicts: map[string]*jsonapi.Error{
			"custom_form_identifier": jsonapi.Conflict("/data/attributes/field-identifier", "The form has a field with this identifier already"),
		},
		BeforeCreate: nameField,
		AfterCreate:  translateField,
		BeforeUpdate: nameField,
		AfterUpdate:  translateField,
	}
}

func customFormAttributes() []engine.Attribute {
	flag := func(name string) engine.Attribute {
		return engine.Attribute{Name: name, Kind: engine.Bool, Default: false}
	}
	return []engine.Attribute{
		{Name: "field-identifier", Kind: engine.String, Required: true, Check: notBlank},
		{Name: "form", Kind: engine.String, Required: true, OneOf: []string{"attendee", "session", "speaker"}},
		{Name: "type", Kind: engine.String, Default: "text", OneOf: []string{
			"text", "checkbox", "select", "file", "image", "email", "number", "paragraph", "richtextlink", "boolean", "year",
		}},
		{Name: "name", Kind: engine.String, Nullable: true},
		{Name: "description", Kind: engine.String, Nullable: true},
		flag("is-required"), flag("is-included"), flag("is-fixed"), flag("is-public"), flag("is-allow-edit"),
		{Name: "is-complex", Kind: engine.Bool, ReadOnly: true},
		{Name: "position", Kind: engine.Int, Default: int64(0)},
		{Name: "form-id", Kind: engine.String, Nullable: true},
		{Name: "min", Kind: engine.Int, Nullable: true, Default: int64(0)},
		{Name: "max", Kind: engine.Int, Nullable: true, Default: int64(10)},
		{Name: "main-language", Kind: engine.String, Nullable: true},
		{Name: "translations", Kind: engine.JSON, Virtual: true, Nullable: true, Check: checkTranslations, Expression: translations},
	}
}

// translations are the names of a field in other languages, as the table beside the forms has them.
const translations = `SELECT coalesce(json_agg(json_build_object('id', tr.id::text, 'name', tr.name,
	'language-code', tr.language_code, 'form-id', tr.form_id) ORDER BY tr.id), '[]')::text
	FROM custom_form_translates tr WHERE tr.custom_form_id = {row}.id`

// translation is one of them, as a request gives it.
type translation struct {
	Name         string `json:"name"`
	LanguageCode string `json:"language-code"`
	FormID       string `json:"form-id"`
}

// UnmarshalJSON takes names with dashes and with underscores.
func (t *translation) UnmarshalJSON(b []byte) error {
	var members map[string]any
	if err := json.Unmarshal(b, &members); err != nil {
		return err
	}
	for name, value := range members {
		text, isText := value.(string)
		switch jsonapi.Dashed(name) {
		case "name":
			t.Name = text
		case "language-code":
			t.LanguageCode = text
		case "form-id":
			t.FormID = text
		default:
			continue
		}
		if !isText {
			return fmt.Errorf("%s is no text", name)
		}
	}
	return nil
}

func checkTranslations(v any) string {
	text, _ := v.(string)
	var list []translation
	if err := json.Unmarshal([]byte(text), &list); err != nil || list == nil {
		return "Invalid type: want a list of translations."
	}
	for _, t := range list {
		if t.Name == "" || t.LanguageCode == "" {
			return "Translations need a name and a language-code."
		}
	}
	return ""
}

// translateField stores the translations that a request gives in the place of the old ones.
func translateField(c *engine.Change) error {
	given, ok := c.Values["translations"]
	if !ok {
		return nil
	}
	text, _ := given.(string)
	var list []translation
	if text != "" {
		if err := json.Unmarshal([]byte(text), &list); err != nil {
			return fmt.Errorf("read translations: %w", err)
		}
	}
	_, err := c.DB.Exec(c.Context, "DELETE FROM custom_form_translates WHERE custom_form_id = $1::bigint", c.ID)
	for _, t := range list {
		if err == nil {
			_, err = c.DB.Exec(c.Context, `INSERT INTO custom_form_translates (custom_form_id, name, language_code, form_id)
				VALUES ($1::bigint, $2::text, $3::text, $4::text)`, c.ID, t.Name, t.LanguageCode, t.FormID)
		}
	}
	if err != nil {
		return fmt.Errorf("store translations of field %d: %w", c.ID, err)
	}
	return nil
}

// nameField says whether a field is complex, and names one that the server knows. Others are called what
// the organizers call them.
func nameField(c *engine.Change) error {
	field := c.Text("field-identifier")
	known := slices.Contains(knownFields(c.Text("form")), field)
	c.Values["is-complex"] = !known
	switch {
	case known:
		c.Values["name"] = label(field)
	case c.Text("name") == "":
		c.Values["name"] = field
	}
	return nil
}

// knownFields are the identifiers of the fields that a form has without being asked.
func knownFields(form string) []string {
	links := []string{"website", "facebook", "twitter", "github", "linkedin", "instagram"}
	switch form {
	case "session":
		return append(links, "title", "subtitle", "shortAbstract", "longAbstract", "comments", "track", "sessionType",
			"language", "level", "slides", "slidesUrl", "videoUrl", "audioUrl", "gitlab", "mastodon")
	case "speaker":
		return append(links, "name", "email", "photoUrl", "organisation", "position", "address", "city", "country",
			"shortBiography", "longBiography", "speakingExperience", "sponsorshipRequired", "gender", "heardFrom", "mobile", "mastodon")
	case "attendee":
		return append(links, "firstname", "lastname", "email", "address", "city", "state", "country", "jobTitle", "company",
			"phone", "workPhone", "workAddress", "homeAddress", "billingAddress", "shippingAddress", "taxBusinessInfo", "blog",
			"gender", "ageGroup", "birthDate", "nativeLanguage", "fluentLanguage", "homeWiki", "wikiScholarship",
			"acceptVideoRecording", "acceptShareDetails", "acceptReceiveEmails", "consentOfPhoto", "consentOfEmail", "consentOfRefundPolicy")
	}
	return nil
}

// label is the name of a known field: that of slidesUrl is "Slides URL".
func label(field string) string {
	if field == "firstname" || field == "lastname" {
		return strings.ToUpper(field[:1]) + field[1:len(field)-4] + " Name"
	}
	var b strings.Builder
	for i, c := range field {
		switch {
		case i == 0:
			c = unicode.ToUpper(c)
		case unicode.IsUpper(c):
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return strings.ReplaceAll(b.String(), "Url", "URL")
}

func notBlank(v any) string {
	if text, _ := v.(string); strings.TrimSpace(text) == "" {
		return "Field may not be blank."
	}
	return ""
}
