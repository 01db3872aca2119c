package postgres_test

import (
	"context"
	"fmt"
	"log"
	"testing/fstest"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/bailiff-dev/bailiff/harness/postgres"
)

// Two cases, each of which finds the database as the migrations left it.
func Example() {
	ctx := context.Background()
	migrations := fstest.MapFS{"1_topics.sql": {Data: []byte(`-- +goose Up
CREATE TABLE topics (id serial PRIMARY KEY, name text);
`)}}
	server, err := postgres.Open(ctx, postgres.Config{Migrator: postgres.Goose(migrations)})
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()
	worker, err := server.Worker(ctx)
	if err != nil {
		log.Fatal(err)
	}
	defer worker.Close()
	for range 2 {
		c, err := worker.Begin(ctx)
		if err != nil {
			log.Fatal(err)
		}
		var id int
		err = c.DB().QueryRow(ctx, "INSERT INTO topics (name) VALUES ('travel') RETURNING id").Scan(&id)
		fmt.Println(id, err, c.End())
	}
}

// A case that commits: another connection of the pool sees what the first one wrote, and the next case does not.
func ExampleWorker_delete() {
	ctx := context.Background()
	migrations := fstest.MapFS{"1_topics.sql": {Data: []byte(`-- +goose Up
CREATE TABLE topics (id serial PRIMARY KEY, name text);
`)}}
	server, err := postgres.Open(ctx, postgres.Config{Migrator: postgres.Goose(migrations), Isolation: postgres.IsolationDelete})
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()
	worker, err := server.Worker(ctx)
	if err != nil {
		log.Fatal(err)
	}
	defer worker.Close()
	for range 2 {
		c, err := worker.Begin(ctx)
		if err != nil {
			log.Fatal(err)
		}
		pool := c.DB().(*pgxpool.Pool)
		other, err := pool.Acquire(ctx)
		if err != nil {
			log.Fatal(err)
		}
		var count int
		_, err = pool.Exec(ctx, "INSERT INTO topics (name) VALUES ('travel')")
		fmt.Println(err, other.QueryRow(ctx, "SELECT count(*) FROM topics").Scan(&count), count)
		other.Release()
		fmt.Println(c.End())
	}
}
