import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vite';

// What others wrote and the build contains is theirs, and its licences ask for a notice: licences.txt,
// by package, each text once.
const licences = {
  name: 'licences',
  generateBundle(_, bundle) {
    const folders = new Set();
    for (const chunk of Object.values(bundle)) {
      for (const id of chunk.moduleIds ?? []) {
        const found = id.match(/^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/);
        if (found) folders.add(found[0]);
      }
    }
    const byText = new Map();
    for (const folder of [...folders].filter((f) => existsSync(join(f, 'package.json'))).sort()) {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const file = readdirSync(folder).find((f) => /^licen[cs]e(\.\w+)?$/i.test(f));
      if (!file) this.error(`${name} has no file with its licence`);
      const text = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim();
      byText.set(text, [...(byText.get(text) ?? []), `${name} ${version}`]);
    }
    const source = [...byText]
      .map(([text, names]) => `${names.join('\n')}\n\n${text}\n`)
      .join(`\n${'-'.repeat(72)}\n\n`);
    this.emitFile({ type: 'asset', fileName: 'licences.txt', source });
  },
};

// The build is committed and embedded: names carry a hash of the content, no maps, nothing that
// depends on the time, the folder or the machine. Inlined assets would be `data:` addresses,
// which the page's policy refuses.
export default defineConfig({
  base: './',
  plugins: [licences],
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    target: 'es2022',
    // These know light-dark(): lowered for older ones it would follow the system alone, not the switch.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    sourcemap: false,
    modulePreload: false,
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: { proxy: { '/ws': { target: 'ws://127.0.0.1:6060', ws: true } } },
});
