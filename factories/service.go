package factories

// Service is a row of services: a kind of objects that permissions are about.
type Service struct {
	ID   int64  `db:"id"`
	Name string `db:"name"`
}

func (*Service) table() string { return "services" }
func (s *Service) id() *int64  { return &s.ID }

func (s *Service) fill(m *maker) error {
	give(&s.Name, word(m.faker)+"_"+hex8(m.faker))
	return nil
}
