package factories

// Setting is a row of settings. The server goes by the one with the identifier 1, which is the first that is
// inserted. Secrets and what a payment needs are left empty.
type Setting struct {
	ID                           int64   `db:"id"`
	AppEnvironment               *string `db:"app_environment"`
	AppName                      *string `db:"app_name"`
	Tagline                      *string `db:"tagline"`
	StaticDomain                 *string `db:"static_domain"`
	OrderExpiryTime              int32   `db:"order_expiry_time"`
	StartPGEventID               *string `db:"start_pg_event_id"`
	StartPGEnabled               *string `db:"start_pg_enabled"`
	MaxComplexCustomFields       int32   `db:"max_complex_custom_fields"`
	StoragePlace                 *string `db:"storage_place"`
	AWSKey                       *string `db:"aws_key"`
	AWSSecret                    *string `db:"aws_secret"`
	AWSBucketName                *string `db:"aws_bucket_name"`
	AWSRegion                    *string `db:"aws_region"`
	GSKey                        *string `db:"gs_key"`
	GSSecret                     *string `db:"gs_secret"`
	GSBucketName                 *string `db:"gs_bucket_name"`
	IsGoogleRecaptchaEnabled     *bool   `db:"is_google_recaptcha_enabled"`
	GoogleRecaptchaSite          *string `db:"google_recaptcha_site"`
	GoogleRecaptchaSecret        *string `db:"google_recaptcha_secret"`
	GoogleClientID               *string `db:"google_client_id"`
	GoogleClientSecret           *string `db:"google_client_secret"`
	FBClientID                   *string `db:"fb_client_id"`
	FBClientSecret               *string `db:"fb_client_secret"`
	TWConsumerKey                *string `db:"tw_consumer_key"`
	TWConsumerSecret             *string `db:"tw_consumer_secret"`
	InClientID                   *string `db:"in_client_id"`
	InClientSecret               *string `db:"in_client_secret"`
	StripeClientID               *string `db:"stripe_client_id"`
	StripeSecretKey              *string `db:"stripe_secret_key"`
	StripePublishableKey         *string `db:"stripe_publishable_key"`
	StripeTestClientID           *string `db:"stripe_test_client_id"`
	StripeTestSecretKey          *string `db:"stripe_test_secret_key"`
	StripeTestPublishableKey     *string `db:"stripe_test_publishable_key"`
	StripeMode                   *string `db:"stripe_mode"`
	AlipaySecretKey              *string `db:"alipay_secret_key"`
	AlipayPublishableKey         *string `db:"alipay_publishable_key"`
	PaypalMode                   *string `db:"paypal_mode"`
	PaypalClient                 *string `db:"paypal_client"`
	PaypalSecret                 *string `db:"paypal_secret"`
	PaypalSandboxClient          *string `db:"paypal_sandbox_client"`
	PaypalSandboxSecret          *string `db:"paypal_sandbox_secret"`
	OmiseMode                    *string `db:"omise_mode"`
	OmiseLivePublic              *string `db:"omise_live_public"`
	OmiseLiveSecret              *string `db:"omise_live_secret"`
	OmiseTestPublic              *string `db:"omise_test_public"`
	OmiseTestSecret              *string `db:"omise_test_secret"`
	IsPaytmActivated             *bool   `db:"is_paytm_activated"`
	PaytmMode                    *string `db:"paytm_mode"`
	PaytmLiveMerchant            *string `db:"paytm_live_merchant"`
	PaytmLiveSecret              *string `db:"paytm_live_secret"`
	PaytmSandboxMerchant         *string `db:"paytm_sandbox_merchant"`
	PaytmSandboxSecret           *string `db:"paytm_sandbox_secret"`
	EmailService                 *string `db:"email_service"`
	EmailFrom                    *string `db:"email_from"`
	EmailFromName                *string `db:"email_from_name"`
	SendgridKey                  *string `db:"sendgrid_key"`
	SMTPHost                     *string `db:"smtp_host"`
	SMTPUsername                 *string `db:"smtp_username"`
	SMTPPassword                 *string `db:"smtp_password"`
	SMTPPort                     *int32  `db:"smtp_port"`
	SMTPEncryption               *string `db:"smtp_encryption"`
	AnalyticsKey                 *string `db:"analytics_key"`
	RocketChatURL                *string `db:"rocket_chat_url"`
	RocketChatRegistrationSecret *string `db:"rocket_chat_registration_secret"`
	GoogleURL                    *string `db:"google_url"`
	GithubURL                    *string `db:"github_url"`
	TwitterURL                   *string `db:"twitter_url"`
	SupportURL                   *string `db:"support_url"`
	FacebookURL                  *string `db:"facebook_url"`
	InstagramURL                 *string `db:"instagram_url"`
	PatreonURL                   *string `db:"patreon_url"`
	GitterURL                    *string `db:"gitter_url"`
	TelegramURL                  *string `db:"telegram_url"`
	YoutubeURL                   *string `db:"youtube_url"`
	WeblateURL                   *string `db:"weblate_url"`
	InvoiceSendingDay            int32   `db:"invoice_sending_day"`
	InvoiceSendingTimezone       *string `db:"invoice_sending_timezone"`
	AdminBillingContactName      *string `db:"admin_billing_contact_name"`
	AdminBillingPhone            *string `db:"admin_billing_phone"`
	AdminBillingEmail            *string `db:"admin_billing_email"`
	AdminBillingCountry          *string `db:"admin_billing_country"`
	AdminBillingState            *string `db:"admin_billing_state"`
	AdminBillingTaxInfo          *string `db:"admin_billing_tax_info"`
	AdminCompany                 *string `db:"admin_company"`
	AdminBillingAddress          *string `db:"admin_billing_address"`
	AdminBillingCity             *string `db:"admin_billing_city"`
	AdminBillingZip              *string `db:"admin_billing_zip"`
	AdminBillingAdditionalInfo   *string `db:"admin_billing_additional_info"`
	AdminBillingPaypalEmail      *string `db:"admin_billing_paypal_email"`
	AdminBillingLogo             *string `db:"admin_billing_logo"`
	AndroidAppURL                *string `db:"android_app_url"`
	WebAppURL                    *string `db:"web_app_url"`
	FrontendURL                  *string `db:"frontend_url"`
	CookiePolicy                 *string `db:"cookie_policy"`
	CookiePolicyLink             *string `db:"cookie_policy_link"`
	LogoSize                     int32   `db:"logo_size"`
	ImageSize                    int32   `db:"image_size"`
	SlideSize                    int32   `db:"slide_size"`
}

func (*Setting) table() string { return "settings" }
func (s *Setting) id() *int64  { return &s.ID }

func (s *Setting) fill(m *maker) error {
	f := m.faker
	giveNew(&s.AppEnvironment, "testing")
	giveNew(&s.AppName, capital(word(f))+" Days")
	giveNew(&s.Tagline, f.Sentence(5))
	giveNew(&s.StaticDomain, website(f))
	giveNew(&s.FrontendURL, website(f))
	giveNew(&s.GoogleURL, website(f))
	giveNew(&s.GithubURL, website(f))
	giveNew(&s.TwitterURL, website(f))
	giveNew(&s.SupportURL, website(f))
	giveNew(&s.FacebookURL, website(f))
	giveNew(&s.YoutubeURL, website(f))
	giveNew(&s.AndroidAppURL, website(f))
	giveNew(&s.WebAppURL, website(f))
	giveNew(&s.AnalyticsKey, "UA-"+hex8(f))
	giveNew(&s.StripePublishableKey, "pk_"+hex8(f))
	return nil
}
