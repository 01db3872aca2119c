package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"time"

	"golang.org/x/net/http/httpproxy"
)

// apiaryClient makes the calls of the reporter apiary. It sends to one server alone.
type apiaryClient struct {
	base, key, agent string

	http  *http.Client
	calls int
	spent time.Duration // in all calls
}

const (
	callTimeout = 5 * time.Second
	// mostSpent and spentPerCall bound the time of all calls together: a server that is slow must not
	// make a run of a thousand transactions one of an hour.
	mostSpent    = 30 * time.Second
	spentPerCall = 250 * time.Millisecond
	longestReply = 1 << 20
)

// newApiaryClient reads where to send to, and how. Without a client it says why there is none.
func newApiaryClient(a *apiary) (*apiaryClient, string) {
	base := a.get("apiaryApiUrl", "APIARY_API_URL")
	if base == "" {
		return nil, "no URL is set; apiaryApiUrl below custom, or APIARY_API_URL in the environment, sets one"
	}
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, "apiaryApiUrl (APIARY_API_URL) is not a URL that begins with http:// or https://: " + quote(base)
	}
	proxies := httpproxy.Config{
		HTTPProxy: a.either("HTTP_PROXY"), HTTPSProxy: a.either("HTTPS_PROXY"), NoProxy: a.either("NO_PROXY"),
	}
	proxy := proxies.ProxyFunc()
	return &apiaryClient{
		base:  strings.TrimSuffix(base, "/"),
		key:   a.get("apiaryApiKey", "APIARY_API_KEY"),
		agent: fmt.Sprintf("bailiff Apiary Reporter/%s (%s; %s)", a.o.version(), runtime.GOOS, runtime.GOARCH),
		http: &http.Client{
			Timeout:       callTimeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport:     &http.Transport{Proxy: func(r *http.Request) (*url.URL, error) { return proxy(r.URL) }},
		},
	}, ""
}

// either reads a variable that is written in capitals or in small letters.
func (a *apiary) either(name string) string {
	if v := a.getenv(name); v != "" {
		return v
	}
	return a.getenv(strings.ToLower(name))
}

// call sends a body as JSON, and reads the answer into answer where that is not nil.
func (c *apiaryClient) call(method, path string, body, answer any) error {
	if c.calls++; c.spent > mostSpent+time.Duration(c.calls)*spentPerCall {
		return fmt.Errorf("it is too slow: %d calls took %s", c.calls-1, duration(c.spent))
	}
	text, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	req, err := http.NewRequest(method, c.base+path, bytes.NewReader(text))
	if err != nil {
		return errors.New("the URL cannot be used")
	}
	req.Header.Set("User-Agent", c.agent)
	req.Header.Set("Content-Type", "application/json")
	if c.key != "" {
		req.Header.Set("Authentication", "Token "+c.key)
	}
	began := time.Now()
	defer func() { c.spent += time.Since(began) }()
	res, err := c.http.Do(req)
	if err != nil {
		var outer *url.Error
		if errors.As(err, &outer) {
			err = outer.Err // the URL is told of once
		}
		return err
	}
	got, err := io.ReadAll(io.LimitReader(res.Body, longestReply))
	_ = res.Body.Close() // it was read; nothing depends on it
	switch {
	case err != nil:
		return fmt.Errorf("read the answer: %w", err)
	case res.StatusCode >= 300:
		return fmt.Errorf("the answer is %s", statusText(res.StatusCode))
	case answer == nil:
		return nil
	}
	if err := json.Unmarshal(got, answer); err != nil {
		return fmt.Errorf("the answer is not the JSON it should be: %w", err)
	}
	return nil
}

// close ends the connections.
func (c *apiaryClient) close() { c.http.CloseIdleConnections() }
