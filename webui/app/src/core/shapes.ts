// What a file says of a topic, brought into the shape that handlers expect of a game: a game keeps to
// its types, a file may hold anything.

type Loose = Record<string, unknown>;

/** How the parts of one topic are made safe. */
export interface Shape {
  /** The first state, with what is malformed left out. */
  state(value: unknown): unknown;
  /** Reports whether an event can be taken. */
  event(value: unknown): boolean;
}

const isObject = (v: unknown): v is Loose => typeof v === 'object' && v !== null && !Array.isArray(v);
const isNumber = (v: unknown): v is number => typeof v === 'number' && Number.isFinite(v);
const isString = (v: unknown): v is string => typeof v === 'string';

function list(value: unknown, fits: (one: Loose) => boolean): Loose[] {
  return Array.isArray(value) ? value.filter((one): one is Loose => isObject(one) && fits(one)) : [];
}

/** Entries whose id is their place: the first that is not ends the list. */
function byId(value: unknown, fits: (one: Loose) => boolean): Loose[] {
  const all = list(value, (one) => isNumber(one.id) && isString(one.name) && fits(one));
  const end = all.findIndex((one, i) => one.id !== i);
  return end < 0 ? all : all.slice(0, end);
}

function scope(s: Loose): Loose {
  return {
    ...s,
    help: isString(s.help) ? s.help : '',
    budget: isNumber(s.budget) ? s.budget : 0,
    parent: isNumber(s.parent) && s.parent < (s.id as number) ? s.parent : -1, // no ring of parents
  };
}

const isLine = (l: Loose): boolean =>
  isNumber(l.seq) && isNumber(l.time) && isNumber(l.frame) && isNumber(l.tick) && isString(l.msg) && isString(l.level);

function line(l: Loose): Loose {
  return { ...l, attrs: isObject(l.attrs) ? l.attrs : {}, source: isString(l.source) ? l.source : '' };
}

const lines = (value: unknown): Loose[] => (isObject(value) ? list(value.lines, isLine).map(line) : []);
const isSample = (s: Loose): boolean => isNumber(s.time) && isNumber(s.frame) && isNumber(s.gcCycles);

// A vector is a list of numbers, null a secret.
const held = (v: unknown): boolean =>
  v === null || isNumber(v) || isString(v) || typeof v === 'boolean' || (Array.isArray(v) && v.every(isNumber));
const isCvar = (c: Loose): boolean =>
  isString(c.name) && isString(c.type) && held(c.value) && held(c.default) && isString(c.setBy);

/** The cvars of an event; captures of old have them as they are. */
const cvarsOf = (value: unknown): unknown => (isObject(value) ? value.changed : value);

/** Nobody listens: what is shown can be read only. */
function cvar(c: Loose): Loose {
  const flags = Array.isArray(c.flags) ? c.flags.filter(isString) : [];
  return {
    ...c,
    help: isString(c.help) ? c.help : '',
    layer: isString(c.layer) ? c.layer : '',
    layers: list(c.layers, (l) => isString(l.layer) && held(l.value)).map((l) => ({ by: '', frame: 0, ...l })),
    where: isString(c.where) ? c.where : '',
    version: isNumber(c.version) ? c.version : 0,
    flags: flags.includes('read-only') ? flags : [...flags, 'read-only'],
  };
}

/** The topics that captures hold. */
export const shapes: Readonly<Record<string, Shape | undefined>> = {
  timings: {
    state(value) {
      const v = isObject(value) ? value : {};
      return {
        ...v,
        scopes: byId(v.scopes, () => true).map(scope),
        counters: byId(v.counters, (c) => isString(c.kind)).map((c) => ({ unit: '', help: '', ...c })),
        tracks: list(v.tracks, (t) => isNumber(t.id) && isString(t.name)),
        budget: isNumber(v.budget) && v.budget > 0 ? v.budget : 0,
        clock: isObject(v.clock) && isString(v.clock.kind) ? v.clock : { kind: 'go', resolution: 1 },
      };
    },
    event: () => false,
  },
  scopes: {
    state: (value) => ({
      tracks: list(isObject(value) ? value.tracks : [], (t) => isNumber(t.id) && isString(t.name)),
    }),
    event: () => false,
  },
  log: {
    state: (value) => ({ lines: lines(value), lost: 0 }),
    event: (value) => isObject(value) && Array.isArray(value.lines) && value.lines.length === lines(value).length,
  },
  memory: {
    state: (value) => list(value, isSample),
    event: (value) => isObject(value) && isSample(value),
  },
  cvars: {
    state: (value) => list(value, isCvar).map(cvar),
    event(value) {
      const changed = cvarsOf(value);
      return Array.isArray(changed) && list(changed, isCvar).length === changed.length;
    },
  },
};

/** An event of cvars as the page takes it. */
export function eventValue(topic: string, value: unknown): unknown {
  if (topic === 'cvars') {
    const gone = isObject(value) && Array.isArray(value.gone) ? value.gone.filter(isString) : [];
    return { changed: (cvarsOf(value) as Loose[]).map(cvar), gone };
  }
  if (topic === 'log')
    return { lines: lines(value), lost: isNumber((value as Loose).lost) ? (value as Loose).lost : 0 };
  return value;
}
