package server

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
)

// defaultComplexFields is how many fields of their own the organizers of an event may have in a form,
// as long as the settings do not say otherwise.
const defaultComplexFields = 30

// checkFlat wants an object whose members are values, no objects or lists.
func checkFlat(v any) string {
	var members map[string]any
	text, _ := v.(string)
	if err := json.Unmarshal([]byte(text), &members); err != nil || members == nil {
		return "Invalid type: want an object."
	}
	for name, value := range members {
		switch value.(type) {
		case map[string]any, []any:
			return fmt.Sprintf("Only flat JSON is allowed: %s is no plain value.", name)
		}
	}
	return ""
}

// checkForm holds what a request fills in against the custom form of the event: the fields that the form
// requires must be there in a new object, and must not be emptied in an old one.
func checkForm(c *engine.Change, form string) error {
	own := map[string]any{}
	if text, _ := c.Will("complex-field-values").(string); text != "" {
		if err := json.Unmarshal([]byte(text), &own); err != nil {
			return fmt.Errorf("read complex-field-values: %w", err)
		}
	}
	_, setsOwn := c.Values["complex-field-values"]
	if setsOwn {
		if err := checkOwnFields(c, len(own)); err != nil {
			return err
		}
	}
	required, err := requiredFields(c, form)
	if err != nil {
		return err
	}
	var missing []string
	for _, f := range required {
		name := fieldName(f.identifier)
		_, sets := c.Values[name]
		value := c.Will(name)
		if f.complex {
			value, sets = own[f.identifier], setsOwn
		}
		if (c.ID == 0 || sets) && isEmpty(value) {
			missing = append(missing, f.identifier)
		}
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		return jsonapi.Unprocessable("/data/attributes", fmt.Sprintf("Missing required fields ['%s']", strings.Join(missing, "', '")))
	}
	return nil
}

func checkOwnFields(c *engine.Change, count int) error {
	limit := defaultComplexFields
	err := c.DB.QueryRow(c.Context, "SELECT coalesce((SELECT max_complex_custom_fields FROM settings WHERE id = 1), $1::int)", limit).Scan(&limit)
	if err != nil {
		return fmt.Errorf("look up the number of custom fields: %w", err)
	}
	if count > limit {
		return jsonapi.Unprocessable("/data/attributes/complex-field-values",
			fmt.Sprintf("A maximum of %d complex custom form fields are currently supported", limit))
	}
	return nil
}

type requiredField struct {
	identifier string
	complex    bool
}

func requiredFields(c *engine.Change, form string) (fields []requiredField, err error) {
	rows, err := c.DB.Query(c.Context, `SELECT field_identifier, is_complex FROM custom_forms
		WHERE event_id = $1::bigint AND form = $2::text AND is_required AND is_included`, c.Will("event"), form)
	if err == nil {
		defer rows.Close()
		for rows.Next() && err == nil {
			var f requiredField
			err = rows.Scan(&f.identifier, &f.complex)
			fields = append(fields, f)
		}
	}
	if err == nil {
		err = rows.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("look up the form of event %v: %w", c.Will("event"), err)
	}
	return fields, nil
}

// fieldName is the attribute or relationship of a known field: slides-url for slidesUrl.
func fieldName(identifier string) string {
	var b strings.Builder
	for _, c := range identifier {
		if unicode.IsUpper(c) {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}

func isEmpty(v any) bool {
	text, isText := v.(string)
	return v == nil || (isText && strings.TrimSpace(text) == "")
}
