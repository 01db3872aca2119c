package server_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/server"
)

// TestPopulate fills a database twice, the second time after a site has made changes of its own.
func TestPopulate(t *testing.T) {
	t.Parallel()
	f := setup(t)
	require.NoError(t, server.Populate(t.Context(), f.db))
	token := f.admin()
	count := func(path string) any { return f.get(path, token).wants(200).at("meta", "count") }
	sizes := map[string]float64{
		"/v1/roles": 6, "/v1/services": 5, "/v1/event-role-permissions": 30, "/v1/custom-system-roles": 2,
		"/v1/panel-permissions": 10, "/v1/user-permissions": 2,
	}
	for path, size := range sizes {
		assert.Equal(t, size, count(path), path)
	}
	assert.Equal(t, []string{"1", "2"}, f.get("/v1/panel-permissions/1/custom-system-roles", token).wants(200).ids("data"))
	assert.Empty(t, f.get("/v1/panel-permissions/2/custom-system-roles", token).wants(200).ids("data"))

	for role, want := range map[string]string{
		"owner": "5 5 5 5", "organizer": "5 5 5 5", "coorganizer": "0 5 5 0", "track_organizer": "1 5 1 1", "moderator": "0 5 0 0", "registrar": "0 5 0 0",
	} {
		var got string
		require.NoError(t, f.db.QueryRow(t.Context(), `SELECT concat_ws(' ', count(*) FILTER (WHERE can_create), count(*) FILTER (WHERE can_read),
			count(*) FILTER (WHERE can_update), count(*) FILTER (WHERE can_delete)) FROM permissions p JOIN roles r ON r.id = p.role_id WHERE r.name = $1`, role).Scan(&got))
		assert.Equal(t, want, got, role)
	}

	f.exec("UPDATE permissions SET can_read = false WHERE id = 1")
	f.exec("UPDATE settings SET app_name = 'Mine'")
	f.exec("DELETE FROM roles_panels")
	require.NoError(t, server.Populate(t.Context(), f.db))
	for path, size := range sizes {
		assert.Equal(t, size, count(path), path)
	}
	assert.Equal(t, false, f.get("/v1/event-role-permissions/1").wants(200).at("data", "attributes", "can-read"))
	assert.Equal(t, "Mine", f.get("/v1/settings").wants(200).at("data", "attributes", "app-name"))
	assert.Empty(t, f.get("/v1/panel-permissions/1/custom-system-roles", token).wants(200).ids("data"))
}
