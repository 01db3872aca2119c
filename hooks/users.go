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
	r.Before("Users > Users Collection > List Users without Rights", s.as(factories.User{}))

	r.Before("Users > User Details > Get Details", seed(ada()))
	before := ada()
	before.FirstName, before.Details = new("Augusta"), new("Reads novels.")
	r.Before("Users > User Details > Update User", seed(before))
	r.Before("Users > User Details > Delete User", seed(ada()))
	r.Before("Users > User Details > Update Somebody Else", s.as(factories.User{}))

	r.Before("Users > Owner of an Event > Owner Details of an Event", seed(&factories.UsersEventsRoles{
		User: ada(), Event: harbour(), Role: &factories.Role{Name: "owner"},
	}))

	r.Before("Users > Check if the email is available > Check if email is available", seed(ada()))
	r.Before("Users > Get User ID > Get User ID of Nobody", anonymous)
}
