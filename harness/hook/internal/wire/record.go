package wire

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Record is one transaction in its JSON form: the members that Dredd knows, and those that hooks
// added. The zero value is one that nobody has seen yet. A Record is used by one goroutine at a time.
type Record struct {
	members Object
	seen    *view // what the members say; nil before they say anything
	noted   bool  // what kept the transaction from running stands in errors
}

// view is what members are made of. A member is written anew when its part of the view changed.
type view struct {
	t *transaction.Transaction
	v verdict
}

// look takes a view of a transaction and what came of it so far; o may be nil.
func look(t *transaction.Transaction, o *transaction.Outcome) *view {
	return &view{t: t.Clone(), v: judge(t, o)}
}

// Get returns the text of a member, and whether there is one.
func (r *Record) Get(key string) (json.RawMessage, bool) { return r.members.Get(key) }

// Unseen reports that the record has neither been sent nor received.
func (r *Record) Unseen() bool { return r.seen == nil }

// Encode brings the record up to date with a transaction and what came of it, and returns its JSON in
// Dredd's order. o is nil as long as nothing came of it. The members results, errors and real are
// there from BeforeEachValidation on, and test from AfterEach on, as in Dredd.
func (r *Record) Encode(t *transaction.Transaction, o *transaction.Outcome, e Event) []byte {
	now := look(t, o)
	was := r.seen
	if was == nil {
		was = &view{t: &transaction.Transaction{}}
	}
	r.encodeSent(now.t, was.t)
	if t.Fail != was.t.Fail {
		r.members.Set("fail", reason(t.Fail))
	}
	if e.validated() && (e != AfterAll || o != nil) {
		r.encodeCame(now, was, o, e)
	}
	r.seen = now
	return r.members.raw()
}

// encodeSent writes the members that are there before the request.
func (r *Record) encodeSent(t, was *transaction.Transaction) {
	r.put("name", t.Name != was.Name, func() json.RawMessage { return quote(string(t.Name)) })
	r.put("id", false, func() json.RawMessage { return quote(t.ID()) }) // Dredd makes it once
	r.put("host", t.Host != was.Host, func() json.RawMessage { return quote(t.Host) })
	r.put("port", t.Port != was.Port, func() json.RawMessage {
		if t.Port == "" {
			return json.RawMessage("null")
		}
		return quote(t.Port)
	})
	encodeRequest(&r.members, t.Request, was.Request)
	encodeExpected(&r.members, t.Expected, was.Expected)
	r.put("origin", t.Origin != was.Origin, func() json.RawMessage { return encodeOrigin(t.Origin) })
	r.put("fullPath", t.FullPath != was.FullPath, func() json.RawMessage { return quote(t.FullPath) })
	r.put("protocol", t.Protocol != was.Protocol, func() json.RawMessage { return quote(t.Protocol) })
	r.put("skip", t.Skip != was.Skip, func() json.RawMessage { return strconv.AppendBool(nil, t.Skip) })
}

// put writes a member that changed, or that is not there.
func (r *Record) put(key string, changed bool, value func() json.RawMessage) {
	if changed || !r.members.has(key) {
		r.members.Set(key, value())
	}
}

// inner returns a member that is an object, empty when it is something else.
func inner(o *Object, key string) Object {
	raw, _ := o.Get(key)
	if len(raw) == 0 {
		return Object{}
	}
	in, _ := ParseObject(raw)
	return in
}

func encodeRequest(into *Object, now, was transaction.Request) {
	if into.has("request") && now.Method == was.Method && now.URI == was.URI && now.Body == was.Body &&
		slices.Equal(now.Headers, was.Headers) {
		return
	}
	o := inner(into, "request")
	fresh := len(o.members) == 0
	if fresh || now.Method != was.Method {
		o.Set("method", quote(now.Method))
	}
	if fresh || now.URI != was.URI {
		o.Set("uri", quote(now.URI))
	}
	if fresh || !slices.Equal(now.Headers, was.Headers) {
		headers := encodeHeaders(now.Headers, false)
		o.Set("headers", headers.raw())
	}
	if fresh || now.Body != was.Body {
		setBody(&o, now.Body)
		if !o.has("body") {
			o.Set("body", quote(""))
		}
	}
	into.Set("request", o.raw())
}

// setBody writes a body that changed. The encoding is named only where it is needed, or was before.
func setBody(o *Object, body string) {
	if body == "" {
		o.Del("body")
		o.Del("bodyEncoding")
		return
	}
	enc := encodeBody(body)
	if string(enc.encoding) != `"utf-8"` || o.has("bodyEncoding") {
		o.Set("bodyEncoding", enc.encoding)
	}
	o.Set("body", enc.body)
}

func encodeExpected(into *Object, now, was transaction.Response) {
	if into.has("expected") && sameResponse(now, was) {
		return
	}
	o := inner(into, "expected")
	fresh := len(o.members) == 0
	if fresh {
		was = transaction.Response{}
	}
	if fresh || !slices.Equal(now.Headers, was.Headers) {
		headers := encodeHeaders(now.Headers, false)
		o.Set("headers", headers.raw())
	}
	if now.Body != was.Body {
		setBody(&o, now.Body)
	}
	if now.StatusCode != was.StatusCode {
		setOrDel(&o, "statusCode", now.StatusCode != 0, quote(strconv.Itoa(now.StatusCode)))
	}
	if now.Schema != was.Schema {
		setOrDel(&o, "bodySchema", now.Schema != "", quote(now.Schema))
	}
	into.Set("expected", o.raw())
}

func setOrDel(o *Object, key string, set bool, value json.RawMessage) {
	if set {
		o.Set(key, value)
		return
	}
	o.Del(key)
}

// encodeReal writes the response that came under a key: "real", or "actual" in test.
func encodeReal(into *Object, key string, now, was *transaction.Response) {
	if now == nil {
		return
	}
	if was == nil {
		was = &transaction.Response{}
	} else if into.has(key) && sameResponse(*now, *was) {
		return
	}
	o := inner(into, key)
	fresh := len(o.members) == 0
	if fresh || now.StatusCode != was.StatusCode {
		o.Set("statusCode", strconv.AppendInt(nil, int64(now.StatusCode), 10))
	}
	if fresh || !slices.Equal(now.Headers, was.Headers) {
		headers := encodeHeaders(now.Headers, true)
		o.Set("headers", headers.raw())
	}
	if fresh || now.Body != was.Body {
		if now.Body != "" {
			o.Set("bodyEncoding", encodeBody(now.Body).encoding)
		}
		setBody(&o, now.Body)
	}
	into.Set(key, o.raw())
}

func sameResponse(a, b transaction.Response) bool {
	return a.StatusCode == b.StatusCode && a.Body == b.Body && a.Schema == b.Schema && slices.Equal(a.Headers, b.Headers)
}

func encodeOrigin(origin transaction.Origin) json.RawMessage {
	var o Object
	for _, m := range originMembers(&origin) {
		o.Set(m.key, quote(*m.value))
	}
	return o.raw()
}

type originMember struct {
	key   string
	value *string
}

func originMembers(o *transaction.Origin) []originMember {
	return []originMember{
		{"filename", &o.Filename},
		{"apiName", &o.APIName},
		{"resourceGroupName", &o.ResourceGroupName},
		{"resourceName", &o.ResourceName},
		{"actionName", &o.ActionName},
		{"exampleName", &o.ExampleName},
	}
}

// reason writes "fail". A hook that set it to true finds it true again.
func reason(text string) json.RawMessage {
	switch text {
	case "":
		return json.RawMessage("false")
	case "true":
		return json.RawMessage("true")
	}
	return quote(text)
}
