// Package jsonapi is the protocol of the reference server: documents, errors, query parameters and
// headers of JSON:API 1.0 (https://jsonapi.org/format/1.0/), with the filter dialect and the page
// parameters of flask-rest-jsonapi, which Open Event clients speak.
//
// It knows nothing of resources or of a database: names are checked by who knows the declarations.
//
//	q, err := jsonapi.ParseQuery(r.URL.RawQuery)   // page, sort, filter, include, fields
//	doc := jsonapi.Document{Data: object, Links: links}
//	body := doc.Append(nil)                         // keys always in the same order
//	tag := jsonapi.ETag(body)
package jsonapi

// MediaType is the media type of every JSON:API document. Responses carry it without parameters.
const MediaType = "application/vnd.api+json"
