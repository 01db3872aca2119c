package hooks

import (
	"fmt"

	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

// site is the settings that the documentation shows.
func site() *factories.Setting {
	return &factories.Setting{
		AppName:                  new("Harbour Tickets"),
		Tagline:                  new("Nights out by the water"),
		AnalyticsKey:             new("UA-271828-1"),
		StripePublishableKey:     new("pk_live_quay"),
		GoogleURL:                new("https://search.example.com/+quay"),
		GithubURL:                new("https://code.example.com/quay"),
		TwitterURL:               new("https://social.example.com/quay"),
		SupportURL:               new("https://help.example.com/"),
		FacebookURL:              new("https://faces.example.com/quay"),
		YoutubeURL:               new("https://video.example.com/quay"),
		AndroidAppURL:            new("https://apps.example.com/quay"),
		WebAppURL:                new("https://app.example.com/"),
		AppEnvironment:           new("testing"),
		StaticDomain:             new("https://static.example.com"),
		FrontendURL:              new("https://tickets.example.com/"),
		CookiePolicy:             new("There are cookies, two of them."),
		CookiePolicyLink:         new("https://tickets.example.com/cookies"),
		OrderExpiryTime:          20,
		MaxComplexCustomFields:   12,
		LogoSize:                 500,
		ImageSize:                5000,
		SlideSize:                10000,
		StartPGEnabled:           new("default"),
		StoragePlace:             new("s3"),
		AWSKey:                   new("quay-storage"),
		AWSSecret:                new("saltwater"),
		AWSBucketName:            new("quay"),
		AWSRegion:                new("eu-west-1"),
		PaypalMode:               new("sandbox"),
		PaypalSandboxClient:      new("quay-sandbox"),
		PaypalSandboxSecret:      new("seaweed"),
		StripeClientID:           new("ca_quay"),
		AlipayPublishableKey:     new("alipay_quay"),
		AlipaySecretKey:          new("driftwood"),
		IsPaytmActivated:         new(false),
		AdminBillingPaypalEmail:  new("money@example.org"),
		AdminBillingEmail:        new("bills@example.org"),
		AdminBillingContactName:  new("Wanda Warden"),
		AdminBillingPhone:        new("+351 265 000 000"),
		AdminBillingCountry:      new("PT"),
		AdminBillingCity:         new("Setúbal"),
		AdminBillingAddress:      new("Old Quay 4"),
		AdminBillingZip:          new("2900-001"),
		AdminCompany:             new("Friends of the Quay"),
		InvoiceSendingDay:        5,
		InvoiceSendingTimezone:   new("Europe/Lisbon"),
		IsGoogleRecaptchaEnabled: new(false),
		GoogleClientID:           new("quay-id"),
		GoogleClientSecret:       new("pebble"),
		EmailService:             new("smtp"),
		EmailFrom:                new("post@example.org"),
		EmailFromName:            new("Harbour Tickets"),
		SMTPHost:                 new("smtp.example.com"),
		SMTPUsername:             new("post"),
		SMTPPassword:             new("carrier-pigeon"),
		SMTPPort:                 new(int32(587)),
		SMTPEncryption:           new("tls"),
	}
}

// mailed looks into the database behind a request: this mail has gone out, and no other.
func mailed(recipient, action string) hook.Func {
	return func(c *hook.Case) error {
		var sent bool
		err := c.DB.QueryRow(c.Context(), "SELECT count(*) = 1 AND bool_and(recipient = $1 AND action = $2) FROM mails", recipient, action).Scan(&sent)
		if err != nil {
			return fmt.Errorf("look for mails: %w", err)
		}
		if !sent {
			c.Transaction.Fail = "no mail was sent to " + recipient + ", or others were"
		}
		return nil
	}
}

func settings(r *hook.Registry, s *session) {
	const details = "Settings > Settings Details > "
	r.Before(details+"Show Settings", seed(site()))
	r.Before(details+"Show Settings to Everybody > Example 1", s.stranger(site()))
	r.Before(details+"Show Settings to Everybody > Example 2", sequence(seed(site()), anonymous))
	r.Before(details+"Ask for Secrets", s.stranger(site()))

	before := site()
	before.AppName, before.Tagline = new("Quay Tickets"), nil
	before.OrderExpiryTime, before.SMTPPort, before.GoogleClientSecret = 15, new(int32(25)), nil
	r.Before(details+"Update Settings", seed(before))
	examples(r, details+"Refused Updates of Settings", 6, seed(site()))
	r.Before(details+"Refused Updates of Settings > Example 7", s.stranger(site()))
	r.Before(details+"Refused Updates of Settings > Example 8", sequence(seed(site()), anonymous))
	r.Before(details+"Delete Settings", seed(site()))
	r.Before(details+"Create Settings", seed(site()))
	r.Before(details+"Settings that are Known", seed(site()))
	const refusedMails = "Settings > Test Mail > Refused Test Mails > Example "
	r.After("Settings > Test Mail > Send a Test Mail", mailed("inbox@example.com", "test-mail"))
	r.Before(refusedMails+"3", s.stranger())
	r.Before(refusedMails+"4", anonymous)
	r.Permissions("Settings", func(c *hook.Case, s *hook.Situation) error {
		return stage(c, s, &factories.EventBasic{}, site())
	})
}
