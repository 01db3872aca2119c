package server

import (
	"fmt"
	"strings"

	"github.com/bailiff-dev/bailiff/server/internal/engine"
)

// slug is the form of a name that fits into a URL: "Travel & Outdoor" is "travel-outdoor".
func slug(name string) string {
	return strings.NewReplacer("& ", "", ",", "", "/", "-", " ", "-").Replace(strings.ToLower(name))
}

// giveSlug sets the slug of a new object, made of its name. One that is taken in the table gets a
// random ending. A later change of the name leaves the slug as it is, for links with it are out.
func giveSlug(c *engine.Change, table string) error {
	s := slug(c.Text("name"))
	var taken bool
	err := c.DB.QueryRow(c.Context, "SELECT EXISTS (SELECT 1 FROM "+table+" WHERE slug = $1::text)", s).Scan(&taken)
	if err != nil {
		return fmt.Errorf("look up slug: %w", err)
	}
	if taken {
		s += "-" + randomHex(16)
	}
	c.Values["slug"] = s
	return nil
}
