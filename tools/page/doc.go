// Package page tests the page of the remote laboratory in a real Chromium: that people can use it, with the
// keyboard alone too, and that axe-core finds nothing that keeps anybody out.
//
//	go test -C tools ./page
//
// Chromium is that of the machine (Debian: apt-get install chromium); axe-core is pinned by package-lock.json. The
// server is bailiff serve, built from the checkout. The screenshots are written to the folder that
// BAILIFF_ARTIFACTS names.
package page
