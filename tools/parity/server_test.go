package main

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// ask sends bytes, and returns the answer up to the end of the connection.
func ask(t *testing.T, s *server, request string) string {
	t.Helper()
	c, err := net.Dial("tcp", "127.0.0.1:"+s.port)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, request); err != nil {
		t.Fatal(err)
	}
	if err := c.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	got, _ := io.ReadAll(c) // a reset is an answer too
	return string(got)
}

func TestServer(t *testing.T) {
	t.Parallel()
	s := &scenario{answers: map[string]answer{}}
	for key, text := range map[string]string{
		"GET /plain":   "200 OK\nX-A: b\n\nbody\n",
		"GET /chomp":   "201 Created\n@chomp\n\nbody\n",
		"GET /chunks":  "200 OK\n@chunked\n\n0123456789ab\n",
		"GET /unsized": "200 OK\n@unsized\n\nx\n",
		"GET /empty":   "204 No Content\n",
		"* /any":       "200 OK\n\n",
		"GET /close":   "close\n",
		"GET /garbage": "garbage\n",
		"GET /half":    "half\n\n12345678",
		"GET /q?a=1":   "200 OK\n\nwith\n",
		"GET /hex":     "200 OK\n@encode hex\n\n00ff\n",
		"GET /latin":   "200 OK\n@encode latin1\n\nü",
	} {
		a, err := parseAnswer(text)
		if err != nil {
			t.Fatal(err)
		}
		s.answers[key] = a
	}
	srv, err := serve(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	defer srv.close()
	for request, want := range map[string]string{
		"GET /plain HTTP/1.1\r\n\r\n":   "HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 5\r\n\r\nbody\n",
		"GET /plain?x HTTP/1.1\r\n\r\n": "HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 5\r\n\r\nbody\n",
		"GET /chomp HTTP/1.1\r\n\r\n":   "HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\nbody",
		"GET /chunks HTTP/1.1\r\n\r\n":  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n3\r\nab\n\r\n0\r\n\r\n",
		"GET /unsized HTTP/1.1\r\n\r\n": "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nx\n",
		"GET /empty HTTP/1.1\r\n\r\n":   "HTTP/1.1 204 No Content\r\n\r\n",
		"PUT /any HTTP/1.1\r\n\r\n":     "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
		"HEAD /any HTTP/1.1\r\n\r\n":    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
		"GET /close HTTP/1.1\r\n\r\n":   "",
		"GET /garbage HTTP/1.1\r\n\r\n": "what is this?\r\n\r\n",
		"GET /half HTTP/1.1\r\n\r\n":    "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n1234",
		"GET /q?a=1 HTTP/1.1\r\n\r\n":   "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwith\n",
		"GET /hex HTTP/1.1\r\n\r\n":     "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\x00\xff",
		"GET /latin HTTP/1.1\r\n\r\n":   "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\xfc",
		"GET /lost HTTP/1.1\r\n\r\n":    "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nnot found\n",
	} {
		if got := ask(t, srv, request); got != want {
			t.Errorf("%q gives\n%q, want\n%q", request, got, want)
		}
	}
}

// TestRecording sends two requests on one connection, and one in chunks: all are noted byte for byte.
func TestRecording(t *testing.T) {
	t.Parallel()
	srv, err := serve(t.Context(), &scenario{answers: map[string]answer{}})
	if err != nil {
		t.Fatal(err)
	}
	defer srv.close()
	first := "POST /a HTTP/1.1\r\ncontent-LENGTH: 3\r\nX:  y \r\n\r\na\nb"
	second := "PUT /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
	if got := strings.Count(ask(t, srv, first+second), "404 Not Found"); got != 2 {
		t.Errorf("there are %d answers", got)
	}
	if got := srv.requests(); len(got) != 2 || got[0] != first || got[1] != second {
		t.Errorf("the requests are %q", got)
	}
}
