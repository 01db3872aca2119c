package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// lockFile is a package-lock.json of version 3, as npm documents it.
type lockFile struct {
	LockfileVersion int                    `json:"lockfileVersion"`
	Packages        map[string]lockPackage `json:"packages"`
}

type lockPackage struct {
	Version   string `json:"version"`
	Integrity string `json:"integrity"`
	Link      bool   `json:"link"`
	Bundled   bool   `json:"inBundle"` // it came inside of another, and is covered by that one's hash
	needs
}

// needs are what a package requires, by names: the versions that it wants.
type needs struct {
	Dependencies map[string]string `json:"dependencies"`
	Optional     map[string]string `json:"optionalDependencies"`
	Development  map[string]string `json:"devDependencies"`
	Peers        map[string]string `json:"peerDependencies"`
}

// all are the needs of all kinds.
func (n needs) all() map[string]string {
	wanted := map[string]string{}
	for _, group := range []map[string]string{n.Peers, n.Development, n.Dependencies, n.Optional} {
		maps.Copy(wanted, group)
	}
	return wanted
}

// exactVersion is a version, and no range, tag or place.
var exactVersion = regexp.MustCompile(`^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`)

// npmPackages lists the packages that a package-lock.json pins, which must be those that the package.json beside it
// wants.
func npmPackages(path string) ([]requirement, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var lock lockFile
	if err := json.Unmarshal(text, &lock); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if lock.LockfileVersion != 3 {
		return nil, fmt.Errorf("%s has version %d, and 3 is read: write it with npm 9 or newer", path, lock.LockfileVersion)
	}
	if err := wantedVersions(filepath.Join(filepath.Dir(path), "package.json"), lock); err != nil {
		return nil, err
	}
	via := dependants(lock)
	seen := map[string]*requirement{}
	for place, p := range lock.Packages {
		if place == "" {
			continue
		}
		if !strings.HasPrefix(p.Integrity, "sha512-") && (p.Integrity != "" || !p.Bundled) || p.Link {
			return nil, fmt.Errorf("%s:%d: %s has no integrity hash: take the package from the registry", path, line(text, place), place)
		}
		key := nameOf(place) + "==" + p.Version
		if seen[key] == nil {
			seen[key] = &requirement{name: nameOf(place), version: p.Version}
		}
		seen[key].via = append(seen[key].via, via[place]...)
	}
	var list []requirement
	for _, r := range seen {
		list = append(list, *r)
	}
	return list, nil
}

// nameOf is the name of the package at a place such as node_modules/a/node_modules/@b/c.
func nameOf(place string) string {
	const folder = "node_modules/"
	return place[strings.LastIndex(place, folder)+len(folder):]
}

// line is the line, from 1, on which a JSON text has a key or a name first; 0 if it has not.
func line(text []byte, name string) int {
	before, _, found := bytes.Cut(text, []byte(`"`+name+`":`))
	if !found {
		return 0
	}
	return 1 + bytes.Count(before, []byte("\n"))
}

// wantedVersions holds a package.json against its lock: each direct need names one version, and that is locked.
func wantedVersions(path string, lock lockFile) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var direct needs
	if err := json.Unmarshal(text, &direct); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	wanted, locked := direct.all(), lock.Packages[""].all()
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		version, at := wanted[name], fmt.Sprintf("%s:%d: %s is wanted as %q", path, line(text, name), name, wanted[name])
		if !exactVersion.MatchString(version) {
			return fmt.Errorf("%s: pin one version", at)
		}
		if got := lock.Packages["node_modules/"+name].Version; locked[name] != version || got != version {
			return fmt.Errorf("%s, and package-lock.json has %q: run npm install --package-lock-only --ignore-scripts", at, cmp.Or(got, locked[name]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(locked)) {
		if _, ok := wanted[name]; !ok {
			return fmt.Errorf("%s: package-lock.json has %s, which nobody wants: run npm install --package-lock-only --ignore-scripts", path, name)
		}
	}
	return nil
}

// dependants tells for each place which packages require what is there.
func dependants(lock lockFile) map[string][]string {
	via := map[string][]string{}
	for place, p := range lock.Packages {
		if place == "" {
			continue
		}
		for name := range p.all() {
			if at := resolve(lock, place, name); at != "" {
				via[at] = append(via[at], nameOf(place))
			}
		}
	}
	return via
}

// resolve finds what a package gets when it requires a name: the nearest one, as Node looks for it. It is "" for an
// optional package of another platform.
func resolve(lock lockFile, from, name string) string {
	for {
		at := "node_modules/" + name
		if from != "" {
			at = from + "/" + at
		}
		if _, ok := lock.Packages[at]; ok {
			return at
		}
		if from == "" {
			return ""
		}
		up := strings.LastIndex(from, "/node_modules/")
		if up < 0 {
			from = ""
			continue
		}
		from = from[:up]
	}
}
