package harness_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/internal/apib/drafter"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// beeOf is a description whose schema refers to a file.
func beeOf(ref string) string {
	return fmt.Sprintf(`FORMAT: 1A

# Bees

## Bee [/bees/1]

### View [GET]

+ Response 200 (application/json)
    + Schema

            {"$schema": "http://json-schema.org/draft-07/schema#", "$ref": %q}
`, ref)
}

const beeSchema = `{"properties": {
  "hive": {"$ref": "more/hive.yml#/hive"},
  "queen": {"$ref": "#"}
}}
`

// hiveSchema leads back to beeSchema, out of its own folder.
const hiveSchema = "hive:\n  properties:\n    id: {type: string}\n    first:\n      $ref: ../bee.json\n"

// needDrafter skips the test where there is no Drafter.
func needDrafter(t *testing.T) {
	t.Helper()
	if _, err := drafter.Parse([]byte("# A\n"), drafter.Options{}); errors.Is(err, drafter.ErrUnavailable) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
}

// writeFiles writes files into a new folder.
func writeFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		p := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(p), 0o755))
		require.NoError(t, os.WriteFile(p, []byte(text), 0o644))
	}
	return dir
}

func mapped(files map[string]string) fstest.MapFS {
	m := fstest.MapFS{}
	for name, text := range files {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

// judgeBee runs a description against a server with a bee that is in the wrong hive, and returns the
// findings, a line each. What it says of dir is left out.
func judgeBee(t *testing.T, cfg harness.Config, dir string) []string {
	t.Helper()
	cfg.Handler = func(postgres.DB) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"hive": {"id": 1, "first": {"queen": {"hive": {"id": 2}}}}}`)
		})
	}
	result, err := harness.Run(t.Context(), cfg)
	require.NoError(t, err)
	require.Len(t, result.Outcomes, 1)
	var found []string
	for _, f := range result.Outcomes[0].Findings {
		line := fmt.Sprintf("%s %s %s", f.ID, f.Pointer, f.At)
		if !strings.HasPrefix(f.ID, "body-") {
			line = fmt.Sprintf("%s %s: %s", f.ID, f.At, f.Message)
		}
		if dir != "" {
			line = strings.ReplaceAll(line, dir+string(filepath.Separator), "")
		}
		found = append(found, line)
	}
	return found
}

// inTheWrongHive is what is found when the files are read.
func inTheWrongHive(file string) []string {
	return []string{
		"body-schema-type /hive/first/queen/hive/id " + file + ":3",
		"body-schema-type /hive/id " + file + ":3",
	}
}

func TestSchemasReferToFiles(t *testing.T) {
	t.Parallel()
	needDrafter(t)
	files := map[string]string{
		"docs/bee.apib":                beeOf("schemas/bee.json"),
		"docs/schemas/bee.json":        beeSchema,
		"docs/schemas/more/hive.yml":   hiveSchema,
		"docs/up.apib":                 beeOf("../shared.json"),
		"docs/away.apib":               beeOf("../../shared.json"),
		"shared.json":                  `{"$ref": "docs/schemas/bee.json"}`,
		"docs/absolute.apib":           beeOf("/etc/passwd"),
		"docs/url.apib":                beeOf("file:///etc/passwd"),
		"docs/folder.apib":             beeOf("schemas"),
		"docs/itself.apib":             beeOf("./"),
		"docs/link.apib":               beeOf("link.json"),
		"docs/aside.apib":              beeOf("aside/shared.json"),
		"docs/missing.apib":            beeOf("schemas/wasp.json"),
		"docs/broken.apib":             beeOf("broken.json"),
		"docs/broken.json":             "{\n  \"type\": }\n",
		"docs/including.apib":          "FORMAT: 1A\n\n# Bees\n\n<!-- include(part/bee.apib) -->\n",
		"docs/part/bee.apib":           strings.TrimPrefix(beeOf("bee.json"), "FORMAT: 1A\n\n# Bees\n\n"),
		"docs/part/bee.json":           `{"$ref": "../schemas/bee.json"}`,
		"docs/including-schema.apib":   strings.Replace(beeOf(""), `{"$schema": "http://json-schema.org/draft-07/schema#", "$ref": ""}`, "<!-- include(schemas/bee.json) -->", 1),
		"docs/including-relative.apib": "FORMAT: 1A\n\n# Bees\n\n<!-- include(part/other.apib) -->\n",
		"docs/part/other.apib":         strings.TrimPrefix(beeOf("schemas/bee.json"), "FORMAT: 1A\n\n# Bees\n\n"),
	}
	dir := writeFiles(t, files)
	for target, name := range map[string]string{"../shared.json": "docs/link.json", "..": "docs/aside"} {
		require.NoError(t, os.Symlink(target, filepath.Join(dir, name)))
	}
	hive := filepath.Join("docs", "schemas", "more", "hive.yml")
	unresolved := func(file, message string) []string {
		return []string{"schema-reference-unresolved docs/" + file + ":12:68: " + message}
	}
	tests := []struct {
		file string
		want []string
	}{
		{"bee.apib", inTheWrongHive(hive)},
		{"including.apib", inTheWrongHive(hive)},
		{"including-schema.apib", inTheWrongHive(hive)},
		{"including-relative.apib", inTheWrongHive(hive)},
		{"up.apib", unresolved("up.apib", `The documented schema refers to "../shared.json": ../shared.json is outside the folder of the description, which nothing is read from; move the file into it.`)},
		{"absolute.apib", unresolved("absolute.apib", `The documented schema refers to "/etc/passwd": name the file by a path relative to the description, without a slash in front.`)},
		{"url.apib", unresolved("url.apib", `The documented schema refers to "file:///etc/passwd", which is a URL. Nothing is fetched: put the schema into a file beside the description and refer to that.`)},
		{"folder.apib", unresolved("folder.apib", `The documented schema refers to "schemas": docs/schemas is a folder; include a file.`)},
		{"itself.apib", unresolved("itself.apib", `The documented schema refers to "./": this is a folder; name a file in it.`)},
		{"link.apib", unresolved("link.apib", `The documented schema refers to "link.json": docs/link.json is a link that leads outside the folder of the description, which nothing is read from; put the file itself there.`)},
		{"aside.apib", unresolved("aside.apib", `The documented schema refers to "aside/shared.json": docs/aside/shared.json is a link that leads outside the folder of the description, which nothing is read from; put the file itself there.`)},
		{"missing.apib", unresolved("missing.apib", `The documented schema refers to "schemas/wasp.json": there is no file docs/schemas/wasp.json; correct the path, which is relative to this file.`)},
		{"broken.apib", []string{`schema-invalid docs/broken.json:2:11: The file docs/broken.json, which the documented schema refers to, is not JSON: unexpected '}' where a JSON value should stand at line 2, column 11.`}},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			t.Parallel()
			got := judgeBee(t, harness.Config{Descriptions: []string{filepath.Join(dir, "docs", tt.file)}, NoCache: true, Match: transaction.MatchStructure}, dir)
			assert.Equal(t, tt.want, got)
		})
	}
	t.Run("within an fs.FS", func(t *testing.T) {
		t.Parallel()
		cfg := harness.Config{FS: mapped(files), Dir: "embedded", NoCache: true, Match: transaction.MatchValue}
		for name, want := range map[string][]string{
			"docs/bee.apib": inTheWrongHive("embedded/docs/schemas/more/hive.yml"),
			"docs/up.apib":  inTheWrongHive("embedded/docs/schemas/more/hive.yml"), // the file system is the root
			"docs/away.apib": {
				`schema-reference-unresolved embedded/docs/away.apib:12:68: The documented schema refers to "../../shared.json": ../shared.json is outside the folder of the description, which nothing is read from; move the file into it.`,
			},
		} {
			cfg.Descriptions = []string{name}
			assert.Equal(t, want, judgeBee(t, cfg, ""), name)
		}
	})
}

// TestSchemasOfStandardInput is not parallel, since standard input is at home in the current folder.
func TestSchemasOfStandardInput(t *testing.T) {
	needDrafter(t)
	dir := writeFiles(t, map[string]string{
		"docs/schemas/bee.json":      "\uFEFF" + beeSchema,
		"docs/schemas/more/hive.yml": hiveSchema,
		"outside.json":               "{}",
	})
	t.Chdir(filepath.Join(dir, "docs"))
	require.NoError(t, os.Symlink("../outside.json", "link.json"))
	run := func(ref string, cfg harness.Config) []string {
		cfg.Descriptions, cfg.Stdin, cfg.NoCache = []string{"-"}, strings.NewReader(beeOf(ref)), true
		return judgeBee(t, cfg, "")
	}
	assert.Equal(t, inTheWrongHive("schemas/more/hive.yml"), run("schemas/bee.json", harness.Config{}))
	const what = "schema-reference-unresolved -:12:68: The documented schema refers to "
	assert.Equal(t, []string{what + `"../outside.json": ../outside.json is outside the current folder, which nothing is read from; move the file into it.`},
		run("../outside.json", harness.Config{}))
	assert.Equal(t, []string{what + `"wasp.json": there is no file wasp.json; correct the path, which is relative to the current folder.`},
		run("wasp.json", harness.Config{}))
	assert.Equal(t, []string{what + `"schemas": schemas cannot be read: it is not a regular file.`}, run("schemas", harness.Config{}))
	large, err := os.Create("large.json")
	require.NoError(t, err)
	require.NoError(t, large.Truncate(33<<20))
	require.NoError(t, large.Close())
	assert.Equal(t, []string{what + `"large.json": large.json cannot be read: it is larger than 32 MB.`}, run("large.json", harness.Config{}))
	got := run("link.json", harness.Config{})
	require.Len(t, got, 1)
	assert.Contains(t, got[0], `"link.json": link.json cannot be read: `)
	assert.Contains(t, got[0], "escapes")
}

// TestSchemasOfACompiledDescription reads the files anew when the description comes from the cache.
// It is not parallel, since it has a cache of its own.
func TestSchemasOfACompiledDescription(t *testing.T) {
	needDrafter(t)
	cache := t.TempDir()
	t.Setenv("BAILIFF_CACHE", cache)
	dir := writeFiles(t, map[string]string{
		"bee.apib": beeOf("bee.json"), "bee.json": beeSchema, "more/hive.yml": hiveSchema,
	})
	cfg := harness.Config{Descriptions: []string{filepath.Join(dir, "bee.apib")}, Match: transaction.MatchType}
	want := inTheWrongHive(filepath.Join("more", "hive.yml"))
	assert.Equal(t, want, judgeBee(t, cfg, dir))
	entries, err := filepath.Glob(filepath.Join(cache, "*", "*.result"))
	require.NoError(t, err)
	require.Len(t, entries, 1, "there is something to take it from")
	assert.Equal(t, want, judgeBee(t, cfg, dir))

	require.NoError(t, os.WriteFile(filepath.Join(dir, "more", "hive.yml"), []byte("hive: {required: [wax]}\n"), 0o644))
	assert.Equal(t, []string{"body-schema-required /hive/wax more/hive.yml:1"}, judgeBee(t, cfg, dir))
}
