// What a message is, told from its text without taking it apart: the text may be cut, and only what is
// in view is looked at.

import type { WireMessage } from '../../../core/protocol';
import { count } from '../../../core/units';

export type Kind = 'call' | 'notice' | 'answer' | 'error' | 'event' | 'batch' | 'binary' | 'text';

export interface Told {
  kind: Kind;
  /** The method, the subscription, the id. */
  name: string;
  /** What it carries, as it is written: params, result, error, value of an event. */
  content: string;
}

const known = new WeakMap<WireMessage, Told>(); // a list draws a message many times

/** What a message is. */
export function tell(m: WireMessage): Told {
  let told = known.get(m);
  if (told === undefined) {
    told = look(m);
    known.set(m, told);
  }
  return told;
}

function look(m: WireMessage): Told {
  const text = (m.text ?? '').trim();
  if (m.binary)
    return { kind: 'binary', name: text.split(' ')[0] || 'binary', content: text.slice(text.indexOf(' ') + 1) };
  if (text.startsWith('[')) return { kind: 'batch', name: 'batch', content: text };
  const keys = text.startsWith('{') ? topKeys(text) : new Map<string, string>();
  const method = unquote(keys.get('method'));
  const id = keys.get('id');
  const [params = '', result, error] = [keys.get('params'), keys.get('result'), keys.get('error')];
  if (method === 'sub.event') {
    const event = topKeys(params);
    return { kind: 'event', name: unquote(event.get('id')) || method, content: event.get('value') ?? params };
  }
  if (method !== '') return { kind: id === undefined ? 'notice' : 'call', name: method, content: params };
  if (error !== undefined) {
    return { kind: 'error', name: `error ${topKeys(error).get('code') ?? ''}`.trim(), content: error };
  }
  if (result !== undefined) return { kind: 'answer', name: `answer ${id ?? ''}`.trim(), content: result };
  return { kind: 'text', name: 'text', content: text };
}

/** The members of an object by name, their values as they are written. What follows a cut is left out or cut as well. */
export function topKeys(text: string): Map<string, string> {
  const out = new Map<string, string>();
  let depth = 0;
  let key = '';
  let from = -1; // of the value
  const end = (to: number): void => {
    if (from >= 0) out.set(key, text.slice(from, to).trim());
    from = -1;
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '"') {
      const to = stringEnd(text, i);
      if (depth === 1 && from < 0) key = unquote(text.slice(i, to));
      i = to - 1;
    } else if (c === '{' || c === '[') depth++;
    else if (c === '}' || c === ']') {
      depth--;
      if (depth === 0) {
        end(i);
        return out;
      }
    } else if (c === ':' && depth === 1 && from < 0) from = i + 1;
    else if (c === ',' && depth === 1) end(i);
  }
  end(text.length);
  return out;
}

/** The place behind a string that begins at `from`; the end of the text when it is cut. */
export function stringEnd(text: string, from: number): number {
  for (let i = from + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i + 1;
  }
  return text.length;
}

function unquote(text: string | undefined): string {
  if (text === undefined || !text.startsWith('"')) return '';
  try {
    return JSON.parse(text) as string;
  } catch {
    return text.slice(1); // cut
  }
}

/** Who sent it or is sent it. */
export function clientWords(m: WireMessage): string {
  return m.client === '*' ? `${count(m.to ?? 0)} ${m.to === 1 ? 'client' : 'clients'}` : m.client;
}

/** The call that a message made, to be made again with other params; undefined when it made none. */
export function callOf(m: WireMessage): { method: string; params: string } | undefined {
  if (m.direction !== 'in' || m.cut || m.binary) return undefined;
  const text = (m.text ?? '').trim();
  if (!text.startsWith('{')) return undefined;
  const keys = topKeys(text);
  const method = unquote(keys.get('method'));
  // These belong to the connection that made them.
  if (method === '' || method === 'session.login' || method.startsWith('sub.') || method.startsWith('$/'))
    return undefined;
  return { method, params: keys.get('params') ?? '{}' };
}
