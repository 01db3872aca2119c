package hooks

import (
	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

func eventRolePermissions(r *hook.Registry, s *session) {
	organizer := &factories.Role{Name: "track_organizer", TitleName: new("Track Organizer")}
	tracks := &factories.EventRolePermission{
		Role: organizer, Service: &factories.Service{Name: "track"}, CanDelete: new(false),
	}
	moderator := &factories.EventRolePermission{CanCreate: new(false), CanUpdate: new(false), CanDelete: new(false)}
	speakers := &factories.EventRolePermission{Role: organizer}

	r.Permissions("Event Role Permission", stored(tracks))

	const collection = "Event Role Permission > Event Role Permission Collection > "
	r.Before(collection+"List Event Role Permissions", seed(tracks, moderator))
	r.Before(collection+"Filter Event Role Permissions", seed(tracks, moderator))
	exampleHooks(r, collection+"Refused Lists of Event Role Permissions", s.stranger(tracks), anonymous)

	const details = "Event Role Permission > Event Role Permission Details > "
	r.Before(details+"Get Event Role Permission Details", seed(tracks))
	r.Before(details+"Event Role Permission with its Role and Service", seed(tracks))
	r.Before(details+"Update Event Role Permission", seed(tracks))
	exampleHooks(r, details+"Refused Updates of an Event Role Permission",
		seed(tracks), seed(tracks), seed(tracks), seed(), s.stranger(tracks), anonymous)

	r.Before("Event Role Permission > Role of an Event Role Permission > Get Role of an Event Role Permission", seed(tracks))
	r.Before("Event Role Permission > Service of an Event Role Permission > Get Service of an Event Role Permission", seed(tracks))

	const link = "Event Role Permission > Relationship of an Event Role Permission to its Service > "
	r.Before(link+"Service Linkage of an Event Role Permission", seed(tracks))
	r.Before(link+"Give an Event Role Permission another Service", seed(tracks, &factories.Service{}))
	exampleHooks(r, link+"Services that an Event Role Permission Does Not Get",
		seed(tracks), seed(tracks), seed(tracks, speakers), seed(tracks), s.stranger(tracks, &factories.Service{}))
}
