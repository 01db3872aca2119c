package postgres_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/testcontainers/testcontainers-go"
	tclog "github.com/testcontainers/testcontainers-go/log"
	module "github.com/testcontainers/testcontainers-go/modules/postgres"

	"github.com/bailiff-dev/bailiff/harness/postgres"
)

// TestImage: testcontainers' own module, which was written for the official image, works with the one of make
// postgres-image. It sets the environment that plain testcontainers needs here, so it is not parallel.
func TestImage(t *testing.T) {
	postgres.MustPostgresImage(t)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	t.Setenv("TESTCONTAINERS_RYUK_DISABLED", "true")
	if os.Getenv("TESTCONTAINERS_HOST_OVERRIDE") == "" {
		t.Setenv("TESTCONTAINERS_HOST_OVERRIDE", "127.0.0.1")
	}
	scripts := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(scripts, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	tclog.SetDefault(tclog.TestLogger(t))
	server, err := module.Run(ctx, "bailiff-postgres",
		module.WithDatabase(`it's "one"`), module.WithUsername("some user"), module.WithPassword("pass$word'"),
		module.WithInitScripts(
			write("1.sql", "CREATE TABLE made (by text);\nINSERT INTO made VALUES ('sql');\n"),
			write("2.sh", "#!/bin/sh\nset -e\npsql -v ON_ERROR_STOP=1 --username \"$POSTGRES_USER\" --dbname \"$POSTGRES_DB\" "+
				"-c \"INSERT INTO made VALUES ('sh')\"\n"),
			write("3.txt", "not for us"),
		),
		module.BasicWaitStrategies(),
		testcontainers.WithEnv(map[string]string{"POSTGRES_INITDB_ARGS": "--data-checksums --no-sync"}),
		testcontainers.WithTmpfs(map[string]string{"/var/lib/postgresql/data": "rw"}),
	)
	testcontainers.CleanupContainer(t, server)
	require.NoError(t, err)
	endpoint, err := server.PortEndpoint(ctx, "5432/tcp", "")
	require.NoError(t, err)
	config, err := pgx.ParseConfig("postgres://" + endpoint + "/?sslmode=disable")
	require.NoError(t, err)
	config.User, config.Password, config.Database = "some user", "pass$word'", `it's "one"`
	conn, err := pgx.ConnectConfig(ctx, config)
	require.NoError(t, err)
	var made []string
	var fsync, checksums, encoding string
	require.NoError(t, conn.QueryRow(ctx, "SELECT array_agg(by ORDER BY by) FROM made").Scan(&made))
	require.NoError(t, conn.QueryRow(ctx, "SELECT current_setting('fsync'), current_setting('data_checksums'), current_setting('server_encoding')").
		Scan(&fsync, &checksums, &encoding))
	require.NoError(t, conn.Close(ctx))
	assert.Equal(t, []string{"sh", "sql"}, made)
	assert.Equal(t, []string{"off", "on", "UTF8"}, []string{fsync, checksums, encoding})

	config.Password = "wrong"
	_, err = pgx.ConnectConfig(ctx, config)
	require.ErrorContains(t, err, "28P01")

	refused, err := exec.CommandContext(ctx, "docker", "run", "--rm", "bailiff-postgres").CombinedOutput()
	require.Error(t, err)
	assert.Contains(t, string(refused), "set POSTGRES_PASSWORD")
}
