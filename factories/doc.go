// Package factories makes rows of the reference server's database: a struct for each table, whose
// fields are its columns. What is not given is filled with plausible fake data, and the rows that a
// row refers to are inserted before it.
//
//	topic := &factories.EventTopic{Name: "Travel & Outdoor"}
//	err := factories.Insert(ctx, db, faker,
//		topic,                                          // its slug and image are made up
//		&factories.EventBasic{EventTopic: topic},       // an event under this topic
//		&factories.EventSubTopic{Name: "Hiking"},       // and a sub-topic under a topic of its own
//	)
//
// A field is given when it is not its zero value; columns that may be null, and booleans, are
// pointers, so that new(false) and new("") can be said. After Insert the struct holds the row as
// the database has it. The same faker seed makes the same rows. Nothing is validated: a hook may
// want a row that the server would refuse.
//
// The package belongs to the reference kit and is outside semantic versioning. A new factory is a
// struct, its two methods, and a line in All.
package factories
