package rpc

// HeldBytes returns what all events that are in use hold.
func (s *Server) HeldBytes() int { return s.flusher.held }
