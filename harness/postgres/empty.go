package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// noteTables returns where tools note which migrations were applied. Without the notes they would run them again,
// on tables that are there, and a server that compares them with what it needs would say that it is not well.
func noteTables() []string {
	return []string{
		"goose_db_version", "river_migration", // goose, and the tables of River
		"schema_migrations", "ar_internal_metadata", // golang-migrate, dbmate, Ecto, Rails
		"schema_version", "gorp_migrations", "bun_migrations", "bun_migration_locks", "atlas_schema_revisions", // others in Go
		"flyway_schema_history", "databasechangelog", "databasechangeloglock", // Flyway, Liquibase
		"alembic_version", "django_migrations", "aerich", "_yoyo_migration", "_yoyo_version", // in Python
		"_prisma_migrations", "knex_migrations", "knex_migrations_lock", "SequelizeMeta", "pgmigrations", "typeorm_metadata", // for Node
		"migrations", "phinxlog", "doctrine_migration_versions", // TypeORM and Laravel, Phinx, Doctrine
		"__EFMigrationsHistory", "__diesel_schema_migrations", "_sqlx_migrations", "seaql_migrations", // .NET, Rust
	}
}

// Empty deletes the rows of every table of the schema public and sets the sequences back, so that
// identifiers begin at 1. It is for a database that a server of another process stands on, where a
// transaction cannot be rolled back. What the migrations inserted is deleted too; the notes of which
// migrations were applied stay, in the tables that the tools for it use by default.
func Empty(ctx context.Context, db DB) error {
	rows, err := db.Query(ctx, `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL ($1)`, noteTables())
	if err != nil {
		return fmt.Errorf("postgres: list the tables: %w", err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("postgres: list the tables: %w", err)
	}
	if len(tables) == 0 {
		return nil
	}
	for i, t := range tables {
		tables[i] = pgx.Identifier{"public", t}.Sanitize()
	}
	if _, err := db.Exec(ctx, "TRUNCATE "+strings.Join(tables, ", ")+" RESTART IDENTITY CASCADE"); err != nil {
		return fmt.Errorf("postgres: empty the tables: %w", err)
	}
	return nil
}
