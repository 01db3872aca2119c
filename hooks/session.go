package hooks

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// The credentials of Admin.
const (
	AdminEmail    = "warden@example.org"
	AdminPassword = "bread-and-circuses"
)

// loginPath is where tokens come from.
const loginPath = "/v1/auth/login"

// Admin is user 1, who may do everything. All requests are made in its name unless a hook says
// otherwise.
func Admin() factories.User {
	return factories.User{
		Email: AdminEmail, Password: AdminPassword,
		FirstName: new("Wanda"), LastName: new("Warden"),
		IsSuperAdmin: new(true), IsAdmin: new(true), IsVerified: new(true),
	}
}

// session signs in. It asks for the token of Admin once in a run: in every transaction the same
// user has the same identifier, so the token stays good.
type session struct {
	client *http.Client
	mu     sync.Mutex
	token  string
}

func newSession() *session {
	// A connection to a server of this process would outlive the run if it were kept.
	return &session{client: &http.Client{
		Timeout:   10 * time.Second,
		Transport: &http.Transport{DisableKeepAlives: true},
	}}
}

func (s *session) register(r *hook.Registry) {
	r.BeforeAll(func(*hook.Run) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.token = "" // of a run before this one
		return nil
	})
	r.BeforeEach(func(c *hook.Case) error {
		admin := Admin()
		if err := factories.Insert(c.Context(), c.DB, c.Faker, &admin); err != nil {
			return err
		}
		if logsIn(c.Transaction) {
			return anonymous(c)
		}
		token, err := s.adminToken(c)
		if err != nil {
			return err
		}
		authorize(c.Transaction, token)
		return nil
	})
}

// logsIn reports whether the transaction itself asks for a token.
func logsIn(t *transaction.Transaction) bool {
	path, _, _ := strings.Cut(t.Request.URI, "?")
	return path == loginPath || path == "/v1/auth/session"
}

// anonymous is a hook that makes the request in nobody's name.
func anonymous(c *hook.Case) error {
	c.Transaction.Request.Headers.Del("Authorization")
	return nil
}

// as returns a hook that makes the request in the name of a user who is inserted for it.
func (s *session) as(user factories.User) hook.Func {
	return func(c *hook.Case) error {
		u := factories.Clone(&user)[0].(*factories.User)
		if err := factories.Insert(c.Context(), c.DB, c.Faker, u); err != nil {
			return err
		}
		token, err := s.login(c.Context(), c.Transaction, u.Email, u.Password)
		if err != nil {
			return err
		}
		authorize(c.Transaction, token)
		return nil
	}
}

func authorize(t *transaction.Transaction, token string) {
	t.Request.Headers.Set("Authorization", "JWT "+token)
}

// adminToken returns the token of Admin. The first transaction fetches it, and those that run
// beside it wait.
func (s *session) adminToken(c *hook.Case) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token != "" {
		return s.token, nil
	}
	token, err := s.login(c.Context(), c.Transaction, AdminEmail, AdminPassword)
	if err != nil {
		return "", err
	}
	s.token = token
	return token, nil
}

// login asks the server that the transaction goes to for a token.
func (s *session) login(ctx context.Context, t *transaction.Transaction, email, password string) (string, error) {
	url := baseURL(t) + loginPath
	body, err := json.Marshal(map[string]string{"email": email, "password": password})
	if err != nil {
		return "", fmt.Errorf("log in: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return "", fmt.Errorf("log in: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := s.client.Do(request)
	if err != nil {
		return "", fmt.Errorf("log in: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, 1<<16))
	if err != nil {
		return "", fmt.Errorf("log in: %w", err)
	}
	var answer struct {
		Token string `json:"access_token"`
	}
	if err := json.Unmarshal(text, &answer); err != nil || answer.Token == "" {
		return "", fmt.Errorf("log in: %s answered %s without a token: %.200s", url, response.Status, text)
	}
	return answer.Token, nil
}

// baseURL is the URL of the server under test: what stands before the URI of the transaction.
func baseURL(t *transaction.Transaction) string {
	host := t.Host
	if strings.Contains(host, ":") { // IPv6
		host = "[" + host + "]"
	}
	if t.Port != "" {
		host += ":" + t.Port
	}
	return t.Protocol + "//" + host + strings.TrimSuffix(t.FullPath, t.Request.URI)
}
