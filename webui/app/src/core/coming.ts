// Types of the wire that the generated file does not have yet.

export interface Coming {
  'world.patch': { params: { author?: string }; result: { json: unknown[]; go: string } };
}
