import { defineConfig } from 'vitest/config'

// Workspace packages are tested from source, as they run: package.json names it under the condition `source`.
const conditions = ['source', 'node', 'development|production']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['source', 'node'] } },
  test: {
    include: ['{packages,apps}/*/{src,test,console}/**/*.test.ts', 'regie/**/*.test.ts', 'scripts/**/*.test.ts'],
    pool: 'forks',
    globalSetup: ['scripts/test-postgres.ts'],
    reporters: ['default', './scripts/plain-reporter.ts'],
    coverage: {
      provider: 'v8',
      include: ['{packages,apps}/*/src/**/*.ts', 'regie/src/**/*.ts'],
      exclude: ['**/*.test.ts'],
      reporter: ['text-summary', 'html', 'json-summary'],
      thresholds: {
        'packages/engine/src/**': { lines: 90 },
        '{packages/platform,apps/*,regie}/src/**': { lines: 80 },
      },
    },
  },
})
