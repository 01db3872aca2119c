// Package policy decides who may do what. A policy is a table, as documentation prints it: an
// action in each row, and the rule that grants it.
//
//	policy.Table{
//		List:   policy.AnyOf(policy.Published(), policy.CoOrganizer()),
//		View:   policy.AnyOf(policy.Published(), policy.CoOrganizer()).ElseNotFound(),
//		Create: policy.Verified(),
//		Update: policy.CoOrganizer(),
//		Delete: policy.CoOrganizer(),
//	}
//
// A rule is compiled to a condition in SQL on a row. So one and the same rule filters a list where
// it is read, decides on one object, and on an object that is yet to be made; and what needs no row
// to decide is decided before the database is asked.
//
// Rules combine: AnyOf grants what one of them grants, AllOf what all of them do.
//
//	policy.AnyOf(policy.AllOf(policy.Published(), policy.SessionApproved()), policy.SelfSubmitted(), policy.CoOrganizer())
//
// Who a caller is, and what a refusal looks like on the wire, is decided elsewhere.
package policy
