// Which overlay is open. One at a time.

import { type Signal, signal } from '@preact/signals';

export type Overlay = 'none' | 'palette' | 'commands' | 'sheet' | 'name';

export const overlay: Signal<Overlay> = signal('none');

export function openPalette(): void {
  overlay.value = 'palette';
}

export function openCommands(): void {
  overlay.value = 'commands';
}

export function openSheet(): void {
  overlay.value = 'sheet';
}

export function openName(): void {
  overlay.value = 'name';
}

export function closeOverlay(): void {
  overlay.value = 'none';
}
