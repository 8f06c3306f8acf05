// Two parts side by side or one above the other, and the line between them that can be moved: with
// the pointer, with arrow keys; double click puts it back. The place is kept by name.

import './splitter.css';
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';

interface Props {
  /** Under this name the place of the line is kept in this browser. */
  name: string;
  label: string;
  /** `row`: side by side. */
  direction: 'row' | 'column';
  /** Share of the first part, 0..1. */
  initial: number;
  /** px that each part keeps */
  least?: number;
  first: ComponentChildren;
  second: ComponentChildren;
}

const step = 0.02;

export function Splitter({ name, label, direction, initial, least = 160, first, second }: Props) {
  const [share, setShare] = useState(() => kept(name) ?? initial);
  const box = useRef<HTMLDivElement>(null);
  const row = direction === 'row';
  const move = (next: number): void => {
    const rect = box.current?.getBoundingClientRect();
    const size = rect ? (row ? rect.width : rect.height) : 0;
    const bound = size > 0 ? Math.min(0.5, least / size) : 0;
    const value = Math.min(1 - bound, Math.max(bound, next));
    setShare(value);
    keep(name, value);
  };
  const drag = (event: PointerEvent): void => {
    const rect = box.current?.getBoundingClientRect();
    if (rect) move(row ? (event.clientX - rect.left) / rect.width : (event.clientY - rect.top) / rect.height);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -step, ArrowUp: -step, ArrowRight: step, ArrowDown: step }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    move(share + by);
  };
  const grow = (value: number) => ({ flexGrow: value, flexBasis: 0 });
  return (
    <div ref={box} class={`split ${row ? 'split-row' : 'split-column'}`}>
      <div class="split-part" style={grow(share)}>
        {first}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a rule between paragraphs cannot be moved */}
      <div
        class="split-line"
        role="separator"
        tabIndex={0}
        aria-label={label}
        aria-orientation={row ? 'vertical' : 'horizontal'}
        aria-valuenow={Math.round(share * 100)}
        aria-valuemin={0}
        aria-valuemax={100}
        onPointerDown={(event) => {
          event.preventDefault();
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) drag(event);
        }}
        onDblClick={() => move(initial)}
        onKeyDown={onKeyDown}
      />
      <div class="split-part" style={grow(1 - share)}>
        {second}
      </div>
    </div>
  );
}

function kept(name: string): number | undefined {
  try {
    const value = Number(localStorage.getItem(`scry.split.${name}`));
    return value > 0 && value < 1 ? value : undefined;
  } catch {
    return undefined; // storage is forbidden
  }
}

function keep(name: string, share: number): void {
  try {
    localStorage.setItem(`scry.split.${name}`, share.toFixed(3));
  } catch {
    // storage is forbidden: the place lasts as long as the page
  }
}
