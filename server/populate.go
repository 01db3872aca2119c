package server

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// seeds are what a site starts with. Each adds what is missing, and changes nothing that is there. Roles and
// services are referred to by their names, and so come first.
func seeds() []string {
	return []string{
		`INSERT INTO roles (name, title_name) VALUES ('owner', 'Owner'), ('organizer', 'Organizer'),
			('coorganizer', 'Co-organizer'), ('track_organizer', 'Track Organizer'), ('moderator', 'Moderator'),
			('registrar', 'Registrar') ON CONFLICT (name) DO NOTHING`,
		`INSERT INTO services (name) VALUES ('track'), ('session'), ('speaker'), ('sponsor'), ('microlocation')
			ON CONFLICT (name) DO NOTHING`,
		// Owners and organizers may do everything, track organizers with tracks too; co-organizers change what
		// is there, and the others read.
		`INSERT INTO permissions (role_id, service_id, can_create, can_read, can_update, can_delete)
			SELECT r.id, s.id, whole.granted, true, whole.granted OR r.name = 'coorganizer', whole.granted
			FROM roles r CROSS JOIN services s CROSS JOIN LATERAL (SELECT r.name IN ('owner', 'organizer')
				OR (r.name = 'track_organizer' AND s.name = 'track') AS granted) whole
			WHERE r.name IN ('owner', 'organizer', 'coorganizer', 'track_organizer', 'moderator', 'registrar')
			ORDER BY r.id, s.id ON CONFLICT (role_id, service_id) DO NOTHING`,
		`INSERT INTO custom_sys_roles (name) VALUES ('Sales Admin'), ('Marketer') ON CONFLICT (name) DO NOTHING`,
		`WITH panels AS (INSERT INTO panel_permissions (panel_name) SELECT p.name
			FROM unnest(ARRAY['sales', 'admin', 'events', 'sessions', 'users', 'permissions', 'messages', 'reports', 'settings', 'content'])
				WITH ORDINALITY p (name, position)
			WHERE NOT EXISTS (SELECT 1 FROM panel_permissions o WHERE o.panel_name = p.name)
			ORDER BY p.position RETURNING id, panel_name)
			INSERT INTO roles_panels (role_id, panel_permission_id) SELECT c.id, p.id FROM custom_sys_roles c, panels p
			WHERE c.name IN ('Sales Admin', 'Marketer') AND p.panel_name = 'sales'`,
		`INSERT INTO user_permissions (name, description, unverified_user, anonymous_user)
			VALUES ('publish_event', 'Publish an event, so that it is listed', false, false),
			('create_event', 'Create an event', true, false) ON CONFLICT (name) DO NOTHING`,
		`INSERT INTO settings (id) VALUES (1) ON CONFLICT (id) DO NOTHING`,
	}
}

// Populate adds what a site starts with to a database: the roles in events with their permissions, the roles
// of the system with their panels, the permissions of users, and the settings. What is there already stays
// as it is, so it may run again. It adds all or nothing.
func Populate(ctx context.Context, db DB) error {
	err := pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		for _, seed := range seeds() {
			if _, err := tx.Exec(ctx, seed); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("populate database: %w", err)
	}
	return nil
}
