package factories_test

import (
	"testing"

	"github.com/brianvoe/gofakeit/v7"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/factories"
)

// TestOneEvent holds that what belongs together belongs to one event, whichever row it was given to.
func TestOneEvent(t *testing.T) {
	t.Parallel()
	db := setup(t)
	talk := &factories.SpeakersSessions{
		Session: &factories.Session{
			Track: &factories.Track{}, Microlocation: &factories.Microlocation{}, SessionType: &factories.SessionType{},
			Creator: &factories.User{},
		},
		Speaker: &factories.Speaker{User: &factories.User{}},
	}
	require.NoError(t, factories.Insert(t.Context(), db, gofakeit.New(1), talk))
	s := talk.Session
	assert.Equal(t, []int64{1, 1, 1, 1, 1}, []int64{s.EventID, s.Track.EventID, s.Microlocation.EventID, s.SessionType.EventID, talk.Speaker.EventID})
	assert.Equal(t, []int64{1, 2}, []int64{s.CreatorID, talk.Speaker.UserID})

	party := &factories.EventBasic{Name: "Party"}
	dance := &factories.Session{Track: &factories.Track{Event: party}}
	require.NoError(t, factories.Insert(t.Context(), db, gofakeit.New(2), dance))
	assert.Equal(t, int64(2), dance.EventID)
	assert.Equal(t, int64(2), dance.Track.EventID)
	assert.Same(t, party, dance.Event)
}

func TestNamesOfReferences(t *testing.T) {
	t.Parallel()
	invite := &factories.RoleInvite{Role: &factories.Role{Name: "moderator"}}
	link := &factories.SessionsSpeakersLink{Session: &factories.Session{State: new("pending")}}
	require.NoError(t, factories.Insert(t.Context(), setup(t), gofakeit.New(1), invite, link))
	assert.Equal(t, "moderator", invite.RoleName)
	assert.Equal(t, "pending", link.SessionState)
	assert.Equal(t, link.Session.EventID, link.Speaker.EventID)
}
