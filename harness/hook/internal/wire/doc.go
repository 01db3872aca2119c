// Package wire is what goes over the TCP connection between Dredd and a hook handler: messages that
// end in a line feed, and transactions in the JSON form that Dredd 14 gives them.
//
//	messages := wire.NewReader(conn, wire.DefaultLimit)
//	record := new(wire.Record)
//	_ = wire.Write(conn, wire.Message{Event: wire.BeforeEach, UUID: uuid, Data: record.Encode(t, nil, wire.BeforeEach)})
//	answer, err := messages.Next()
//	err = record.Apply(answer.Data, t, nil, wire.BeforeEach)
//
// A Record stands between a transaction and its JSON. Each side of the connection keeps one per
// transaction, so that members which only the hooks know survive from one event to the next, and so
// that what nobody changed stays as it was, to the byte: a mapping that loses something (repeated
// headers, say) loses nothing of a part that no hook touches.
//
// Both sides use it: the one that runs Go hooks for Dredd reads with Decode what the one that runs
// handlers of other languages writes with Encode. The package opens no connection, knows no hooks,
// and waits for nothing.
package wire
