// How the heap grew by call site, as rows.

import type { App } from '../../core/app';
import type { MemoryDiff } from '../../core/protocol';
import { fixed } from '../../core/units';
import { framesOf } from './goroutines';
import { type NumberColumn, type Stacked, StackList } from './stacks';

/** A call site, and what happened there between two marks. */
export interface Site extends Stacked {
  bytes: number;
  objects: number;
  allocBytes: number;
  allocObjects: number;
  nowBytes: number;
  nowObjects: number;
}

/** The sites of an answer. */
export function sitesOf(diff: MemoryDiff): Site[] {
  return diff.sites.map(({ stack, ...site }) => {
    const frames = framesOf(stack, diff.frames);
    return { ...site, stack: frames, key: frames.map((f) => `${f.func}:${f.line}`).join('|') };
  });
}

const kib = (n: number): string => fixed(n / 1024, 1);

function grown(n: number, text: string): string {
  return n > 0 ? `+${text}` : text;
}

const tone = (n: number): string => (n === 0 ? 'muted' : '');

const numbers: readonly NumberColumn<Site>[] = [
  {
    key: 'bytes',
    title: 'Growth',
    note: 'KiB',
    width: 92,
    help: 'How much more is in use than at the earlier mark',
    text: (s) => grown(s.bytes, kib(s.bytes)),
    by: (s) => s.bytes,
    tone: (s) => tone(s.bytes),
  },
  {
    key: 'objects',
    title: 'Growth',
    note: 'objects',
    width: 104,
    help: 'How many more objects are in use than at the earlier mark',
    text: (s) => grown(s.objects, fixed(s.objects)),
    by: (s) => s.objects,
    tone: (s) => tone(s.objects),
  },
  {
    key: 'allocated',
    title: 'Allocated',
    note: 'KiB',
    width: 104,
    help: 'Allocated between the marks, freed since or not',
    text: (s) => kib(s.allocBytes),
    by: (s) => s.allocBytes,
    tone: (s) => tone(s.allocBytes),
  },
  {
    key: 'allocations',
    title: 'Allocated',
    note: 'objects',
    width: 116,
    help: 'Objects allocated between the marks, freed since or not',
    text: (s) => fixed(s.allocObjects),
    by: (s) => s.allocObjects,
    tone: (s) => tone(s.allocObjects),
    lesser: true,
  },
  {
    key: 'now',
    title: 'In use',
    note: 'KiB',
    width: 88,
    help: 'In use at the later mark',
    text: (s) => kib(s.nowBytes),
    by: (s) => s.nowBytes,
    tone: (s) => tone(s.nowBytes),
  },
  {
    key: 'nowObjects',
    title: 'In use',
    note: 'objects',
    width: 100,
    help: 'Objects in use at the later mark',
    text: (s) => fixed(s.nowObjects),
    by: (s) => s.nowObjects,
    tone: (s) => tone(s.nowObjects),
    lesser: true,
  },
];

/** A table for as long as it is shown. */
export function siteList(app: App): StackList<Site> {
  return new StackList<Site>(app, { id: 'sites', what: 'call sites', order: 'bytes', numbers });
}
