package console

// hundredThousand is a world of many ships.
func hundredThousand() *World {
	ships, _ := fleet(100_000)
	w := new(World)
	w.Bind("ship", &ships, "")
	return w
}
