package factories

import (
	"encoding/json"
	"time"
)

// EventBasic is a row of events: an event that nothing belongs to yet. It takes place in the year
// 2099, is a draft, and has no topic, unless the fields say otherwise. Its owner is a row of
// UsersEventsRoles.
type EventBasic struct {
	ID                  int64      `db:"id"`
	Identifier          string     `db:"identifier"`
	Name                string     `db:"name"`
	Description         *string    `db:"description"`
	State               *string    `db:"state"`
	Privacy             *string    `db:"privacy"`
	StartsAt            time.Time  `db:"starts_at"`
	EndsAt              time.Time  `db:"ends_at"`
	Timezone            string     `db:"timezone"`
	SchedulePublishedOn *time.Time `db:"schedule_published_on"`
	EventTopicID        int64      `db:"event_topic_id"`
	EventSubTopicID     int64      `db:"event_sub_topic_id"`
	EventTypeID         int64      `db:"event_type_id"`
	// EventTopic, EventSubTopic and EventType are inserted first when they are given without an
	// identifier.
	EventTopic    *EventTopic
	EventSubTopic *EventSubTopic
	EventType     *EventType

	Online                 *bool    `db:"online"`
	Latitude               *float64 `db:"latitude"`
	Longitude              *float64 `db:"longitude"`
	LocationName           *string  `db:"location_name"`
	SearchableLocationName *string  `db:"searchable_location_name"`
	IsMapShown             *bool    `db:"is_map_shown"`

	LogoURL           *string `db:"logo_url"`
	OriginalImageURL  *string `db:"original_image_url"`
	ThumbnailImageURL *string `db:"thumbnail_image_url"`
	LargeImageURL     *string `db:"large_image_url"`
	IconImageURL      *string `db:"icon_image_url"`
	ExternalEventURL  *string `db:"external_event_url"`
	TicketURL         *string `db:"ticket_url"`
	PentabarfURL      *string `db:"pentabarf_url"`
	ICalURL           *string `db:"ical_url"`
	XCalURL           *string `db:"xcal_url"`

	OwnerName         *string `db:"owner_name"`
	OwnerDescription  *string `db:"owner_description"`
	HasOwnerInfo      *bool   `db:"has_owner_info"`
	CodeOfConduct     *string `db:"code_of_conduct"`
	RefundPolicy      *string `db:"refund_policy"`
	AfterOrderMessage *string `db:"after_order_message"`

	IsFeatured                *bool           `db:"is_featured"`
	IsPromoted                *bool           `db:"is_promoted"`
	IsDemoted                 *bool           `db:"is_demoted"`
	IsAnnounced               *bool           `db:"is_announced"`
	IsCFSEnabled              *bool           `db:"is_cfs_enabled"`
	IsSessionsSpeakersEnabled *bool           `db:"is_sessions_speakers_enabled"`
	IsSponsorsEnabled         *bool           `db:"is_sponsors_enabled"`
	IsBadgesEnabled           *bool           `db:"is_badges_enabled"`
	IsOneclickSignupEnabled   *bool           `db:"is_oneclick_signup_enabled"`
	IsDocumentEnabled         *bool           `db:"is_document_enabled"`
	DocumentLinks             json.RawMessage `db:"document_links"`

	PublicStreamLink   *string `db:"public_stream_link"`
	StreamLoop         *bool   `db:"stream_loop"`
	StreamAutoplay     *bool   `db:"stream_autoplay"`
	IsVideoroomEnabled *bool   `db:"is_videoroom_enabled"`
	IsChatEnabled      *bool   `db:"is_chat_enabled"`
	ChatRoomID         *string `db:"chat_room_id"`

	IsTicketingEnabled     *bool   `db:"is_ticketing_enabled"`
	IsTicketFormEnabled    *bool   `db:"is_ticket_form_enabled"`
	ShowRemainingTickets   *bool   `db:"show_remaining_tickets"`
	IsDonationEnabled      *bool   `db:"is_donation_enabled"`
	IsTaxEnabled           *bool   `db:"is_tax_enabled"`
	IsBillingInfoMandatory *bool   `db:"is_billing_info_mandatory"`
	IsStripeLinked         *bool   `db:"is_stripe_linked"`
	PaymentCountry         *string `db:"payment_country"`
	PaymentCurrency        *string `db:"payment_currency"`
	PaypalEmail            *string `db:"paypal_email"`
	CanPayByPaypal         *bool   `db:"can_pay_by_paypal"`
	CanPayByStripe         *bool   `db:"can_pay_by_stripe"`
	CanPayByCheque         *bool   `db:"can_pay_by_cheque"`
	CanPayByBank           *bool   `db:"can_pay_by_bank"`
	CanPayByInvoice        *bool   `db:"can_pay_by_invoice"`
	CanPayByOmise          *bool   `db:"can_pay_by_omise"`
	CanPayByAlipay         *bool   `db:"can_pay_by_alipay"`
	CanPayByPaytm          *bool   `db:"can_pay_by_paytm"`
	CanPayOnsite           *bool   `db:"can_pay_onsite"`
	ChequeDetails          *string `db:"cheque_details"`
	BankDetails            *string `db:"bank_details"`
	OnsiteDetails          *string `db:"onsite_details"`
	InvoiceDetails         *string `db:"invoice_details"`
	CompletedOrderSales    *int32  `db:"completed_order_sales"`
	PlacedOrderSales       *int32  `db:"placed_order_sales"`
	PendingOrderSales      *int32  `db:"pending_order_sales"`
	CompletedOrderTickets  *int32  `db:"completed_order_tickets"`
	PlacedOrderTickets     *int32  `db:"placed_order_tickets"`
	PendingOrderTickets    *int32  `db:"pending_order_tickets"`

	CreatedAt time.Time  `db:"created_at"`
	DeletedAt *time.Time `db:"deleted_at"`
}

func (*EventBasic) table() string { return "events" }
func (e *EventBasic) id() *int64  { return &e.ID }

func (e *EventBasic) fill(m *maker) error {
	f := m.faker
	give(&e.Identifier, identifier(f))
	give(&e.Name, pastime(f)+" Days")
	giveNew(&e.Description, f.Sentence(12))
	starts := far(f)
	if !e.EndsAt.IsZero() && !e.EndsAt.After(starts) {
		starts = e.EndsAt.Add(-time.Hour)
	}
	give(&e.StartsAt, starts)
	give(&e.EndsAt, e.StartsAt.Add(time.Duration(f.IntRange(2, 72))*time.Hour))
	place := f.City()
	giveNew(&e.LocationName, f.Street()+", "+place)
	giveNew(&e.SearchableLocationName, place)
	giveNew(&e.Latitude, float64(f.IntRange(-600000, 700000))/10000)
	giveNew(&e.Longitude, float64(f.IntRange(-1800000, 1800000))/10000)
	giveNew(&e.LogoURL, image(f))
	giveNew(&e.OwnerName, f.Name())
	giveNew(&e.OwnerDescription, f.Sentence(6))
	giveNew(&e.TicketURL, website(f))
	give(&e.CreatedAt, past(f))
	if err := optional(m, &e.EventTopicID, &e.EventTopic); err != nil {
		return err
	}
	if err := optional(m, &e.EventTypeID, &e.EventType); err != nil {
		return err
	}
	return optional(m, &e.EventSubTopicID, &e.EventSubTopic)
}
