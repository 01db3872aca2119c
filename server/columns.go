package server

import (
	"slices"

	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/migrations"
)

// Columns are all tables and columns that the server reads or writes: those of the declared resources, and those
// that handlers name in SQL of their own. Each table comes once, with the model that a person knows it by.
func (s *Server) Columns() []migrations.Table { return slices.Clone(s.columns()) }

// gatherColumns makes what Columns returns.
func (s *Server) gatherColumns() []migrations.Table {
	var tables []migrations.Table
	at := map[string]int{}
	add := func(t migrations.Table) {
		i, known := at[t.Name]
		if !known {
			i = len(tables)
			at[t.Name] = i
			tables = append(tables, migrations.Table{Model: t.Model, Name: t.Name})
		}
		tables[i].Columns = append(tables[i].Columns, t.Columns...)
	}
	declared := s.engine.Columns()
	owners := map[string]bool{}
	for _, r := range s.engine.Resources() {
		owners[r.Table] = true
	}
	// Tables of resources come first, so that they have the name of the resource.
	for _, c := range slices.Concat(
		slices.DeleteFunc(slices.Clone(declared), func(c engine.Columns) bool { return !owners[c.Table] }),
		slices.DeleteFunc(slices.Clone(declared), func(c engine.Columns) bool { return owners[c.Table] }),
	) {
		model := c.Table
		if owners[c.Table] {
			model = engine.Model(c.Type)
		}
		add(migrations.Table{Model: model, Name: c.Table, Columns: c.Names})
	}
	for _, t := range plainTables() {
		add(t)
	}
	for i := range tables {
		slices.Sort(tables[i].Columns)
		tables[i].Columns = slices.Compact(tables[i].Columns)
	}
	return tables
}

// plainTables are what handlers name in SQL, and no resource declares. A test holds it against the tables that
// there are.
func plainTables() []migrations.Table {
	return []migrations.Table{
		{Model: "User", Name: "users", Columns: []string{
			"password", "reset_password", "reset_password_expires_at", "last_accessed_at", "is_blocked", "is_verified",
		}},
		{Model: "CustomFormTranslate", Name: "custom_form_translates", Columns: []string{
			"id", "custom_form_id", "name", "language_code", "form_id",
		}},
		{Model: "SessionsSpeakersLink", Name: "sessions_speakers_links", Columns: []string{
			"id", "event_id", "session_id", "speaker_id", "session_state", "deleted_at",
		}},
		{Model: "UserTokenBlackListTime", Name: "user_token_blacklist_time", Columns: []string{"id", "user_id", "blacklisted_at"}},
		{Model: "RevokedToken", Name: "revoked_tokens", Columns: []string{"id", "expires_at"}},
		{Model: "Mail", Name: "mails", Columns: []string{"id", "recipient", "action", "subject", "message", "created_at"}},
		{Model: "RateLimitHit", Name: "rate_limit_hits", Columns: []string{"id", "action", "caller", "hit_at"}},
		{Model: "Task", Name: "tasks", Columns: []string{
			"id", "user_id", "event_id", "kind", "job_id", "state", "error", "created_at", "finished_at", "expires_at",
		}},
		{Model: "TaskResult", Name: "task_results", Columns: []string{"task_id", "file_name", "media_type", "size"}},
		{Model: "TaskResultPart", Name: "task_result_parts", Columns: []string{"task_id", "number", "content"}},
		{Model: "WorkerHeartbeat", Name: "worker_heartbeats", Columns: []string{
			"id", "hostname", "started_at", "seen_at", "expires_at",
		}},
		{Model: "LaboratoryUser", Name: "laboratory_users", Columns: []string{"id", "name", "email", "password", "created_at"}},
		{Model: "LaboratorySession", Name: "laboratory_sessions", Columns: []string{"id", "token_hash", "user_id", "expires_at"}},
	}
}
