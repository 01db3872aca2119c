package hooks

import (
	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

func services(r *hook.Registry, s *session) {
	track := &factories.Service{Name: "track"}
	speaker := &factories.Service{Name: "speaker"}

	r.Permissions("Services", stored(track))

	const collection = "Services > Services Collection > "
	r.Before(collection+"List Services", seed(track, speaker))
	exampleHooks(r, collection+"Refused Lists of Services", s.stranger(track), anonymous)

	const details = "Services > Services Details > "
	r.Before(details+"Get Service Details", seed(track))
	r.Before(details+"Update Service", seed(track))
	exampleHooks(r, details+"Refused Updates of a Service",
		seed(track), seed(track), seed(track, speaker), seed(track), seed(), s.stranger(track), anonymous)

	const tags = "Services > Services by their Entity Tags > "
	examples(r, tags+"Service that May Have Changed", 2, seed(track))
	r.Before(tags+"Update Service Unless it Has Changed", seed(track))
}
