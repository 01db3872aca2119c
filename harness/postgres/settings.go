package postgres

import (
	"fmt"
	"strings"
)

// durability are the settings that guard data against a crash of the machine, which data of tests need not
// survive. All of them on, a clone takes a few times as long.
func durability() []string { return []string{"fsync", "synchronous_commit", "full_page_writes"} }

// advice is about settings that are not in force. The server told them: what a command line asked for can
// be overruled by a file, or by an image that ignores it. (The embedded launcher fails when that happens.)
func (d *admin) advice(p Provider) []string {
	var on []string
	for _, name := range durability() {
		if value := d.settings[name]; value != "off" {
			on = append(on, name+" is "+value)
		}
	}
	if len(on) == 0 {
		return nil
	}
	const off = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
	if p == ProviderURL {
		return []string{fmt.Sprintf("this server guards its data against a crash (%s), which makes clean databases slower: "+
			"where it is for tests alone, run it with %s", strings.Join(on, ", "), off)}
	}
	return []string{fmt.Sprintf("warning: %s, although the server was started with %s: its image or its configuration overrules that, "+
		"and clean databases are slower", strings.Join(on, ", "), off)}
}
