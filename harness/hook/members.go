package hook

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/bailiff-dev/bailiff/harness/hook/internal/wire"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// withMembers adds to the JSON of a transaction what Server.Members has for it.
func (c *conversation) withMembers(t *transaction.Transaction, data json.RawMessage) json.RawMessage {
	if c.server.Members == nil {
		return data
	}
	more := c.server.Members(t)
	if len(more) == 0 {
		return data
	}
	o, err := wire.ParseObject(data)
	if err != nil {
		c.server.log(fmt.Sprintf("members of %s: %v", t.Name, err))
		return data
	}
	for _, key := range slices.Sorted(maps.Keys(more)) {
		value, err := json.Marshal(more[key])
		if err != nil {
			c.server.log(fmt.Sprintf("member %s of %s: %v", key, t.Name, err))
			continue
		}
		o.Set(key, value)
	}
	text, err := o.MarshalJSON()
	if err != nil {
		return data
	}
	return text
}

// withMembersOfAll is withMembers for each transaction of the list that afterAll has.
func (c *conversation) withMembersOfAll(data json.RawMessage) (json.RawMessage, error) {
	if c.server.Members == nil {
		return data, nil
	}
	list, err := wire.ParseArray(data)
	if err != nil {
		return data, err
	}
	open := slices.Clone(c.all)
	for i, element := range list {
		id := wire.Identity(element)
		at := slices.IndexFunc(open, func(l listed) bool { return l.id == id && id != "" })
		if at < 0 {
			continue // nobody here has heard of it
		}
		list[i] = c.withMembers(open[at].Transaction, element)
		open = slices.Delete(open, at, at+1)
	}
	text, err := json.Marshal(list)
	if err != nil {
		return data, err
	}
	return text, nil
}
