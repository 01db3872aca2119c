package factories

import (
	"time"
)

// EventInvoice is a row of event_invoices: what a user owes the site for an event. Both are made unless they
// are given.
type EventInvoice struct {
	ID            int64    `db:"id"`
	Identifier    string   `db:"identifier"`
	Amount        *float64 `db:"amount"`
	UserID        int64    `db:"user_id"`
	EventID       int64    `db:"event_id"`
	User          *User
	Event         *EventBasic
	CreatedAt     time.Time  `db:"created_at"`
	IssuedAt      time.Time  `db:"issued_at"`
	CompletedAt   *time.Time `db:"completed_at"`
	TransactionID *string    `db:"transaction_id"`
	PaidVia       *string    `db:"paid_via"`
	PaymentMode   *string    `db:"payment_mode"`
	Brand         *string    `db:"brand"`
	ExpMonth      *int32     `db:"exp_month"`
	ExpYear       *int32     `db:"exp_year"`
	Last4         *string    `db:"last4"`
	StripeToken   *string    `db:"stripe_token"`
	PaypalToken   *string    `db:"paypal_token"`
	Status        *string    `db:"status"`
	InvoicePDFURL *string    `db:"invoice_pdf_url"`
	DeletedAt     *time.Time `db:"deleted_at"`
}

func (*EventInvoice) table() string { return "event_invoices" }
func (e *EventInvoice) id() *int64  { return &e.ID }

func (e *EventInvoice) fill(m *maker) error {
	f := m.faker
	give(&e.Identifier, identifier(f))
	giveNew(&e.Amount, float64(f.IntRange(100, 90000))/100)
	give(&e.IssuedAt, past(f))
	give(&e.CreatedAt, e.IssuedAt)
	if err := parent(m, &e.UserID, &e.User); err != nil {
		return err
	}
	return parent(m, &e.EventID, &e.Event)
}
