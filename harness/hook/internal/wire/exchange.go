package wire

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// pair is an object before and after a hook.
type pair struct{ old, now Object }

func newPair(old, now json.RawMessage) (pair, error) {
	n, err := ParseObject(now)
	if err != nil {
		return pair{}, err
	}
	o, _ := ParseObject(old) // empty when there is none
	return pair{o, n}, nil
}

// changed reports whether a member is another than before, and what it is now; nil when it is gone.
func (p *pair) changed(key string) (json.RawMessage, bool) {
	old, had := p.old.Get(key)
	now, has := p.now.Get(key)
	return now, has != had || !bytes.Equal(old, now)
}

// text changes a text. One that is gone stays what it was.
func (p *pair) text(key string, into *string) {
	now, changed := p.changed(key)
	old, _ := p.old.Get(key)
	if changed && now != nil && asText(now) != asText(old) {
		*into = asText(now)
	}
}

// headers changes headers. Those that are gone promise nothing, or are not sent.
func (p *pair) headers(into *transaction.Headers, isReal bool) error {
	now, changed := p.changed("headers")
	if !changed {
		return nil
	}
	old, _ := p.old.Get("headers")
	headers, err := decodeHeaders(now, old, *into, isReal)
	if err == nil {
		*into = headers
	}
	return err
}

// body changes a body, and reports whether it did.
func (p *pair) body(into *string) (bool, error) {
	_, text := p.changed("body")
	_, encoding := p.changed("bodyEncoding")
	if !text && !encoding {
		return false, nil
	}
	now, err := decodeBody(&p.now)
	if err != nil {
		return false, err
	}
	if old, err := decodeBody(&p.old); err == nil && old == now {
		return false, nil
	}
	*into = now
	return true, nil
}

func decodeRequest(old, raw json.RawMessage, was transaction.Request) (transaction.Request, error) {
	p, err := newPair(old, raw)
	if err != nil {
		return was, err
	}
	p.text("method", &was.Method)
	p.text("uri", &was.URI)
	if err := p.headers(&was.Headers, false); err != nil {
		return was, err
	}
	_, err = p.body(&was.Body)
	return was, err
}

func decodeResponse(old, raw json.RawMessage, was transaction.Response, isReal bool) (transaction.Response, error) {
	p, err := newPair(old, raw)
	if err != nil {
		return was, err
	}
	if now, changed := p.changed("statusCode"); changed {
		if was.StatusCode, err = asStatus(now); err != nil {
			return was, err
		}
	}
	if err := p.headers(&was.Headers, isReal); err != nil {
		return was, err
	}
	changed, err := p.body(&was.Body)
	if err != nil {
		return was, fmt.Errorf("body: %w", err)
	}
	if changed {
		was.Problem = nil // it was one of the body that came
	}
	if now, changed := p.changed("bodySchema"); changed && !isReal {
		was.Schema = asText(now)
	}
	return was, nil
}
