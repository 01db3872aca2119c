package laboratory

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"

	"github.com/jackc/pgx/v5"
)

// SessionCookie is the name of the cookie that opens a session.
const SessionCookie = "laboratory_session"

// user is who is logged in.
type user struct {
	id   int64
	Name string
}

// open begins a session. One that the browser had before ends, so that nobody goes on with a cookie that
// they were given.
func (h *handler) open(w http.ResponseWriter, r *http.Request, id int64) error {
	if err := h.end(w, r); err != nil {
		return err
	}
	token := rand.Text()
	now := h.config.Now()
	_, err := h.db.Exec(r.Context(), "INSERT INTO laboratory_sessions (token_hash, user_id, expires_at) VALUES ($1, $2, $3)",
		hashed(token), id, now.Add(h.config.SessionLife))
	if err == nil {
		_, err = h.db.Exec(r.Context(), "DELETE FROM laboratory_sessions WHERE expires_at <= $1", now)
	}
	if err != nil {
		return fmt.Errorf("open a session: %w", err)
	}
	cookie := h.cookie(r, token)
	cookie.MaxAge = int(h.config.SessionLife.Seconds())
	w.Header().Del("Set-Cookie") // the end of the one before
	http.SetCookie(w, cookie)
	return nil
}

// end ends the session of a request, or all of them: its cookie opens nothing any more, whoever has a copy.
func (h *handler) end(w http.ResponseWriter, r *http.Request) error {
	shown := r.CookiesNamed(SessionCookie)
	if len(shown) == 0 {
		return nil
	}
	hashes := make([][]byte, len(shown))
	for i, c := range shown {
		hashes[i] = hashed(c.Value)
	}
	if _, err := h.db.Exec(r.Context(), "DELETE FROM laboratory_sessions WHERE token_hash = ANY($1)", hashes); err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	cookie := h.cookie(r, "")
	cookie.MaxAge = -1
	http.SetCookie(w, cookie)
	return nil
}

func (h *handler) cookie(r *http.Request, value string) *http.Cookie {
	return &http.Cookie{
		Name: SessionCookie, Value: value, Path: "/",
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil,
	}
}

// hashed is what the database knows of a cookie: who reads the table cannot open a session.
func hashed(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// user is who is logged in, or nil. Two cookies open nothing: one of them may have been planted, by a neighbour of the
// domain or for a longer path, and which of them comes first says nothing.
func (h *handler) user(r *http.Request) (*user, error) {
	shown := r.CookiesNamed(SessionCookie)
	if len(shown) == 0 {
		return nil, nil //nolint:nilnil // nobody
	}
	if len(shown) > 1 {
		h.config.Log.WarnContext(r.Context(), "laboratory: more than one session cookie", "from", place(r))
		return nil, nil //nolint:nilnil // nobody
	}
	u := &user{}
	err := h.db.QueryRow(r.Context(), `SELECT u.id, u.name FROM laboratory_sessions s JOIN laboratory_users u ON u.id = s.user_id
		WHERE s.token_hash = $1 AND s.expires_at > $2`, hashed(shown[0].Value), h.config.Now()).Scan(&u.id, &u.Name)
	if errors.Is(err, pgx.ErrNoRows) {
		h.config.Log.WarnContext(r.Context(), "laboratory: a cookie that opens no session", "from", place(r))
		return nil, nil //nolint:nilnil // nobody
	}
	if err != nil {
		return nil, fmt.Errorf("read the session: %w", err)
	}
	return u, nil
}
