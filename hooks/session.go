package hooks

import (
	"bytes"
	"cmp"
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
		if inLaboratory(c.Transaction) { // which has users of its own
			return nil
		}
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
	in, err := s.signIn(ctx, t, map[string]any{"email": email, "password": password})
	return in.Access, err
}

// signedIn is what a login gives.
type signedIn struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
	// cookies are those that were set, by their names.
	cookies map[string]string
}

// signIn logs in with a body that may ask for more than an access token.
func (s *session) signIn(ctx context.Context, t *transaction.Transaction, body map[string]any) (signedIn, error) {
	in := signedIn{cookies: map[string]string{}}
	a, err := s.post(ctx, t, request{path: loginPath, body: body})
	if err != nil {
		return in, fmt.Errorf("log in: %w", err)
	}
	if err := json.Unmarshal(a.text, &in); err != nil || in.Access == "" {
		return in, fmt.Errorf("log in: %s answered %s without a token: %.200s", baseURL(t)+loginPath, a.status, a.text)
	}
	for _, c := range a.cookies {
		in.cookies[c.Name] = c.Value
	}
	return in, nil
}

// refreshed is the access token that a refresh token gives.
func (s *session) refreshed(c *hook.Case, token string) (string, error) {
	a, err := s.post(c.Context(), c.Transaction, request{path: "/v1/auth/token/refresh", token: token})
	if err != nil {
		return "", err
	}
	var in signedIn
	if err := json.Unmarshal(a.text, &in); err != nil || in.Access == "" {
		return "", fmt.Errorf("refresh token: the server answered %s without a token: %.200s", a.status, a.text)
	}
	return in.Access, nil
}

// request is one that a hook makes on its own, before that of the transaction.
type request struct {
	method string // "" is POST
	path   string
	token  string // "" sends none
	body   map[string]any
}

// answer is what came of a request. text is at most 64 KiB of it.
type answer struct {
	status  string
	ok      bool
	text    []byte
	cookies []*http.Cookie
}

// post sends a request to the server that the transaction goes to.
func (s *session) post(ctx context.Context, t *transaction.Transaction, r request) (*answer, error) {
	body, err := json.Marshal(r.body)
	if err != nil {
		return nil, fmt.Errorf("post %s: %w", r.path, err)
	}
	request, err := http.NewRequestWithContext(ctx, cmp.Or(r.method, http.MethodPost), baseURL(t)+r.path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("post %s: %w", r.path, err)
	}
	request.Header.Set("Content-Type", "application/json")
	if r.token != "" {
		request.Header.Set("Authorization", "JWT "+r.token)
	}
	response, err := s.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("post %s: %w", r.path, err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, 1<<16))
	if err != nil {
		return nil, fmt.Errorf("read answer to %s: %w", r.path, err)
	}
	return &answer{response.Status, response.StatusCode < http.StatusBadRequest, text, response.Cookies()}, nil
}

// must is post for a request that has to succeed.
func (s *session) must(c *hook.Case, r request) error {
	a, err := s.post(c.Context(), c.Transaction, r)
	if err != nil {
		return err
	}
	if !a.ok {
		return fmt.Errorf("%s answered %s: %.200s", baseURL(c.Transaction)+r.path, a.status, a.text)
	}
	return nil
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
