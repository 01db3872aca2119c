package server_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/server/internal/engine"
)

// TestListsShowObjects compares each object of every list with the object itself: the one is written from
// what the database sends, the other from Go values.
func TestListsShowObjects(t *testing.T) {
	t.Parallel()
	f := setup(t)
	w := newWorld(f, 11)
	f.exec(`UPDATE events SET document_links = '[{"name": "ä \u0001 \"q\"", "link": "x"}]', latitude = -0.1, longitude = 1e-9, ends_at = '2099-12-14T10:00:00.000123Z',
		description = E'tab\t \\ " <p> & ü \x7f', starts_at = '1969-12-31T23:59:59.999999Z' WHERE id = 1`)
	f.exec(`UPDATE events SET starts_at = 'infinity', ends_at = '-infinity', latitude = 'NaN', longitude = '-Infinity' WHERE id = 2`)
	compared := 0
	for _, email := range []string{"", w.people[0].email, w.people[1].email, w.people[3].email} {
		token := ""
		if email != "" {
			token = f.login(email)
		}
		for _, r := range f.server.Resources() {
			if r.Singleton {
				continue
			}
			for _, path := range listsOf(f.server, r) {
				compared += f.compareList(t, r, path+"?page[size]=0", token)
				compared += f.compareList(t, r, path+"?fields["+r.Type+"]=id", token)
			}
		}
	}
	assert.Greater(t, compared, 500)
}

// compareList counts the objects that were compared.
func (f *fixture) compareList(t *testing.T, r engine.Resource, url, token string) (compared int) {
	t.Helper()
	_, query, _ := strings.Cut(url, "?")
	var list struct{ Data []json.RawMessage }
	a := f.probe(call{method: "GET", path: url, token: token})
	require.NoError(t, json.Unmarshal(a.Body.Bytes(), &list), "%s", a.Body)
	for _, object := range list.Data {
		var one struct {
			ID   string
			Data json.RawMessage
		}
		require.NoError(t, json.Unmarshal(object, &one))
		b := f.probe(call{method: "GET", path: "/v1/" + r.Path + "/" + one.ID + "?" + query, token: token})
		if b.Code != 200 { // who lists it need not see it alone
			continue
		}
		require.NoError(t, json.Unmarshal(b.Body.Bytes(), &one))
		require.Equal(t, string(one.Data), string(object), url)
		compared++
	}
	return compared
}
