package sanitize_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/sanitize"
)

func TestText(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ in, want string }{
		"member of JSON":         {`{"password": "hunter2", "a": 1}`, `{"password": "[masked]", "a": 1}`},
		"number in JSON":         {`{"password": 1234, "a": 1}`, `{"password": [masked], "a": 1}`},
		"no value in JSON":       {`{"password": null, "secret": true}`, `{"password": null, "secret": true}`},
		"escaped quote":          {`{"token":"a\"b","c":1}`, `{"token":"[masked]","c":1}`},
		"escaped JSON":           {`body was {\"token\":\"a\\\"b\",\"c\":1}`, `body was {\"token\":\"[masked]\",\"c\":1}`},
		"other spelling":         {`"Access-Token" : "x"`, `"Access-Token" : "[masked]"`},
		"camel case":             {`"refreshToken":"x","newPassword2":"y"`, `"refreshToken":"[masked]","newPassword2":"[masked]"`},
		"cut off":                {`{"secret": "abc`, `{"secret": "[masked]`},
		"another key":            {`{"password-hint": "x", "tokens": 7, "token_type": "z"}`, `{"password-hint": "x", "tokens": 7, "token_type": "z"}`},
		"next page":              {`?page_token=abc`, `?page_token=abc`},
		"empty":                  {`{"password": ""}`, `{"password": ""}`},
		"query":                  {`/a?x=1&refresh_token=abc&y=2`, `/a?x=1&refresh_token=[masked]&y=2`},
		"form":                   {`password=a%20b&c=d`, `password=[masked]&c=d`},
		"nested form":            {`user[password]=a&user%5Bsecret%5D=b`, `user[password]=[masked]&user%5Bsecret%5D=[masked]`},
		"assignment":             {`password = "a b", x`, `password = "[masked]", x`},
		"comparison":             {`if token == nil`, `if token == nil`},
		"header and scheme":      {`Authorization: JWT abc`, `Authorization: JWT [masked]`},
		"header alone":           {`authorization: abc`, `authorization: [masked]`},
		"header placeholder":     {`Authorization: JWT <Auth Key>`, `Authorization: JWT [masked]`},
		"header in quotes":       {`{"Authorization": "Bearer abc"}`, `{"Authorization": "Bearer [masked]"}`},
		"cookies":                {`Set-Cookie: a=b; Path=/`, `Set-Cookie: [masked]`},
		"header of keys":         {"  X-Auth-Token: abc\nx", "  X-Auth-Token: [masked]\nx"},
		"key that ends so":       {`"stripe-authorization": {"a": 1}, "no-cookie": "b"`, `"stripe-authorization": {"a": 1}, "no-cookie": "b"`},
		"object":                 {`"authorization": {"a": 1}`, `"authorization": {"a": 1}`},
		"line of YAML":           {"a: b\n  password: hunter2\nc: d", "a: b\n  password: [masked]\nc: d"},
		"flow of YAML":           {`example: {name: a, password: hunter2, b: c}`, `example: {name: a, password: [masked], b: c}`},
		"key of YAML":            {"password:\n  type: string", "password:\n  type: string"},
		"schema of YAML":         {"password: {type: string}", "password: {type: string}"},
		"attribute of Markdown":  {"    + password: hunter2 (string)", "    + password: [masked]"},
		"prose":                  {"it has no token: the server said no", "it has no token: the server said no"},
		"element":                {`<user><password>hunter2</password></user>`, `<user><password>[masked]</password></user>`},
		"element of a namespace": {`<a:token> x y </a:token>`, `<a:token> [masked] </a:token>`},
		"password of a URL":      {`postgres://bob:pw@db:5432/x`, `postgres://bob:[masked]@db:5432/x`},
		"port of a URL":          {`http://127.0.0.1:8080/a@b`, `http://127.0.0.1:8080/a@b`},
		"scheme in a text":       {`sent Bearer 0123456789abcdef.x`, `sent Bearer [masked]`},
		"word after Bearer":      {`Bearer tokens are`, `Bearer tokens are`},
		"JSON Web Token":         {`got eyJhbGciOiJIUzI1NiJ9.eyJpZCI6MX0.abc_-1!`, `got [masked]!`},
		"the same twice":         {`"token":"a","token":"a"`, `"token":"[masked]","token":"[masked]"`},
		"masked before":          {`"token":"[masked]"`, `"token":"[masked]"`},
		"nothing of the kind":    {`the token is missing`, `the token is missing`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var s *sanitize.Sanitizer
			assert.Equal(t, test.want, s.Text(test.in))
			assert.Equal(t, test.want, s.Text(test.want), "again changes nothing")
		})
	}
}

func TestHeader(t *testing.T) {
	t.Parallel()
	s, err := sanitize.New(sanitize.Config{Headers: []string{"X-Session"}})
	require.NoError(t, err)
	tests := map[string]struct{ name, in, want string }{
		"scheme is kept": {"Authorization", "Bearer abc", "Bearer [masked]"},
		"no scheme":      {"AUTHORIZATION", "abc", "[masked]"},
		"of a proxy":     {"Proxy-Authorization", "Basic abc", "Basic [masked]"},
		"cookie":         {"cookie", "a=b", "[masked]"},
		"set-cookie":     {"Set-Cookie", "a=b", "[masked]"},
		"API key":        {"x-api-key", "a b", "[masked]"},
		"token":          {"X-CSRF-Token", "a", "[masked]"},
		"configured":     {"x-SESSION", "a", "[masked]"},
		"empty":          {"Set-Cookie", "", ""},
		"another":        {"Location", "/a?token=x", "/a?token=[masked]"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, s.Header(test.name, test.in))
		})
	}
}

func TestBody(t *testing.T) {
	t.Parallel()
	s, err := sanitize.New(sanitize.Config{Pointers: []string{"/data/*/ssn", "/card/**", "/**/pet", "/field", "/list/1"}})
	require.NoError(t, err)
	multipart := func(lines ...string) string { return strings.Join(lines, "\r\n") }
	tests := map[string]struct{ contentType, in, want string }{
		"key at any depth": {
			"", `{"a":[{"password":"x","n":1}],"token":{"a":[1,"y",null]}}`,
			`{"a":[{"password":"[masked]","n":1}],"token":{"a":["[masked number]","[masked]",null]}}`,
		},
		"configured": {
			"application/json", `{"data":[{"ssn":"1"},{"ssn":2},{"x":{"ssn":"3"}}],"ssn":"4","card":{"a":{"b":"5"}}}`,
			`{"data":[{"ssn":"[masked]"},{"ssn":"[masked number]"},{"x":{"ssn":"3"}}],"ssn":"4","card":{"a":{"b":"[masked]"}}}`,
		},
		"any depth":              {"", `{"pet":"a","x":[[{"pet":"a","spet":"b"}]]}`, `{"pet":"[masked]","x":[[{"pet":"[masked]","spet":"b"}]]}`},
		"item":                   {"", `{"list":["a","b","c"]}`, `{"list":["a","[masked]","c"]}`},
		"blanks stay":            {"", " {\n  \"token\" :\t\"x\"\n}\n", " {\n  \"token\" :\t\"[masked]\"\n}\n"},
		"escapes":                {"", `{"p\u0061ssword":"x\"\u00e9","a":"\u0041"}`, `{"p\u0061ssword":"[masked]","a":"\u0041"}`},
		"credential":             {"", `{"Authorization":"Bearer abc","authorization":{"a":"b"}}`, `{"Authorization":"Bearer [masked]","authorization":{"a":"[masked]"}}`},
		"JSON in a string":       {"", `{"log":"{\"password\":\"x\"}"}`, `{"log":"{\"password\":\"[masked]\"}"}`},
		"URL in a string":        {"", `{"self":"/a?token=abc&b=<>"}`, `{"self":"/a?token=[masked]&b=<>"}`},
		"cut off":                {"", `{"a":{"password":"xyz`, `{"a":{"password":"[masked]`},
		"broken":                 {"", `{"a" 1,, "password":"xyz" ]} {"token":"b"`, `{"a" 1,, "password":"[masked]" ]} {"token":"[masked]"`},
		"not closed before":      {"", `[{"token":["x"},{"a":"b"}`, `[{"token":["[masked]"},{"a":"[masked]"}`},
		"lines of JSON":          {"", "{\"token\":\"a\"}\n{\"token\":\"b\"}", "{\"token\":\"[masked]\"}\n{\"token\":\"[masked]\"}"},
		"only a key":             {"", `"pet": "x"`, `"pet": "x"`},
		"looks like JSON":        {"text/plain", `[info] password=abc "x`, `[info] password=[masked] "x`},
		"same one":               {"", `{"token":"a","secret":"b","t":{"token":"a"}}`, `{"token":"[masked]","secret":"[masked]","t":{"token":"[masked]"}}`},
		"form":                   {"application/x-www-form-urlencoded; charset=utf-8", "a=b&password=x+y%20z&user[token]=1&field=2&e=", "a=b&password=[masked]&user[token]=[masked]&field=[masked]&e="},
		"form of JSON":           {"application/x-www-form-urlencoded", "q=%7B%22password%22%3A%22x%22%7D&r=%41", `q={"password":"[masked]"}&r=%41`},
		"text":                   {"text/plain", "password=x", "password=[masked]"},
		"XML":                    {"application/xml", `<u><t:password a="1">x</t:password><secret><a>y</a><![CDATA[z]]></secret><k token='q'/></u>`, `<u><t:password a="1">[masked]</t:password><secret><a>[masked]</a><![CDATA[[masked]]]></secret><k token='[masked]'/></u>`},
		"HTML":                   {"text/html", `<input name="csrf_token" value="x"><meta content=y name=csrf-token><input name="a" value="z">`, `<input name="csrf_token" value="[masked]"><meta content=[masked] name=csrf-token><input name="a" value="z">`},
		"not closed XML":         {"text/xml", `<password a="1"><token>x<b`, `<password a="1"><token>[masked]<b`},
		"empty":                  {"application/json", "", ""},
		"blanks":                 {"application/json", " \n", " \n"},
		"unknown kind of number": {"", `{"token":-1.5e+3}`, `{"token":"[masked number]"}`},
		"multipart": {
			"multipart/form-data; boundary=XX",
			multipart("--XX", `Content-Disposition: form-data; name="password"`, "", "hunter2", "--XX", `Content-Disposition: form-data; name="a"`, "Content-Type: application/json", "", `{"token":"t"}`, "--XX--", ""),
			multipart("--XX", `Content-Disposition: form-data; name="password"`, "", "[masked]", "--XX", `Content-Disposition: form-data; name="a"`, "Content-Type: application/json", "", `{"token":"[masked]"}`, "--XX--", ""),
		},
		"multipart without a boundary": {
			"multipart/form-data",
			"--XX\nContent-Disposition: form-data; name=field\n\nx\n--XX--",
			"--XX\nContent-Disposition: form-data; name=field\n\n[masked]\n--XX--",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := s.Body(test.contentType, test.in)
			assert.Equal(t, test.want, got)
			assert.Equal(t, got, s.Body(test.contentType, got), "again changes nothing")
		})
	}
}
