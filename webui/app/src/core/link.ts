// The code that a link carries in its fragment. It works once, so it must not stay in the address
// bar, nor in the history, where it would be mistaken for one that still works.

/** Takes the code out of the address and puts `shown` in its place. Empty when there is none. */
export function takeCode(shown = ''): string {
  const code = codeOf(location.hash);
  if (code !== '') history.replaceState(null, '', shown === '' ? location.pathname + location.search : shown);
  return code;
}

/** The code in a fragment or in a whole link. Empty when there is none. */
export function codeOf(text: string): string {
  const mark = text.indexOf('#');
  const fragment = mark < 0 ? '' : text.slice(mark + 1);
  return /^c=([\w-]{3,128})$/.exec(fragment)?.[1] ?? '';
}
