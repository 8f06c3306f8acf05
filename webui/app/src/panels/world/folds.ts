// Which components a person folded, in this browser.

const key = 'scry.world.folded';
const most = 200;

function read(): Set<string> {
  try {
    return new Set((localStorage.getItem(key) ?? '').split('\n').filter(Boolean));
  } catch {
    return new Set();
  }
}

export const folded = {
  has: (name: string): boolean => read().has(name),
  set(name: string, on: boolean): void {
    const names = read();
    if (on) names.add(name);
    else names.delete(name);
    try {
      localStorage.setItem(key, [...names].slice(-most).join('\n'));
    } catch {
      // Storage may be forbidden; the fold then lasts as long as the entity is shown.
    }
  },
};
