package migrations

// Check with other files, and the parts of it that are worth a look of their own.
var (
	CheckFiles = check
	Definition = definition
	LineOf     = lineOf
)
