package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/hook/internal/wire"
)

func TestWriteHasDreddsOrderAndNoLineFeedInside(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	m := wire.Message{Event: wire.BeforeEach, UUID: "u-1", Data: json.RawMessage("{\n \"a\": \"<é>\\n\"\n}")}
	m.More.Set("error", json.RawMessage(`"x"`))

	require.NoError(t, wire.Write(&b, m))
	require.NoError(t, wire.Write(&b, wire.Message{Event: wire.AfterAll, UUID: "u-2"}))

	require.Equal(t, `{"event":"beforeEach","uuid":"u-1","data":{"a":"<é>\n"},"error":"x"}`+"\n"+
		`{"event":"afterAll","uuid":"u-2","data":null}`+"\n", b.String())
}

// chunked hands out a stream in pieces of n bytes.
type chunked struct {
	r io.Reader
	n int
}

func (c chunked) Read(p []byte) (int, error) { return c.r.Read(p[:min(c.n, len(p))]) }

func TestMessagesMayBeCutAnywhere(t *testing.T) {
	t.Parallel()
	stream := "\n{\"uuid\":\"1\",\"event\":\"beforeEach\",\"data\":{\"ключ\":\"значение €😀\"}}\r\n \n" +
		"{\"uuid\":\"2\"}\n{\"data\":[],\"uuid\":\"3\",\"error\":\"oops\"}\n"
	for n := 1; n < len(stream)+1; n++ {
		r := wire.NewReader(chunked{strings.NewReader(stream), n}, 0)

		one, err := r.Next()
		require.NoError(t, err)
		require.Equal(t, wire.BeforeEach, one.Event)
		require.JSONEq(t, `{"ключ":"значение €😀"}`, string(one.Data))
		two, err := r.Next()
		require.NoError(t, err)
		require.Equal(t, "2", two.UUID)
		require.Nil(t, two.Data)
		three, err := r.Next()
		require.NoError(t, err)
		require.Equal(t, "[]", string(three.Data))
		require.Equal(t, []string{"error"}, three.More.Keys())
		_, err = r.Next()
		require.ErrorIs(t, err, io.EOF)
	}
}

func TestWhatIsNoMessage(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("я", 100)
	for _, tc := range []struct{ name, line, want string }{
		{"words", "Traceback (most recent call last):", `"Traceback (most recent call last):" is no JSON`},
		{"cut off", `{"uuid":`, `is no JSON`},
		{"two on a line", `{"uuid":"1"}{"uuid":"2"}`, "is no JSON"},
		{"long", long, strings.Repeat("я", 39)},
		{"bytes", "\xff\xfe", "\"\ufffd\" is no JSON"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := wire.NewReader(strings.NewReader(tc.line+"\n"+`{"uuid":"next"}`+"\n"), 0)

			_, err := r.Next()
			var bad *wire.SyntaxError
			require.ErrorAs(t, err, &bad)
			require.ErrorContains(t, err, tc.want)
			require.Less(t, len(err.Error()), 300)
			m, err := r.Next()
			require.NoError(t, err)
			require.Equal(t, "next", m.UUID)
		})
	}
}

func TestJSONThatIsNoMessageHasNoUUID(t *testing.T) {
	t.Parallel()
	for _, line := range []string{`1`, `null`, `[]`, `"uuid"`, `{}`, `{"uuid":7}`, `{"UUID":"1"}`, `{"event":null}`} {
		m, err := wire.NewReader(strings.NewReader(line+"\n"), 0).Next()
		require.NoError(t, err, line)
		assert.Empty(t, m.UUID, line)
	}
}

func TestLimit(t *testing.T) {
	t.Parallel()
	const limit = 100
	fits := `{"uuid":"` + strings.Repeat("a", limit-11) + `"}`
	require.Len(t, fits, limit)
	r := wire.NewReader(strings.NewReader(fits+"\n"+fits+" \n"+strings.Repeat("x", 1<<20)+"\n"+`{"uuid":"1"}`+"\n"), limit)

	_, err := r.Next()
	require.NoError(t, err)
	for range 2 {
		_, err = r.Next()
		var long *wire.TooLongError
		require.ErrorAs(t, err, &long)
		require.EqualError(t, err, "a message of more than 100 bytes")
	}
	m, err := r.Next()
	require.NoError(t, err)
	require.Equal(t, "1", m.UUID)
}

func TestLimitStopsReading(t *testing.T) {
	t.Parallel()
	endless := iotest.DataErrReader(io.MultiReader(strings.NewReader(strings.Repeat("x", 1<<20)), iotest.ErrReader(errors.New("read on"))))

	_, err := wire.NewReader(endless, 1000).Next()

	var long *wire.TooLongError
	require.ErrorAs(t, err, &long)
}

func TestEnds(t *testing.T) {
	t.Parallel()
	broken := errors.New("connection reset")
	for _, tc := range []struct {
		name   string
		stream io.Reader
		want   error
	}{
		{"nothing", strings.NewReader(""), io.EOF},
		{"blank", strings.NewReader("\n \r\n "), io.EOF},
		{"within a message", strings.NewReader(`{"uuid":"1"}`), io.ErrUnexpectedEOF},
		{"broken", io.MultiReader(strings.NewReader(`{"uu`), iotest.ErrReader(broken)), broken},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := wire.NewReader(tc.stream, 0)
			_, err := r.Next()
			require.ErrorIs(t, err, tc.want)
		})
	}
}

func FuzzReader(f *testing.F) {
	f.Add([]byte("{\"uuid\":\"1\",\"data\":{\"a\":[1,{}],\"a\":2}}\n\n[]\n{"), 3, 50)
	f.Add([]byte("\"\\ud800\"\n\xff\xfe\n{\"uuid\":\"\\u00e9\"}\n"), 1, 10)
	f.Fuzz(func(t *testing.T, stream []byte, chunk, limit int) {
		chunk, limit = max(1, chunk%64), max(1, limit%1000)
		read := func(r io.Reader) (uuids []string, errs []string) {
			m := wire.NewReader(r, limit)
			for range len(stream) + 1 {
				got, err := m.Next()
				if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
					return uuids, append(errs, err.Error())
				}
				if err != nil {
					errs = append(errs, err.Error())
					continue
				}
				uuids = append(uuids, got.UUID)
				var b bytes.Buffer
				if err := wire.Write(&b, got); err != nil {
					t.Fatalf("what was read is written: %v", err)
				}
				if n := bytes.IndexByte(b.Bytes(), '\n'); n != b.Len()-1 || !json.Valid(b.Bytes()) {
					t.Fatalf("%q is no message", b.Bytes())
				}
			}
			t.Fatal("no end")
			return nil, nil
		}
		uuids, errs := read(bytes.NewReader(stream))
		again, errsAgain := read(chunked{bytes.NewReader(stream), chunk})
		require.Equal(t, uuids, again)
		require.Equal(t, errs, errsAgain)
	})
}
