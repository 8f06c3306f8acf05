package console

// MethodInfo describes a method of a kind of entities.
type MethodInfo struct {
	Name   string        `json:"name"`
	Help   string        `json:"help"`
	Params []MethodParam `json:"params"`
}

// MethodParam is what a method takes.
type MethodParam struct {
	Name string   `json:"name"`
	Type string   `json:"type"`
	Enum []string `json:"enum,omitempty"`
}

// method is one that the game bound.
type method struct{ info MethodInfo }

func (g *group) methodInfos() (list []MethodInfo) {
	for _, m := range g.methods {
		list = append(list, m.info)
	}
	return list
}
