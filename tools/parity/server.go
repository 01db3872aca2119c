package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"
)

// server is the one under test. It speaks only as much HTTP as it takes to note each request as it came,
// byte for byte, and to answer as the scenario says.
type server struct {
	url, port string
	listener  net.Listener
	answers   map[string]answer
	noted     chan int // how many requests there were, when there is one more

	running sync.WaitGroup
	mu      sync.Mutex
	conns   map[net.Conn]bool
	seen    []string
	closed  bool
}

func serve(ctx context.Context, s *scenario) (*server, error) {
	var listen net.ListenConfig
	l, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the server under test: %w", err)
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return nil, err
	}
	srv := &server{
		url: "http://127.0.0.1:" + port, port: port, listener: l, answers: s.answers, noted: make(chan int, 1000), conns: map[net.Conn]bool{},
	}
	if s.tls {
		cert, err := selfSigned()
		if err != nil {
			return nil, err
		}
		srv.url = "https://127.0.0.1:" + port
		srv.listener = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12})
	}
	srv.running.Go(srv.accept)
	return srv, nil
}

// selfSigned is a certificate that nobody trusts.
func selfSigned() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}

func (s *server) accept() {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return // it is closed
		}
		if !s.add(c) {
			return
		}
		s.running.Go(func() {
			defer s.drop(c)
			r := bufio.NewReader(c)
			for s.exchange(c, r) {
			}
		})
	}
}

func (s *server) add(c net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		_ = c.Close() // nobody waits for it
		return false
	}
	s.conns[c] = true
	return true
}

func (s *server) drop(c net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = c.Close() // the client sees it, or is gone
	delete(s.conns, c)
}

// close ends all connections, and waits for what serves them.
func (s *server) close() {
	s.mu.Lock()
	s.closed = true
	_ = s.listener.Close() // nothing is lost with it
	for c := range s.conns {
		_ = c.Close() // its reader ends
	}
	s.mu.Unlock()
	s.running.Wait()
}

func (s *server) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.seen...)
}

// exchange is one request and its answer. It returns whether there may be another on the connection.
func (s *server) exchange(c net.Conn, r *bufio.Reader) bool {
	raw, err := readRequest(r)
	if err != nil {
		return false // the client closed it, or went away in the middle
	}
	s.mu.Lock()
	s.seen = append(s.seen, raw)
	n := len(s.seen)
	s.mu.Unlock()
	select {
	case s.noted <- n:
	default: // nobody waits for that many
	}
	line, _, _ := strings.Cut(raw, "\r\n")
	method, rest, _ := strings.Cut(line, " ")
	path, _, _ := strings.Cut(rest, " ")
	a := s.find(method, path)
	time.Sleep(a.wait)
	whole := a.bytes(method)
	switch a.behaviour {
	case "close":
		return false
	case "reset":
		if t, ok := c.(*net.TCPConn); ok {
			_ = t.SetLinger(0) // then closing it resets it
		}
		return false
	case "hang":
		_, _ = r.ReadByte() // until the client goes, or close
		return false
	case "garbage":
		_, _ = io.WriteString(c, "what is this?\r\n\r\n") // who is gone reads nothing
		return false
	case "half":
		_, _ = c.Write(whole[:len(whole)-len(a.body)/2]) // who is gone reads nothing
		return false
	}
	_, err = c.Write(whole)
	return err == nil && !a.unsized
}

// notFound is for what the scenario does not name.
var notFound = answer{status: "404 Not Found", headers: []string{"Content-Type: text/plain"}, body: []byte("not found\n")}

func (s *server) find(method, target string) answer {
	path, _, _ := strings.Cut(target, "?")
	for _, key := range []string{method + " " + target, method + " " + path, "* " + path, "* *"} {
		if a, ok := s.answers[key]; ok {
			return a
		}
	}
	return notFound
}

// readRequest reads a request as it is on the wire.
func readRequest(r *bufio.Reader) (string, error) {
	var raw bytes.Buffer
	length, chunked := 0, false
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return "", err
		}
		raw.WriteString(line)
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		value = strings.TrimSpace(value)
		switch strings.ToLower(name) {
		case "content-length":
			if length, err = strconv.Atoi(value); err != nil {
				return "", err
			}
		case "transfer-encoding":
			chunked = strings.EqualFold(value, "chunked")
		}
		if line == "\r\n" || line == "\n" {
			break
		}
	}
	if chunked {
		err := readChunks(r, &raw)
		return raw.String(), err
	}
	_, err := io.CopyN(&raw, r, int64(length))
	return raw.String(), err
}

func readChunks(r *bufio.Reader, raw *bytes.Buffer) error {
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return err
		}
		raw.WriteString(line)
		size, err := strconv.ParseInt(strings.TrimSpace(line), 16, 32)
		if err != nil {
			return err
		}
		if _, err := io.CopyN(raw, r, size+2); err != nil {
			return err
		}
		if size == 0 {
			return nil
		}
	}
}
