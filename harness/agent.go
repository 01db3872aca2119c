package harness

import (
	"cmp"
	"os"
	"runtime"
	"strings"
)

// System names the operating system, its release where that is known, and the architecture, in the words
// and the shape that Dredd has for them: "Linux 6.1.0; x64".
func System() string {
	system := map[string]string{"darwin": "Darwin", "linux": "Linux", "windows": "Windows_NT"}[runtime.GOOS]
	system = cmp.Or(system, runtime.GOOS)
	if release, err := os.ReadFile("/proc/sys/kernel/osrelease"); err == nil { // elsewhere it is left out
		system += " " + strings.TrimSpace(string(release))
	}
	arch := runtime.GOARCH
	if arch == "amd64" {
		arch = "x64"
	}
	return system + "; " + arch
}

// product is how requests name this program.
func product(version string) string { return "bailiff/" + cmp.Or(version, "dev") }

// userAgent is the header User-Agent of the requests that are tested, in the shape of Dredd's.
func userAgent(version string) string { return product(version) + " (" + System() + ")" }
