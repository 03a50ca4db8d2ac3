import { configDefaults, defineConfig } from 'vitest/config'

// The quick tests of what scripts/mutation-modules.ts names: Stryker runs them again for each change it makes. Left out is
// what would catch more, but takes seconds each time: the conformance suite, and the walks through every minute of 21 zones.
export default defineConfig({
  test: {
    include: [
      'packages/engine/src/{job,queue,schedule,store,workflow}/*.test.ts',
      'packages/engine/test/store-*.test.ts',
    ],
    exclude: [...configDefaults.exclude, '**/slots-zones.test.ts'],
    // Stryker has a limit of its own, measured on the unchanged code, and says so when a mutant exceeds it.
    testTimeout: 30_000,
  },
})
