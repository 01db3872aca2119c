package server

import (
	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// eventInvoices declares what the site charges for an event. Whom one is for sees it, and the organizers
// of the event; only staff change what it says.
func eventInvoices() engine.Resource {
	text := func(name string) engine.Attribute {
		return engine.Attribute{Name: name, Kind: engine.String, Nullable: true}
	}
	secret := func(name string) engine.Attribute {
		return engine.Attribute{Name: name, Kind: engine.String, Nullable: true, Visible: policy.Staff()}
	}
	seen := policy.AnyOf(policy.Self(), policy.Organizer())
	return engine.Resource{
		Type:       "event-invoice",
		Path:       "event-invoices",
		Table:      "event_invoices",
		Key:        "identifier",
		SoftDelete: true,
		Event:      "event_id",
		User:       "user_id",
		Without:    engine.Create | engine.Delete,
		Attributes: []engine.Attribute{
			{Name: "identifier", Kind: engine.String, ReadOnly: true},
			{Name: "amount", Kind: engine.Float, Nullable: true, Check: notNegative},
			{Name: "created-at", Kind: engine.Time, ReadOnly: true},
			{Name: "issued-at", Kind: engine.Time, ReadOnly: true},
			{Name: "due-at", Kind: engine.Time, Expression: "{row}.issued_at + interval '30 days'"},
			{Name: "completed-at", Kind: engine.Time, Nullable: true},
			text("transaction-id"),
			{Name: "paid-via", Kind: engine.String, Nullable: true, OneOf: []string{"free", "stripe", "paypal", "transfer", "onsite", "cheque"}},
			text("payment-mode"), text("brand"), text("last4"),
			{Name: "exp-month", Kind: engine.Int, Nullable: true, Check: count("", 0, 12).Check},
			{Name: "exp-year", Kind: engine.Int, Nullable: true, Check: count("", 2015, 2999).Check},
			secret("stripe-token"), secret("paypal-token"),
			{Name: "status", Kind: engine.String, Nullable: true, OneOf: []string{"paid", "due", "refunding", "refunded", "failed", "resolved"}},
			{Name: "invoice-pdf-url", Kind: engine.URL, Nullable: true},
		},
		Relationships: []engine.Relationship{
			{Name: "user", Type: "user", Column: "user_id", ReadOnly: true},
			{Name: "event", Type: "event", Column: "event_id", ReadOnly: true},
		},
		Policy: policy.Table{
			List:   seen,
			View:   seen.ElseNotFound(),
			Update: policy.Staff(),
		},
	}
}

func notNegative(v any) string {
	switch n := v.(type) {
	case int64:
		if n < 0 {
			return "Must be at least 0."
		}
	case float64:
		if n < 0 {
			return "Must be at least 0."
		}
	}
	return ""
}
