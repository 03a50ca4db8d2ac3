import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './scripts/test-sequence.ts'

// Workspace packages are tested from source, as they run: package.json names it under the condition `source`.
const conditions = ['source', 'node', 'development|production']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['source', 'node'] } },
  test: {
    include: ['{packages,apps}/*/{src,test,console}/**/*.test.ts', 'regie/**/*.test.ts', 'scripts/**/*.test.ts'],
    pool: 'forks',
    // Vitest leaves a core to itself, which on a machine with two is half of it.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    sequence: { sequencer: LongestFirst },
    // For a machine that is busy with something else; a test that hangs is found all the same.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Where a build waits for it, what fails once is tried once more, and named at the end: see docs/decisions/0005-tests.md.
    retry: process.env.CI === undefined ? 0 : 1,
    // The same for what is polled: a second is nothing to a process that waits for its turn.
    expect: { poll: { timeout: 30_000 } },
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
