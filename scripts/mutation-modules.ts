/** A part of the engine whose tests are themselves tested: each file is named from the root of the repository. */
export interface MutationModule {
  readonly name: string
  readonly files: readonly string[]
}

const inEngine = (folder: string, ...names: readonly string[]): readonly string[] =>
  names.map((name) => `packages/engine/src/${folder}/${name}.ts`)

/** To mutate one more file, add it here, and its tests to `include` of vitest.mutation.config.ts when they are elsewhere. */
export const MODULES: readonly MutationModule[] = [
  { name: 'Backoff', files: inEngine('job', 'backoff') },
  {
    name: 'Cron',
    files: inEngine('schedule', 'cron', 'cron-zone', 'slots', 'slots-zone', 'catch-up', 'overlap', 'jitter'),
  },
  {
    name: 'State machine',
    files: [
      ...inEngine('queue', 'outcome', 'ledger', 'queue-state'),
      ...inEngine('store', 'finish'),
      ...inEngine('workflow', 'recollection', 'step-policy', 'side-by-side'),
    ],
  },
  { name: 'Fencing', files: [...inEngine('queue', 'lease-book'), ...inEngine('store', 'settle', 'workers', 'leases')] },
]
