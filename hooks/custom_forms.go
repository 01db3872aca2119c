package hooks

import (
	"fmt"

	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

// biography is the field that the documentation shows, one that the API knows.
func biography() *factories.CustomForm {
	return &factories.CustomForm{
		FieldIdentifier: "shortBiography", Form: "speaker", Type: "paragraph", Name: "Short Biography",
		IsRequired: new(true), IsIncluded: new(true),
		Event: harbour(),
	}
}

// diet is a field that the organizers made up.
func diet() *factories.CustomForm {
	return &factories.CustomForm{
		FieldIdentifier: "diet", Form: "attendee", Type: "select", Name: "What do you eat?",
		Description: new("There is soup."), IsIncluded: new(true), IsAllowEdit: new(true), IsComplex: new(true),
		Position: 3, FormID: new("dinner"), MainLanguage: new("en"),
		Event: harbour(),
	}
}

// translated is the name of a field in Portuguese.
func translated(field *factories.CustomForm) *factories.CustomFormTranslate {
	return &factories.CustomFormTranslate{CustomForm: field, Name: "O que come?", LanguageCode: "pt", FormID: "dinner"}
}

// unpublished is a field of a draft.
func unpublished() *factories.CustomForm {
	field := biography()
	field.Event.State = new("draft")
	return field
}

func customForms(r *hook.Registry, s *session) {
	createForms(r, s)
	formDetails(r, s)
	formsOfEvents(r, s)
	moveForms(r, s)
	r.Before("Events > Get Event for a Custom Form > Event Details for a Custom Form", seed(biography()))
	r.Permissions("Custom Forms", func(c *hook.Case, s *hook.Situation) error {
		event := eventOf(s)
		return stage(c, s, event, &factories.CustomForm{Event: event})
	})
}

func createForms(r *hook.Registry, s *session) {
	const collection = "Custom Forms > Custom Form Collection > "
	r.Before(collection+"Create Custom Form", seed(harbour()))
	r.Before(collection+"Refused Custom Forms > Example 1", seed(biography()))
	for i := range 9 {
		r.Before(fmt.Sprintf("%sRefused Custom Forms > Example %d", collection, i+2), seed(harbour()))
	}
	r.Before(collection+"Refused Custom Forms > Example 11", s.member("registrar", harbour()))
	r.Before(collection+"Refused Custom Forms > Example 12", s.stranger(harbour()))
	r.Before(collection+"Refused Custom Forms > Example 13", sequence(seed(harbour()), anonymous))

	const post = "Custom Forms > Custom Form Post Collection > "
	r.Before(post+"Create Custom Form of an Event", s.member("coorganizer", harbour()))
	r.Before(post+"Refused Custom Forms of an Event > Example 1", s.member("moderator", harbour()))
	r.Before(post+"Refused Custom Forms of an Event > Example 2", seed(harbour()))
}

func formDetails(r *hook.Registry, s *session) {
	const details = "Custom Forms > Custom Form Detail > "
	field, longer := biography(), biography()
	longer.FieldIdentifier, longer.Event = "longBiography", field.Event
	r.Before(details+"Custom Form Detail", seed(field))
	r.Before(details+"Custom Form of a Draft > Example 1", s.stranger(unpublished()))
	r.Before(details+"Custom Form of a Draft > Example 2", sequence(seed(unpublished()), anonymous))

	r.Before(details+"Update Custom Form", seed(field))
	r.Before(details+"Translate Custom Form", seed(translated(diet())))
	examples(r, details+"Refused Updates of a Custom Form", 5, seed(field, longer))
	r.Before(details+"Refused Updates of a Custom Form > Example 6", s.member("moderator", field))
	r.Before(details+"Refused Updates of a Custom Form > Example 7", s.stranger(unpublished()))
	r.Before(details+"Refused Updates of a Custom Form > Example 8", sequence(seed(field), anonymous))

	r.Before(details+"Delete Custom Form", seed(field))
	r.Before(details+"Refused Deletions of a Custom Form > Example 1", s.stranger(field))
	r.Before(details+"Refused Deletions of a Custom Form > Example 2", sequence(seed(field), anonymous))
	r.Before("Custom Forms > Unknown Custom Form > Unknown Custom Form", seed(field))
}

func formsOfEvents(r *hook.Registry, s *session) {
	const list = "Custom Forms > Event Custom Form Collection > "
	field, made := biography(), diet()
	made.Event = field.Event
	both := []factories.Row{field, translated(made), &factories.CustomForm{}} // the last is of another event
	r.Before(list+"List All Custom Forms for an Event", s.stranger(both...))
	r.Before(list+"List the Fields of One Form", seed(both...))
	r.Before(list+"Refused Lists of Custom Forms > Example 1", sequence(seed(field), anonymous))
	r.Before(list+"Refused Lists of Custom Forms > Example 2", s.stranger(unpublished()))
	r.Before(list+"List Custom Forms by an Unknown Attribute", seed(field))

	const one = "Custom Forms > Event Custom Form Collection of One Form > "
	r.Before(one+"List Custom Forms of One Form", seed(both...))
	r.Before(one+"List Custom Forms of One Form as Nobody", sequence(seed(both...), anonymous))
}

func moveForms(r *hook.Registry, s *session) {
	const link = "Custom Forms > Relationship of a Custom Form to its Event > "
	published := &factories.EventBasic{State: new("published")}
	taken := biography()
	taken.Event = published
	r.Before(link+"Event Linkage of a Custom Form", seed(biography()))
	r.Before(link+"Move Custom Form to Another Event", seed(biography(), published))
	r.Before(link+"Refused Moves of a Custom Form > Example 1", seed(biography(), taken))
	r.Before(link+"Refused Moves of a Custom Form > Example 2", s.member("coorganizer", biography(), published))
}
