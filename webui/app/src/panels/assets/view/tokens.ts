// Colours for the texts of games: one small tokenizer for languages that look like C (GLSL, HLSL, WGSL,
// Kage and Go, Lua with its own comments), one for JSON, one for files of `key = value`. It never
// fails: what it does not know is plain.

export type Tone = '' | 'comment' | 'string' | 'number' | 'keyword' | 'type' | 'call' | 'key' | 'mark';

export interface Token {
  text: string;
  tone: Tone;
}

/** What a line begins inside of: 0 nothing, else the place in `Language.blocks` plus one. */
export type State = number;

interface Block {
  open: string;
  close: string;
  tone: Tone;
}

export interface Language {
  /** Begin of a comment to the line's end. */
  lines: readonly string[];
  /** What may reach over lines. */
  blocks: readonly Block[];
  quotes: string;
  keywords: ReadonlySet<string>;
  types: ReadonlySet<string>;
  /** `name = value` or `"name": value`: the name is a key. */
  keys: '' | '=' | ':';
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const comment: Block = { open: '/*', close: '*/', tone: 'comment' };
const flow = 'if else for while do switch case default break continue return discard struct const';
const vectors =
  'void bool int uint float double vec2 vec3 vec4 ivec2 ivec3 ivec4 uvec2 uvec3 uvec4 bvec2 bvec3 bvec4 mat2 mat3 mat4 ' +
  'sampler2D sampler3D samplerCube sampler2DArray';

const c: Omit<Language, 'keywords' | 'types'> = { lines: ['//'], blocks: [comment], quotes: '"', keys: '' };

const languages: Readonly<Record<string, Language>> = {
  glsl: {
    ...c,
    keywords: words(
      `${flow} in out inout uniform attribute varying layout precision highp mediump lowp flat smooth invariant buffer shared readonly writeonly`,
    ),
    types: words(vectors),
  },
  hlsl: {
    ...c,
    keywords: words(
      `${flow} in out inout cbuffer tbuffer register static uniform extern groupshared inline technique pass typedef namespace nointerpolation`,
    ),
    types: words(
      'void bool int uint half float double float2 float3 float4 int2 int3 int4 uint2 uint3 uint4 half2 half3 half4 float2x2 float3x3 float4x4 Texture2D Texture3D TextureCube SamplerState StructuredBuffer RWStructuredBuffer matrix sampler',
    ),
  },
  wgsl: {
    ...c,
    keywords: words(
      `${flow} fn let var override loop continuing alias enable requires diagnostic const_assert true false`,
    ),
    types: words(
      'bool i32 u32 f32 f16 vec2 vec3 vec4 vec2f vec3f vec4f vec2i vec3i vec4i vec2u vec3u vec4u mat2x2 mat3x3 mat4x4 mat4x4f array atomic ptr sampler texture_2d texture_3d texture_cube texture_storage_2d storage uniform workgroup private function read read_write write',
    ),
  },
  go: {
    lines: ['//'],
    blocks: [comment, { open: '`', close: '`', tone: 'string' }],
    quotes: `"'`,
    keys: '',
    keywords: words(
      'break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var discard true false nil iota',
    ),
    types: words(
      'bool byte complex64 complex128 error float32 float64 float int int8 int16 int32 int64 rune string uint uint8 uint16 uint32 uint64 uintptr any vec2 vec3 vec4 ivec2 ivec3 ivec4 mat2 mat3 mat4',
    ),
  },
  lua: {
    lines: ['--'],
    blocks: [
      { open: '--[[', close: ']]', tone: 'comment' },
      { open: '[[', close: ']]', tone: 'string' },
    ],
    quotes: `"'`,
    keys: '',
    keywords: words(
      'and break do else elseif end false for function goto if in local nil not or repeat return then true until while',
    ),
    types: words(''),
  },
  javascript: {
    lines: ['//'],
    blocks: [comment, { open: '`', close: '`', tone: 'string' }],
    quotes: `"'`,
    keys: '',
    keywords: words(
      `${flow} async await class delete export extends finally function import in instanceof let new null of static super this throw try typeof undefined var void yield true false`,
    ),
    types: words('string number boolean object'),
  },
  json: {
    lines: ['//'],
    blocks: [comment],
    quotes: '"',
    keys: ':',
    keywords: words('true false null'),
    types: words(''),
  },
  toml: {
    lines: ['#', ';'],
    blocks: [{ open: '"""', close: '"""', tone: 'string' }],
    quotes: `"'`,
    keys: '=',
    keywords: words('true false yes no on off null'),
    types: words(''),
  },
  xml: {
    lines: [],
    blocks: [{ open: '<!--', close: '-->', tone: 'comment' }],
    quotes: '"',
    keys: '=',
    keywords: words(''),
    types: words(''),
  },
  text: { lines: [], blocks: [], quotes: '', keys: '', keywords: words(''), types: words('') },
};

const same: Readonly<Record<string, string>> = {
  kage: 'go',
  metal: 'hlsl',
  css: 'glsl',
  typescript: 'javascript',
  ini: 'toml',
  cfg: 'toml',
  yaml: 'toml',
  python: 'toml',
  html: 'xml',
  svg: 'xml',
};

/** A language by the name that the game gives, or by the end of the asset's name; plain text else. */
export function languageOf(name: string | undefined, file: string): Language {
  const end = /\.([a-z0-9]+)$/i.exec(file)?.[1]?.toLowerCase() ?? '';
  for (const wanted of [name ?? '', end]) {
    const known = Object.hasOwn(same, wanted) ? (same[wanted] as string) : wanted;
    if (Object.hasOwn(languages, known)) return languages[known] as Language;
  }
  return languages.text as Language;
}

const number = /^(0[xX][0-9a-fA-F_]+|(\d[\d_]*\.?\d*|\.\d+)([eE][+-]?\d+)?)[a-zA-Z]*/;
const word = /^[\p{L}_$@#][\p{L}\p{N}_$-]*/u;
const plainWord = /^[\p{L}_$@#][\p{L}\p{N}_$]*/u;

/** More of a line is not coloured. */
const mostColoured = 4000;

/** The tokens of a line that begins in a state, and the state in which the next line begins. */
export function tokenize(language: Language, line: string, state: State): { tokens: Token[]; state: State } {
  const tokens: Token[] = [];
  const push = (text: string, tone: Tone): void => {
    const last = tokens.at(-1);
    if (text === '') return;
    if (last?.tone === tone) last.text += text;
    else tokens.push({ text, tone });
  };
  let at = 0;
  let inside = state;
  while (at < line.length) {
    if (at > mostColoured && inside === 0) {
      push(line.slice(at), '');
      break;
    }
    const block = language.blocks[inside - 1];
    if (block !== undefined) {
      const end = line.indexOf(block.close, at);
      push(line.slice(at, end < 0 ? line.length : end + block.close.length), block.tone);
      at = end < 0 ? line.length : end + block.close.length;
      if (end >= 0) inside = 0;
      continue;
    }
    const opened = language.blocks.findIndex((b) => line.startsWith(b.open, at));
    if (opened >= 0) {
      const { open, tone } = language.blocks[opened] as Block;
      push(open, tone);
      at += open.length;
      inside = opened + 1;
      continue;
    }
    const [text, tone] = next(language, line, at);
    push(text, tone);
    at += text.length;
  }
  return { tokens, state: inside };
}

function next(language: Language, line: string, at: number): [string, Tone] {
  if (language.lines.some((l) => line.startsWith(l, at))) return [line.slice(at), 'comment'];
  const c = line[at] as string;
  if (language.quotes.includes(c)) return quoted(language, line, at, c);
  // A slice, so that patterns look at this place alone; no token of interest is longer.
  const rest = line.slice(at, at + 256);
  if (/[\d.]/.test(c)) {
    const hit = number.exec(rest);
    if (hit) return [hit[0], 'number'];
  }
  const name = (language.keys === '=' ? word : plainWord).exec(rest)?.[0];
  if (name !== undefined) return [name, toneOf(language, line, at, name)];
  if (c === '#' || c === '@') return [c, 'keyword'];
  return [c, /[{}()[\];,.<>=+\-*/%!&|^~?:]/.test(c) ? 'mark' : ''];
}

function quoted(language: Language, line: string, at: number, quote: string): [string, Tone] {
  let end = at + 1;
  while (end < line.length && line[end] !== quote) end += line[end] === '\\' ? 2 : 1;
  const text = line.slice(at, end + 1);
  const after = line.slice(end + 1, end + 65).trimStart();
  return [text, language.keys === ':' && after.startsWith(':') ? 'key' : 'string'];
}

function toneOf(language: Language, line: string, at: number, name: string): Tone {
  if (language.keywords.has(name)) return 'keyword';
  if (language.types.has(name)) return 'type';
  if (name.startsWith('#') || name.startsWith('@')) return 'keyword';
  const after = line.slice(at + name.length, at + name.length + 64).trimStart();
  if (language.keys === '=' && /^[=:]/.test(after)) return 'key';
  return language.keys === '' && after.startsWith('(') ? 'call' : '';
}

/** The state in which each line begins. Only what changes it is looked at: a file of a megabyte takes some ms. */
export function states(language: Language, lines: readonly string[], from: State = 0): Uint8Array {
  const out = new Uint8Array(lines.length + 1);
  out[0] = from;
  if (language.blocks.length === 0) return out;
  lines.forEach((line, i) => {
    const inside = out[i] as number;
    const plain = inside === 0 && !language.blocks.some((b) => line.includes(b.open));
    const still = inside > 0 && !line.includes((language.blocks[inside - 1] as Block).close);
    out[i + 1] = plain ? 0 : still ? inside : tokenize(language, line, inside).state;
  });
  return out;
}
