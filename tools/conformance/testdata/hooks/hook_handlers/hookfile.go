package main

import (
	"fmt"

	"github.com/bailiff-dev/bailiff/harness/hook"
)

func hookfile(_ *hook.Server, h *hook.Registry) {
	one := func(kind string) hook.Func {
		return func(*hook.Case) error { fmt.Println(kind + " hook handled"); return nil }
	}
	all := func(kind string) hook.AllFunc {
		return func(*hook.Run) error { fmt.Println(kind + " hook handled"); return nil }
	}
	h.Before("/message > GET", one("before"))
	h.After("/message > GET", one("after"))
	h.BeforeValidation("/message > GET", one("before validation"))
	h.BeforeAll(all("before all"))
	h.AfterAll(all("after all"))
	h.BeforeEach(one("before each"))
	h.BeforeEachValidation(one("before each validation"))
	h.AfterEach(one("after each"))
}
