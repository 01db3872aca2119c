package hooks

import (
	"time"

	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

// ada is the user that the documentation shows, user 2.
func ada() *factories.User {
	return &factories.User{
		Email:             "ada@example.org",
		FirstName:         new("Ada"),
		LastName:          new("Lovelace"),
		PublicName:        new("Countess of Lovelace"),
		Details:           new("Writes programs for machines that are yet to be built."),
		Contact:           new("+44 20 7946 0018"),
		Company:           new("Analytical Engines"),
		LanguagePrefrence: new("en"),
		AvatarURL:         new("https://images.example.com/ada.png"),
		TwitterURL:        new("https://social.example.com/ada"),
		IsProfilePublic:   new(true),
		CreatedAt:         time.Date(2024, time.December, 10, 9, 30, 0, 0, time.UTC),
	}
}

func users(r *hook.Registry, s *session) {
	r.Before("Users > Users Collection > List All Users", seed(ada()))
	r.Before("Users > Users Collection > Create User", vary(createdAt()))
	r.Before("Users > Users Collection > Refused Users > Example 3", seed(ada()))
	r.Before("Users > Users Collection > Refused Users > Example 6", anonymous)
	r.Before("Users > Users Collection > List Users without Rights > Example 1", s.as(factories.User{}))
	r.Before("Users > Users Collection > List Users without Rights > Example 2", anonymous)

	r.Before("Users > User Details > Get Details", seed(ada()))
	before := ada()
	before.FirstName, before.Details = new("Augusta"), new("Reads novels.")
	r.Before("Users > User Details > Update User", seed(before))
	r.Before("Users > User Details > Delete User", seed(ada()))
	r.Before("Users > User Details > Unknown User > Example 2", s.as(factories.User{}))
	const refused = "Users > User Details > Refused Updates of a User"
	examples(r, refused, 5, s.as(factories.User{}))
	r.Before(refused+" > Example 6", s.as(factories.User{}))
	r.Before(refused+" > Example 7", s.stale)
	r.Before(refused+" > Example 8", s.stranger(ada()))
	warden := ada()
	warden.IsSuperAdmin = new(true)
	ofWarden := sequence(seed(warden), s.as(factories.User{IsAdmin: new(true)}))
	r.Before(refused+" > Example 9", ofWarden)
	r.Before(refused+" > Example 10", ofWarden)
	former := ada()
	former.IsSuperAdmin, former.DeletedAt = new(true), new(time.Date(2025, time.January, 4, 8, 0, 0, 0, time.UTC))
	r.Before(refused+" > Example 11", sequence(seed(former), s.as(factories.User{IsAdmin: new(true)})))
	r.Before("Users > User Details > Refused Deletions of a User > Example 2", ofWarden)
	r.Before("Users > User Details > Refused Deletions of a User > Example 1", s.member("registrar", harbour()))

	r.Before("Users > Owner of an Event > Owner Details of an Event", seed(&factories.UsersEventsRoles{
		User: ada(), Event: harbour(), Role: &factories.Role{Name: "owner"},
	}))

	userParents(r, s)
	r.Before("Users > Relationship of a User to Events > Event Linkage of a User", seed(
		&factories.UsersEventsRoles{User: ada(), Event: harbour(), Role: &factories.Role{Name: "owner"}},
	))
	r.Before("Users > Relationship of a User to Events > Add Event to a User", seed(ada(), harbour()))
	r.Before("Users > Unknown Relationship of a User > Linkage of an Unknown Relationship", seed(ada()))

	r.Before("Users > Check if the email is available > Check if email is available", seed(ada()))
	r.Before("Users > Get User ID > Get User ID of Nobody", anonymous)
}

// userParents seeds what leads to a user.
func userParents(r *hook.Registry, s *session) {
	of := func(what string, row factories.Row) {
		r.Before("Users > Get User Details for "+what+" > Get User Details for "+what, seed(row))
	}
	of("a Notification", &factories.Notification{User: ada()})
	of("an Event Invoice", &factories.EventInvoice{User: ada()})
	speaker := &factories.Speaker{User: ada(), Event: harbour()}
	of("a Speaker", speaker)
	r.Before("Users > Get User Details for a Speaker > User Details of a Speaker without Rights", sequence(
		seed(speaker, &factories.SpeakersSessions{SpeakerID: 1, Session: &factories.Session{EventID: 1, State: new("accepted")}}),
		s.as(factories.User{}),
	))
	of("an Access Code", &factories.AccessCode{Marketer: ada()})
	of("an Email Notification", &factories.EmailNotification{User: ada()})
	of("a Discount Code", &factories.DiscountCode{Marketer: ada()})
	of("a Session", &factories.Session{Creator: ada()})
	// A role that is none of those that the flags of a user tell of.
	of("a Role in an Event", &factories.UsersEventsRoles{User: ada(), Role: &factories.Role{Name: "attendee"}})
}
