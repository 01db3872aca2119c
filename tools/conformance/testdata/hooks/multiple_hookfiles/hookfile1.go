package main

import (
	"fmt"

	"github.com/bailiff-dev/bailiff/harness/hook"
)

func hookfile1(_ *hook.Server, h *hook.Registry) {
	h.Before("/message > GET", func(*hook.Case) error {
		fmt.Println("It's me, File1")
		return nil
	})
}
