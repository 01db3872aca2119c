// Package config knows what bailiff can be told, and reads it: from the command line, from bailiff.yml
// and from dredd.yml.
//
//	var args config.Arguments
//	args.Register(cmd.Flags(), func(config.Option) bool { return true })
//	// ... after the command line was taken apart:
//	s, err := config.Load(config.Source{Arguments: &args, Defaults: config.Defaults(), Dredd: true})
//	if err != nil {
//		return err // bailiff.yml:7:3: and what to do about it
//	}
//
// Every option stands once, as a row of Table. Defaults hold first, then what a file says, then what the
// command line does. Every mistake in a file is told with its place: a key that does not exist, a value of
// the wrong type, a declaration that cannot work.
//
// dredd.yml is read as Dredd 14 does, where what it does makes sense: unknown keys are kept, lists may be
// texts, and null is what is not said.
//
// The package decides nothing about runs: what settings mean is for the command line to hand on.
package config
