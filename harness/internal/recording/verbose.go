package recording

import (
	"bytes"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

var (
	verboseStatus = expression(`(?m)^(?:\r[^\r\n]{70,90})?< HTTP/[0-9](?:\.[0-9])? [0-9]{3}`)
	// meter is the progress that curl shows over and over on one line.
	meter = expression(`\r[-:. 0-9kMGTPdh]{78}`)
	// dataNote is what curl says instead of a body that goes elsewhere.
	dataNote = expression(`^[{}] \[[0-9]+ bytes data\]$`)
	failure  = expression(`^curl: \([0-9]+\) `)
	// remark is a line by curl that is about the transfer, as it can stand between head and body, or
	// behind them. It has to be a known one: a body can have lines that begin with an asterisk.
	remark = expression(`^\* (?:Connection #[0-9]+ to host |Connection state changed|Closing connection|Mark bundle as |` +
		`Excess found |Leftovers after |shutting down connection|transfer closed with |end of response with |` +
		`TLSv[0-9.]+ \(|OpenSSL |schannel: |old SSL session |\[HTTP/[23]\] |HTTP 1\.0, assume close|` +
		`Request completely sent|upload completely sent|We are completely uploaded|Ignoring the response-body|` +
		`Issue another request to |Re-using existing |Added cookie |Replaced cookie |Simulate a HTTP 304|` +
		`Recv failure: |Send failure: |Operation timed out after )`)
	// glued is the last remark, behind a body that does not end its line.
	glued = expression(`\* (?:Connection #[0-9]+ to host \S+ left intact|Closing connection[ #0-9]*|transfer closed with [0-9]+ bytes remaining to read)$`)
)

// verbose reads what curl -v prints, together with the body.
func (p *parser) verbose() (*Recording, error) {
	m := message{format: CurlVerbose}
	v := verboseBody{}
	inHead := false
	number := 0
	for line := range bytes.Lines(p.data) {
		number++
		if bytes.IndexByte(line, '\r') < len(line)-2 {
			if line = meter().ReplaceAll(line, nil); len(bytes.TrimSpace(line)) == 0 {
				continue
			}
		}
		text := strings.TrimRight(string(line), "\r\n")
		received, isHead := strings.CutPrefix(text, "< ")
		isHead = isHead || text == "<"
		switch {
		case isHead && statusLine().MatchString(received):
			m.head, inHead, v = []headLine{{number, received}}, true, verboseBody{}
		case isHead && inHead && received != "" && text != "<":
			m.head = append(m.head, headLine{number, received})
		case isHead && inHead:
			inHead = false
		case strings.HasPrefix(text, "> "), text == ">", failure().MatchString(text):
		case dataNote().MatchString(text):
			v.elsewhere = v.elsewhere || text[0] == '{'
		case remark().MatchString(text):
		case len(m.head) > 0 && !inHead:
			v.add(line, number, p)
		}
	}
	m.body, m.lines = v.body.Bytes(), v.lines
	if rest := m.body; statusLine().Match(firstLine(rest)) { // curl -iv prints the head twice
		_, m.body = p.cutHead(rest)
		m.lines = nil
	}
	if len(m.head) > 0 && len(bytes.TrimSpace(m.body)) == 0 && v.elsewhere {
		return nil, p.fail(m.head[0].line, "the body of this response went elsewhere; record both with: curl -sv URL > FILE 2>&1")
	}
	return p.finish(m)
}

// verboseBody collects the lines that are curl's output and not its talk.
type verboseBody struct {
	body      bytes.Buffer
	lines     transaction.Lines
	count     int // lines of the body
	last      int // line of the recording
	elsewhere bool
}

func (v *verboseBody) add(line []byte, number int, p *parser) {
	text := bytes.TrimRight(line, "\r\n")
	if at := glued().FindIndex(text); at != nil {
		line = text[:at[0]]
	}
	if len(line) == 0 {
		return
	}
	v.count++
	if v.last == 0 || number != v.last+1 {
		v.lines = append(v.lines, transaction.Run{From: v.count, At: p.at(number)})
	}
	v.last = number
	v.body.Write(line)
}
