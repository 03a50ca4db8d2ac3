import type { Stryker } from '@stryker-mutator/core'
import { MODULES } from './scripts/mutation-modules.ts'

// scripts/mutate.ts runs Stryker with this, and with a PostgreSQL for the tests of the stores.
const options: ConstructorParameters<typeof Stryker>[0] = {
  mutate: MODULES.flatMap(({ files }) => [...files]),
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'vitest.mutation.config.ts', related: true },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // What the tests do not need is not copied.
  ignorePatterns: ['/apps', '/bench', '/data', '/docs', '/packages/console', '/packages/platform', '/regie'],
  // Stryker would rewrite tsconfig.json and mark files for the type checker with TypeScript's API, which TypeScript 7 does
  // not have. Vitest strips the types without either.
  tsconfigFile: 'none',
  disableTypeChecks: false,
  reporters: ['progress-append-only', 'clear-text', 'html', 'json'],
  clearTextReporter: { reportTests: false, allowEmojis: false },
  thresholds: { high: 90, low: 80, break: 80 },
  warnings: { slow: false, preprocessorErrors: true, unknownOptions: true, unserializableOptions: true },
}

export default options
