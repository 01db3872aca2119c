package server

import "github.com/bailiff-dev/bailiff/server/internal/engine"

// Resources are the declarations that the server serves.
func (s *Server) Resources() []engine.Resource { return s.engine.Resources() }
