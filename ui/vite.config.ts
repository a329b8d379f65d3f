/** Builds the dashboard into `dist/ui`: static files only, nothing inline, so that the page runs under the strictest CSP. */
import { join } from 'node:path';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  clearScreen: false,
  logLevel: 'warn',
  build: {
    outDir: join(import.meta.dirname, '../dist/ui'),
    emptyOutDir: true,
    target: 'es2023',
    // A data: URI would need `img-src data:` and `font-src data:` in the CSP.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Each view loads its own chunk; the limit that matters (first load, gzipped) is a test.
    chunkSizeWarningLimit: 1000,
    reportCompressedSize: false,
    rolldownOptions: {
      // Libraries mark their files for servers that render; there is none here.
      onwarn: (warning, warn) => (warning.code === 'MODULE_LEVEL_DIRECTIVE' ? undefined : warn(warning)),
    },
  },
});
