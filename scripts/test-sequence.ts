import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take most of a minute or more: begun last, one of them would run alone at the end. The longest first. */
const LONG = [
  'console/routes.test',
  'test/conformance.postgres',
  'test/conformance.sqlite',
  'test/nth-fault/nth-fault.postgres',
  'test/chaos/chaos.test',
  'test/nth-fault/nth-fault.sqlite',
  'test/simulation/simulation.test',
  'test/simulation/simulation-more',
  'backup/kill.test',
  'test/new-app.test',
  'console/states.test',
  'scripts/docs-examples',
  'test/abuse-fuzz.test',
]

const place = ({ moduleId }: TestSpecification): number => {
  const index = LONG.findIndex((name) => moduleId.includes(name))
  return index < 0 ? LONG.length : index
}

/** The order of test files in a fresh clone, where nothing is known of their durations. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b))
  }
}
