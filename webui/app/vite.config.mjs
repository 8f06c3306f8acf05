import { defineConfig } from 'vite';

// The build is committed and embedded: names carry a hash of the content, no maps, nothing that
// depends on the time, the folder or the machine. Inlined assets would be `data:` addresses,
// which the page's policy refuses.
export default defineConfig({
  base: './',
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
