// Resolves the names of this package to itself, for files of tests that no node_modules surrounds.

import { readFileSync } from 'node:fs';

const { name, exports } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

export function resolve(specifier, context, next) {
  if (specifier === name || specifier.startsWith(`${name}/`)) {
    const entry = exports[`.${specifier.slice(name.length)}`];
    const file = entry?.default ?? entry;
    if (typeof file === 'string') return { url: new URL(file, import.meta.url).href, shortCircuit: true };
  }
  return next(specifier, context);
}
