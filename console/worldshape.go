package console

// shape is what clients may do with the entities of a group beside changing fields.
type shape struct{}

// can lists it.
func (g *group) can() []string { return nil }
