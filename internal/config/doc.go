// Package config reads the configuration file of bailiff, bailiff.yml: what a project always wants
// of its runs, so that it need not be said in flags.
//
//	file, err := config.Read("") // bailiff.yml of the working folder, if it is there
//	if err != nil {
//		return err // bailiff.yml:7:3: and what to do about it
//	}
//
// Every mistake is told with its place: a key that does not exist, a value of the wrong type, a
// declaration that cannot work. A new key is a row of a table in keys.go.
//
// The package does not know flags; which of the two wins is for the command line to say.
package config
