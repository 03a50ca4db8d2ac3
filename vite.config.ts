import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// The console's browser code; tests have vitest.config.ts.
const here = join(import.meta.dirname, 'regie/console')

export default defineConfig({
  root: here,
  plugins: [react()],
  resolve: { conditions: ['source', 'browser', 'module', 'import', 'default'] },
  // For work on the console: the server runs beside it, `npm start`.
  server: { proxy: { '/api': 'http://127.0.0.1:7070', '/connection': { target: 'http://127.0.0.1:7070', ws: true } } },
  build: {
    outDir: join(here, '../dist/console'),
    emptyOutDir: true,
    assetsDir: 'console',
    // The content security policy knows no `data:` besides images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    reportCompressedSize: false,
    // What the console asks of a browser; newer functions of the language do not pass tsconfig.console.json.
    target: ['chrome120', 'edge120', 'firefox121', 'safari17'],
    // What matters is what a page loads in all, compressed: scripts/build-console.ts measures that.
    chunkSizeWarningLimit: 1_000,
  },
})
