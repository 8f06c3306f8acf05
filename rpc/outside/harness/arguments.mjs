// Arguments out of a document: those that it allows, and those that it does not.

/** A repeatable stream of numbers from 0 up to 1 (mulberry32). */
export function random(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const anything = [null, true, false, 0, -1, 1.5, 1e300, '', 'text', 'é😀', [], [1, 'x'], {}, { a: { b: null } }];

/** Makes values for schemas, with the numbers of `next`. */
export class Arguments {
  constructor(next) {
    this.next = next;
  }

  pick(list) {
    return list[Math.floor(this.next() * list.length)];
  }

  /** A value that a schema allows. Integers stay near the smallest: some are counts of work. */
  allowed(schema) {
    if (schema.enum) return this.pick(schema.enum);
    if (schema.anyOf) return this.allowed(this.pick(schema.anyOf));
    const { minimum: low = -3, maximum: high = low + 1000 } = schema;
    switch (schema.type) {
      case 'string':
        return this.text(schema);
      case 'boolean':
        return this.next() < 0.5;
      case 'integer':
        return this.pick([low, low + 1, low + 2, Math.min(low + 7, high)]);
      case 'number':
        return this.pick([low, high, low + (high - low) * this.next()]);
      case 'null':
        return null;
      case 'array':
        return Array.from({ length: Math.floor(this.next() * 4) }, () => this.allowed(schema.items));
      case 'object':
        return this.object(schema);
      default:
        return this.pick(anything);
    }
  }

  text({ minLength = 0, maxLength = minLength + 12 }) {
    const length = minLength + Math.floor(this.next() * (maxLength - minLength + 1));
    return Array.from({ length }, () => this.pick(['a', 'Z', '0', '.', ' ', 'é', '😀', '"', '\\', '\n'])).join('');
  }

  object({ properties = {}, required = [], additionalProperties }) {
    const object = {};
    for (const [name, schema] of Object.entries(properties)) {
      if (required.includes(name) || this.next() < 0.5) object[name] = this.allowed(schema);
    }
    if (typeof additionalProperties === 'object') object.extra = this.allowed(additionalProperties);
    return object;
  }

  /** Values near what a schema allows: of other types, beyond its bounds, deep inside wrong. */
  near(schema) {
    const { minimum, maximum, minLength, maxLength } = schema;
    // Beyond 2^53 an integer is no longer the same for every reader (RFC 8259, section 6).
    const whole = [schema, ...(schema.anyOf ?? [])].some((s) => s.type === 'integer');
    const same = (value) => !whole || value !== 1e300;
    const candidates = anything.filter(same);
    if (schema.enum) candidates.push(`${schema.enum[0]}x`, String(schema.enum[0]).toUpperCase());
    if (minimum !== undefined) candidates.push(minimum - 1, minimum - 1e-3);
    if (maximum !== undefined) candidates.push(maximum + 1, maximum * 2 + 1);
    if (minLength > 0) candidates.push('é'.repeat(minLength - 1));
    if (maxLength !== undefined) candidates.push('😀'.repeat(maxLength + 1));
    if (schema.anyOf) return candidates.concat(...schema.anyOf.map((s) => this.near(s).filter(same)));
    if (schema.type === 'array') {
      candidates.push(...this.near(schema.items).map((item) => [item]), [this.allowed(schema.items), null]);
    }
    if (schema.type === 'object') candidates.push({ ...this.object(schema), surplus: 1 });
    return candidates;
  }

  /** Params of a method, by name or by position, with `value` for each that is there. */
  params(method, value, how = this.pick(['by position', 'by name'])) {
    const last = method.params.findLastIndex((p) => p.required);
    if (how === 'by position') {
      const length = last + 1 + Math.floor(this.next() * (method.params.length - last));
      return method.params.slice(0, length).map(value);
    }
    const present = method.params.filter((p) => p.required || this.next() < 0.5);
    return Object.fromEntries(present.map((p) => [p.name, value(p)]));
  }

  /** Params that a method allows. */
  right(method) {
    return this.params(method, (p) => this.allowed(p.schema));
  }

  /** Params of which one is spoiled: each in every way that we know, one missing, one too many. */
  spoiled(method) {
    const list = [];
    for (const victim of method.params) {
      const others = (value) => (p) => (p === victim ? value : this.allowed(p.schema));
      for (const value of this.near(victim.schema)) {
        list.push({ ...this.params(method, others(value), 'by name'), [victim.name]: value });
        list.push(this.params(method, others(value), 'by position'));
      }
      const { [victim.name]: _, ...without } = this.params(method, others(1), 'by name');
      list.push(without, { ...without, [`${victim.name}_`]: 1 }, { ...without, [victim.name.toUpperCase()]: 1 });
    }
    const whole = method.params.map((p) => this.allowed(p.schema));
    list.push([...whole, 1], whole.slice(0, -1), { surplus: 1 });
    return list;
  }
}
