package server

import (
	"fmt"

	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// settings declares the settings of the whole site. There is one object of them, and some of its fields
// are for everybody; the rest, keys and secrets among it, only staff see.
func settings() engine.Resource {
	return engine.Resource{
		Type:       "setting",
		Path:       "settings",
		Table:      "settings",
		Singleton:  true,
		Attributes: settingAttributes(),
		Policy: policy.Table{
			View:   policy.Anyone(),
			Update: policy.Staff(),
		},
	}
}

func settingAttributes() []engine.Attribute {
	public := []engine.Attribute{
		setting("app-name"), setting("tagline"), setting("analytics-key"), kept("stripe-publishable-key"),
		setting("google-url"), setting("github-url"), setting("twitter-url"), setting("support-url"),
		setting("facebook-url"), setting("youtube-url"), setting("android-app-url"), setting("web-app-url"),
	}
	var internal []engine.Attribute
	for _, part := range [][]engine.Attribute{siteSettings(), paymentSettings(), billingSettings(), accountSettings(), mailSettings()} {
		internal = append(internal, part...)
	}
	for i := range internal {
		internal[i].Visible = policy.Staff()
	}
	return append(public, internal...)
}

// setting is a text that may be missing.
func setting(name string) engine.Attribute {
	return engine.Attribute{Name: name, Kind: engine.String, Nullable: true}
}

// kept is a text that comes with the installation.
func kept(name string) engine.Attribute {
	return engine.Attribute{Name: name, Kind: engine.String, ReadOnly: true}
}

func count(name string, low, high int64) engine.Attribute {
	return engine.Attribute{Name: name, Kind: engine.Int, Check: func(v any) string {
		if n, _ := v.(int64); n < low || n > high {
			return fmt.Sprintf("Must be between %d and %d.", low, high)
		}
		return ""
	}}
}

// active is whether all of some columns have something in them.
func active(name, condition string) engine.Attribute {
	return engine.Attribute{Name: name, Kind: engine.Bool, Expression: "coalesce(" + condition + ", false)"}
}

func siteSettings() []engine.Attribute {
	return []engine.Attribute{
		{Name: "app-environment", Kind: engine.String},
		setting("static-domain"),
		{Name: "frontend-url", Kind: engine.URL, Nullable: true},
		setting("cookie-policy"), setting("cookie-policy-link"),
		count("order-expiry-time", 1, 60),
		count("max-complex-custom-fields", 1, 30),
		count("logo-size", 1, 1_000_000), count("image-size", 1, 1_000_000), count("slide-size", 1, 1_000_000),
		setting("start-pg-event-id"), setting("start-pg-enabled"),
		setting("instagram-url"), setting("patreon-url"), setting("gitter-url"), setting("telegram-url"), setting("weblate-url"),
		{Name: "rocket-chat-url", Kind: engine.URL, Nullable: true},
		setting("rocket-chat-registration-secret"),
		setting("storage-place"),
		setting("aws-key"), setting("aws-secret"), setting("aws-bucket-name"), setting("aws-region"),
		setting("gs-key"), setting("gs-secret"), setting("gs-bucket-name"),
	}
}

func paymentSettings() []engine.Attribute {
	return []engine.Attribute{
		active("is-paypal-activated", `CASE {row}.paypal_mode WHEN 'live' THEN {row}.paypal_client <> '' AND {row}.paypal_secret <> ''
			WHEN 'sandbox' THEN {row}.paypal_sandbox_client <> '' AND {row}.paypal_sandbox_secret <> '' END`),
		kept("paypal-mode"), kept("paypal-client"), setting("paypal-secret"),
		kept("paypal-sandbox-client"), setting("paypal-sandbox-secret"),
		active("is-stripe-activated", `CASE {row}.stripe_mode WHEN 'test'
			THEN {row}.stripe_test_client_id <> '' AND {row}.stripe_test_secret_key <> '' AND {row}.stripe_test_publishable_key <> ''
			ELSE {row}.stripe_client_id <> '' AND {row}.stripe_secret_key <> '' AND {row}.stripe_publishable_key <> '' END`),
		kept("stripe-mode"), kept("stripe-client-id"), setting("stripe-secret-key"),
		kept("stripe-test-client-id"), kept("stripe-test-publishable-key"), setting("stripe-test-secret-key"),
		active("is-omise-activated", `CASE {row}.omise_mode WHEN 'live' THEN {row}.omise_live_public <> '' AND {row}.omise_live_secret <> ''
			WHEN 'test' THEN {row}.omise_test_public <> '' AND {row}.omise_test_secret <> '' END`),
		kept("omise-mode"), kept("omise-live-public"), setting("omise-live-secret"), kept("omise-test-public"), setting("omise-test-secret"),
		active("is-alipay-activated", "{row}.alipay_publishable_key <> '' AND {row}.alipay_secret_key <> ''"),
		kept("alipay-publishable-key"), setting("alipay-secret-key"),
		{Name: "is-paytm-activated", Kind: engine.Bool},
		kept("paytm-mode"), kept("paytm-live-merchant"), setting("paytm-live-secret"),
		kept("paytm-sandbox-merchant"), setting("paytm-sandbox-secret"),
	}
}

func billingSettings() []engine.Attribute {
	return []engine.Attribute{
		active("is-billing-paypal-activated", "{row}.admin_billing_paypal_email <> ''"),
		{Name: "admin-billing-paypal-email", Kind: engine.Email, Nullable: true},
		{Name: "admin-billing-email", Kind: engine.Email, Nullable: true},
		{Name: "admin-billing-logo", Kind: engine.URL, Nullable: true},
		setting("admin-billing-contact-name"), setting("admin-billing-phone"), setting("admin-billing-country"),
		setting("admin-billing-state"), setting("admin-billing-tax-info"), setting("admin-company"),
		setting("admin-billing-address"), setting("admin-billing-city"), setting("admin-billing-zip"),
		setting("admin-billing-additional-info"),
		count("invoice-sending-day", 1, 28),
		{Name: "invoice-sending-timezone", Kind: engine.String, Check: checkTimezone},
	}
}

// accountSettings are of the services that people sign in with.
func accountSettings() []engine.Attribute {
	return []engine.Attribute{
		{Name: "is-google-recaptcha-enabled", Kind: engine.Bool},
		setting("google-recaptcha-site"), setting("google-recaptcha-secret"),
		setting("google-client-id"), setting("google-client-secret"),
		setting("fb-client-id"), setting("fb-client-secret"),
		setting("tw-consumer-key"), setting("tw-consumer-secret"),
		setting("in-client-id"), setting("in-client-secret"),
	}
}

func mailSettings() []engine.Attribute {
	port := count("smtp-port", 1, 65535)
	port.Nullable = true
	return []engine.Attribute{
		setting("email-service"), setting("email-from"), setting("email-from-name"), setting("sendgrid-key"),
		setting("smtp-host"), setting("smtp-username"), setting("smtp-password"), port, setting("smtp-encryption"),
	}
}
