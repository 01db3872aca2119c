package factories

import (
	"time"

	"github.com/bailiff-dev/bailiff/server/password"
)

// User is a row of users: somebody who has signed up, with no rights yet.
type User struct {
	ID    int64  `db:"id"`
	Email string `db:"email"`
	// Password is the password in plain text; it is hashed as cheaply as the rules allow.
	Password string
	// PasswordHash is what is stored: that of Password, unless given.
	PasswordHash           string     `db:"password"`
	ResetPassword          *string    `db:"reset_password"`
	ResetPasswordExpiresAt *time.Time `db:"reset_password_expires_at"`
	FacebookID             *int64     `db:"facebook_id"`
	FacebookLoginHash      *string    `db:"facebook_login_hash"`
	RocketChatToken        *string    `db:"rocket_chat_token"`
	Tokens                 *string    `db:"tokens"`
	FirstName              *string    `db:"first_name"`
	LastName               *string    `db:"last_name"`
	PublicName             *string    `db:"public_name"`
	Details                *string    `db:"details"`
	Contact                *string    `db:"contact"`
	Company                *string    `db:"company"`
	LanguagePrefrence      *string    `db:"language_prefrence"`
	AvatarURL              *string    `db:"avatar_url"`
	OriginalImageURL       *string    `db:"original_image_url"`
	ThumbnailImageURL      *string    `db:"thumbnail_image_url"`
	SmallImageURL          *string    `db:"small_image_url"`
	IconImageURL           *string    `db:"icon_image_url"`
	FacebookURL            *string    `db:"facebook_url"`
	TwitterURL             *string    `db:"twitter_url"`
	InstagramURL           *string    `db:"instagram_url"`
	GooglePlusURL          *string    `db:"google_plus_url"`
	BillingContactName     *string    `db:"billing_contact_name"`
	BillingPhone           *string    `db:"billing_phone"`
	BillingState           *string    `db:"billing_state"`
	BillingCountry         *string    `db:"billing_country"`
	BillingTaxInfo         *string    `db:"billing_tax_info"`
	BillingAddress         *string    `db:"billing_address"`
	BillingCity            *string    `db:"billing_city"`
	BillingZipCode         *string    `db:"billing_zip_code"`
	BillingAdditionalInfo  *string    `db:"billing_additional_info"`
	IsSuperAdmin           *bool      `db:"is_super_admin"`
	IsAdmin                *bool      `db:"is_admin"`
	IsSalesAdmin           *bool      `db:"is_sales_admin"`
	IsMarketer             *bool      `db:"is_marketer"`
	IsVerified             *bool      `db:"is_verified"`
	IsBlocked              *bool      `db:"is_blocked"`
	IsProfilePublic        *bool      `db:"is_profile_public"`
	WasRegisteredWithOrder *bool      `db:"was_registered_with_order"`
	LastAccessedAt         *time.Time `db:"last_accessed_at"`
	CreatedAt              time.Time  `db:"created_at"`
	DeletedAt              *time.Time `db:"deleted_at"`
}

func (*User) table() string { return "users" }
func (u *User) id() *int64  { return &u.ID }

func (u *User) fill(m *maker) error {
	f := m.faker
	first, last := f.FirstName(), f.LastName()
	give(&u.Email, email(f, first, last))
	give(&u.Password, "secret-"+hex8(f))
	giveNew(&u.FirstName, first)
	giveNew(&u.LastName, last)
	giveNew(&u.PublicName, *u.FirstName+" "+*u.LastName)
	giveNew(&u.Details, f.Sentence(8))
	giveNew(&u.Contact, "+1"+f.Phone())
	giveNew(&u.AvatarURL, image(f))
	give(&u.CreatedAt, past(f))
	if u.PasswordHash != "" {
		return nil
	}
	hash, err := password.Hash(u.Password, password.Cheapest())
	u.PasswordHash = hash
	return err
}
