package evaluation_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/server/laboratory/evaluation"
)

// escapes are ways out of the dictionary, each with a part of what it is answered.
var escapes = map[string]string{
	"get_voltage":                             "is a function: call it as get_voltage(channel)",
	"connect()":                               "there is no function connect",
	"disconnect()":                            "there is no function disconnect",
	"Disconnect()":                            "there is no function Disconnect",
	"get_voltages('CH1')":                     "did you mean get_voltage(channel)?",
	"get_voltage(CH1)":                        "texts stand in quotation marks",
	"get_voltage.__globals__":                 "not allowed",
	"get_voltage('CH1').__class__":            "not allowed",
	"get_states().SQR1":                       "not allowed",
	"get_states()['SQR1']":                    "not allowed",
	"get_states()?.SQR1":                      "not allowed",
	"get_states().constructor.constructor()":  "only functions of the dictionary can be called",
	"capture1('CH1', 20, 1)[0]":               "not allowed",
	"capture1('CH1', 20, 1)[0:1]":             "not allowed",
	"get_voltage('CH1')()":                    "column 19: \"(\" does not belong here",
	"(get_voltage)('CH1')":                    "",
	"$env":                                    "",
	"$env.get_voltage('CH1')":                 "",
	"$env['get_voltage']('CH1')":              "",
	"__import__('os').system('id')":           "only functions of the dictionary can be called",
	"import('os')":                            "there is no function import",
	"len('x')":                                "not allowed",
	"map([1], get_voltage('CH1'))":            "not allowed",
	"filter(1..9, true)":                      "not allowed",
	"all([1], # > 0)":                         "not allowed",
	"repeat('x', 1000000000)":                 "not allowed",
	"now()":                                   "not allowed",
	"toJSON(get_states())":                    "not allowed",
	"1..1000000000":                           "operator .. is not allowed",
	"[1..1000000000]":                         "operator .. is not allowed",
	"get_average_voltage('CH1', 1..5)":        "operator .. is not allowed",
	"2 ** 1000000":                            "operator ** is not allowed",
	"'a' + 'b'":                               "texts cannot be reckoned with",
	"'a' matches '(a+)+$'":                    "operator matches is not allowed",
	"'a' in ['a']":                            "operator in is not allowed",
	"'a' contains 'a'":                        "operator contains is not allowed",
	"true ? get_voltage('CH1') : 1":           "not allowed",
	"get_voltage('CH1') ?? 1":                 "operator ?? is not allowed",
	"let x = get_voltage('CH1'); x":           "not allowed",
	"get_voltage('CH1'); get_voltage('CH2')":  "not allowed",
	"{a: get_voltage('CH1')}":                 "not allowed",
	"get_voltage('CH1') | get_voltage()":      "",
	"get_voltage('CH1') # comment":            "",
	"not true":                                "not allowed",
	"!true":                                   "not allowed",
	"nil":                                     "not allowed",
	"1 + 1":                                   "there is no function to call",
	"   ":                                     "there is no function to call",
	"gеt_voltage('CH1')":                      "only those of ASCII", // a Cyrillic e
	"get_voltage(‘CH1’)":                      "use ' or \"",
	"get_voltage('CH1')\x00":                  "only those of ASCII",
	"get_voltage(`CH1`)":                      "use ' or \"",
	"get_voltage('CH1'":                       "",
	"capture1('CH1', 10001, 1)":               "it must be from 1 to 10000",
	"capture1('CH1', -1, 1)":                  "it must be from 1 to 10000",
	"capture1('CH1', 1e300, 1)":               "must be a whole number",
	"capture1('CH1', 1.5, 1)":                 "must be a whole number",
	"capture1('CH1', 9223372036854775807, 1)": "",
	"capture1('CH1', 20, 0/0)":                "",
	"set_sine1(1/0)":                          "it must be from 0.1 to 5000",
	"get_voltage('CH9')":                      "use CH1, CH2, CH3, MIC or SEN",
	"get_voltage(1)":                          "channel of get_voltage must be a text, and is 1",
	"get_voltage(['CH1'])":                    "channel of get_voltage must be a text, and is a list",
	"get_voltage()":                           "get_voltage(channel) takes 1 argument, and got 0",
	"get_voltage('CH1', 'CH2')":               "takes 1 argument, and got 2",
	"get_voltage('CH1') / 0 * 0":              "",
	strings.Repeat("(", 300) + "1" + strings.Repeat(")", 300):            "bytes: 500 are allowed",
	strings.Repeat("[", 200) + strings.Repeat("]", 200):                  "",
	strings.Repeat("-", 200) + "get_voltage('CH1')":                      "",
	"[" + strings.Repeat("get_voltage('CH1'),", 9) + "1]":                "more than 8 functions",
	strings.Repeat("get_voltage(", 9) + "'CH1'" + strings.Repeat(")", 9): "nested more than 8 deep",
	"get_voltage('" + strings.Repeat("x", 600) + "')":                    "bytes: 500 are allowed",
	"get_voltage('CH1'); DROP TABLE laboratory_users; --":                "",
	"get_voltage('CH1') or system('id')":                                 "operator or is not allowed",
	"eval('1')":                                                          "there is no function eval",
	"[" + strings.Repeat("capture1('CH1', 10000, 1),", 8) + "]":          "more than 50000 values",
	"get_voltage(b'CH1')":                                                "not allowed",
	"get_voltage?.('CH1')":                                               "",
	"get_voltage?('x'):1":                                                "",
	"if true { get_voltage('CH1') } else { 1 }":                          "not allowed",
	"get_voltage('CH1') if true else 1":                                  "",
	"let get_voltage = 1; get_voltage":                                   "not allowed",
	"get_voltage(#)":                                                     "",
	"$env('x')":                                                          "there is no function $env",
	"$env | get_voltage()":                                               "there is no name $env",
	"get_voltage('CH1') | map(#)":                                        "",
	"'CH1' | len()":                                                      "not allowed",
	"get_voltage('CH1') not in []":                                       "not allowed",
	"get_voltage('CH1\\u202e')":                                          "there is no channel \"CH1\\u202e\"",
	"get_voltage('CH1') + true":                                          "column 20: + - * / are for numbers alone",
	"-get_states()":                                                      "+ - * / are for numbers alone",
	"set_sine1(10) + 1":                                                  "+ - * / are for numbers alone",
	"[1] + get_states()":                                                 "+ - * / are for numbers alone",
	"capture1('CH1', 99999999999999999999, 1)":                           "this number is too large",
	"capture1('CH1', 1e999, 1)":                                          "this number is too large",
	"get_voltage('CH1',\n'CH2'":                                          "column 24: the function string ends too early",
}

func TestEscapesAreRefused(t *testing.T) {
	t.Parallel()
	d := dictionary(t)
	for text, answer := range escapes {
		t.Run(text[:min(len(text), 40)], func(t *testing.T) {
			t.Parallel()
			value, err := d.Evaluate(t.Context(), text)
			if !assert.Error(t, err, "it gave %v", value) {
				return
			}
			assert.Contains(t, err.Error(), answer)
			assert.NotContains(t, err.Error(), "\n")
		})
	}
}

func FuzzEvaluate(f *testing.F) {
	for text := range escapes {
		f.Add(text)
	}
	f.Add("capture2(20, 1)")
	f.Add("[get_average_voltage('CH1', 2 * 3), -get_voltage(\"SEN\")]")
	d := dictionary(f)
	f.Fuzz(func(t *testing.T, text string) {
		value, err := d.Evaluate(t.Context(), text)
		if err != nil {
			var panicked *evaluation.PanicError
			require.NotErrorAs(t, err, &panicked)
			require.NotEmpty(t, err.Error())
			return
		}
		require.LessOrEqual(t, len(text), evaluation.MaxLength)
		_, err = json.Marshal(value)
		require.NoError(t, err)
	})
}
