package server_test

import "testing"

func TestSpeakersCalls(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.place()
	token := f.admin()
	dates := func(starts, ends string) string {
		return create("speakers-call", `"announcement": "Come", "starts-at": "`+starts+`T00:00:00Z", "ends-at": "`+ends+`T00:00:00Z"`)
	}
	f.post("/v1/speakers-calls", token, dates("2017-03-01", "2017-02-01")).fails(422, unprocessable, "/data/attributes/ends-at", "ends-at should be after starts-at")
	f.post("/v1/speakers-calls", token, dates("2017-03-01", "2099-12-20")).fails(403, forbidden, "/data/attributes/ends-at", "Speakers Call should end before the event starts")
	f.post("/v1/speakers-calls", token, create("speakers-call", `"ends-at": "2017-02-01"`)).fails(422, invalid, "/data/attributes/starts-at", "Missing data for required field.")
	a := f.post("/v1/speakers-calls", token, dates("2017-01-01", "2017-02-01")).wants(201) // in the past, which is no matter
	id := a.at("data", "id").(string)
	f.post("/v1/speakers-calls", token, dates("2017-01-01", "2017-02-01")).fails(409, "Conflict", "/data/relationships/event", "Speakers Call already exists for this event")
	path := "/v1/speakers-calls/" + id
	patch := func(attributes string) *answer {
		return f.patch(path, token, `{"data": {"type": "speakers-call", "id": "`+id+`", "attributes": {`+attributes+`}}}`)
	}
	patch(`"privacy": "secret"`).fails(422, invalid, "/data/attributes/privacy", "Not a valid choice.")
	patch(`"soft-ends-at": "2018-01-01"`).fails(422, unprocessable, "/data/attributes/soft-ends-at", "soft-ends-at should be between starts-at and ends-at")
	patch(`"privacy": "private", "soft-ends-at": "2017-01-15"`).wants(200)
	f.get("/v1/events/1/speakers-call").wants(200)
	f.do(call{method: "DELETE", path: "/v1/events/1/speakers-call", token: token}).wants(200)
	f.get("/v1/events/1/speakers-call").fails(404, notFound, "", "Object Not Found")
	f.post("/v1/speakers-calls", token, dates("2017-01-01", "2017-02-01")).wants(201) // there is none any more
	patch(`"deleted-at": null`).wants(409)
	f.get("/v1/speakers-calls").wants(405)
}
