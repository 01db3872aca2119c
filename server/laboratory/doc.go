// Package laboratory is a remote laboratory: users sign up, log in, and run functions of an instrument from a web
// page. It is the second API of the reference server, after the one that FOSSASIA designed for its Pocket
// Science Lab: forms in, JSON out, a session in a cookie.
//
//	lab, err := laboratory.New(laboratory.Config{})
//	http.Handle("/", lab.With(pool))
//
// It serves
//
//	POST /signUp              inputName, inputEmail, inputPassword
//	POST /validateLogin       inputEmail, inputPassword: opens a session
//	POST /logout              ends it
//	POST /evalFunctionString  function, stringify: runs a function string, such as get_voltage('CH1')
//	GET  /functions           the functions there are
//	GET  /account             who is logged in
//	GET  /laboratory/         the page
//
// The instrument is simulated (package instrument), one for each user who is active, and function strings reach
// its methods and nothing else (package evaluation). A form of another site cannot act for a user: requests of
// browsers that come from another origin are refused (net/http's CrossOriginProtection), and the cookie is
// SameSite=Strict.
//
// Accounts and sessions are in Postgres, instruments in memory. The package knows nothing of the event API.
package laboratory
