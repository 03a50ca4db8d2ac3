import type { Reporter, TestModule } from 'vitest/node'

/**
 * Ends a test run with the line `N passed, N failed`. A file that does not load and an unhandled error count as failed. Before it
 * stand the tests that passed at their second attempt only, with the error of the first: each is a fault, of the test or of what it tests, and wants to be found.
 */
export default class PlainReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    for (const module of modules)
      for (const test of module.children.allTests('passed'))
        if (test.diagnostic()?.flaky === true) {
          process.stdout.write(`\npassed at the second attempt only: ${module.relativeModuleId} > ${test.fullName}\n`)
          for (const { stack, message, diff = '' } of test.result().errors ?? [])
            process.stdout.write(`  ${stack ?? message}\n${diff}\n`)
        }
    const passed = sum(modules, (module) => count(module.children.allTests('passed')))
    const failed = sum(modules, (module) => count(module.children.allTests('failed')) + errors(module))
    process.stdout.write(`\n${passed} passed, ${failed + unhandledErrors.length} failed\n`)
  }
}

// Errors outside any test: the file did not load, or a hook of a suite threw.
function errors(module: TestModule): number {
  return module.errors().length + sum([...module.children.allSuites()], (suite) => suite.errors().length)
}

function count(items: Iterable<unknown>): number {
  return [...items].length
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}
