package factories

import (
	"fmt"
	"strings"
	"time"

	"github.com/brianvoe/gofakeit/v7"
)

// give sets a field that was not given. The value is made in either case, so that what else is made
// up does not depend on what was given.
func give[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// giveNew is give for a field that may be null.
func giveNew[T any](field **T, value T) {
	if *field == nil {
		*field = &value
	}
}

// hex8 is eight hexadecimal digits: enough to be the only one in its table.
func hex8(f *gofakeit.Faker) string { return fmt.Sprintf("%08x", f.Uint32()) }

// identifier is hex8 with a letter in it: the server takes digits alone for an id.
func identifier(f *gofakeit.Faker) string {
	for {
		if s := hex8(f); strings.ContainsAny(s, "abcdef") {
			return s
		}
	}
}

// email is an address below a domain that is reserved for examples (RFC 2606), and the only one in
// its table.
func email(f *gofakeit.Faker, first, last string) string {
	return strings.ToLower(first) + "." + strings.ToLower(last) + "." + hex8(f) + "@example.org"
}

// website is a URL on a host that is reserved for examples.
func website(f *gofakeit.Faker) string {
	return "https://" + word(f) + ".example.com/" + word(f)
}

// image is the URL of a picture.
func image(f *gofakeit.Faker) string {
	return "https://images.example.com/" + word(f) + "-" + hex8(f) + ".png"
}

// word is a noun of lower-case letters.
func word(f *gofakeit.Faker) string {
	return strings.Map(func(r rune) rune {
		if r < 'a' || r > 'z' {
			return -1
		}
		return r
	}, strings.ToLower(f.NounConcrete()))
}

// pastime is a name such as "Candle making".
func pastime(f *gofakeit.Faker) string { return capital(f.Hobby()) }

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// past is a moment of the years 2015 to 2024, far is one of 2099: whole seconds in UTC, and the same
// for a seed whenever it runs.
func past(f *gofakeit.Faker) time.Time { return moment(f, 2015, 10) }
func far(f *gofakeit.Faker) time.Time  { return moment(f, 2099, 1) }

func moment(f *gofakeit.Faker, year, years int) time.Time {
	start := time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC)
	end := start.AddDate(years, 0, 0)
	return start.Add(time.Duration(f.IntN(int(end.Sub(start)/time.Second))) * time.Second)
}

// slug is a name as it stands in URLs: "Travel & Outdoor" becomes "travel-outdoor".
func slug(name string) string {
	return strings.NewReplacer("& ", "", ",", "", "/", "-", " ", "-").Replace(strings.ToLower(name))
}
