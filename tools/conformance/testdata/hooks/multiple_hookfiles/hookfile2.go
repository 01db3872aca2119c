package main

import (
	"fmt"

	"github.com/bailiff-dev/bailiff/harness/hook"
)

func hookfile2(_ *hook.Server, h *hook.Registry) {
	h.Before("/message > GET", func(*hook.Case) error {
		fmt.Println("It's me, File2")
		return nil
	})
}
