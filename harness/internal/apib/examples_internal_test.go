package apib

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bailiff-dev/bailiff/harness/internal/apib/drafter"
	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// TestPlacesChangeNothing holds that examples which are told without places are those that places
// tell. It is within the package because whether places were asked for is not seen from outside.
func TestPlacesChangeNothing(t *testing.T) {
	t.Parallel()
	if _, err := drafter.Parse([]byte("# A\n"), drafter.Options{}); errors.Is(err, drafter.ErrUnavailable) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	payload := rapid.SampledFrom([]string{
		"+ Request\n", "+ Request A\n", "+ Request A (text/plain)\n\n        a\n", "+ Request (text/plain)\n\n        b\n",
		"+ Request B\n    + Headers\n\n            X: 1\n",
		"+ Response 200\n", "+ Response 200 (text/plain)\n\n        a\n", "+ Response 201\n", "+ Response 404\n", "+ Response\n",
	})
	rapid.Check(t, func(t *rapid.T) {
		text := "# A\n\n## G [/g]\n\n### X [GET]\n\n" + strings.Join(rapid.SliceOfN(payload, 1, 6).Draw(t, "payloads"), "\n")
		doc, err := description.New("x.apib", []byte(text))
		require.NoError(t, err)
		plain, placed := &compiler{doc: doc}, &compiler{doc: doc}
		if err := plain.read(t.Context(), false); errors.Is(err, errPlaces) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
		require.NoError(t, placed.read(t.Context(), true))
		origins := func(c *compiler) (list []transaction.Origin) {
			for _, e := range c.examples {
				list = append(list, e.origin)
			}
			return list
		}
		require.Equal(t, origins(placed), origins(plain), "%s", text)
	})
}
