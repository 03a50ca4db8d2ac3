/** What a contestant keeps its runs in. `redis-synced` syncs its log at each write, as the databases do. */
export type Store = 'sqlite' | 'postgres' | 'redis-synced' | 'redis-unsynced'

/** Where the runs of one measurement lie: fresh at its start, thrown away after it. */
export interface Place {
  /** A file for SQLite, a connection URL for the servers. */
  readonly address: string
}

/** How many runs of one no-op job may run at the same time in the rows that process a backlog. */
export type Concurrency = 1 | 10 | 100

/** What not every engine can be measured with. */
export type Probe = 'workflow' | 'append' | 'projection' | 'idle' | 'sleep' | 'wake'

/** How much of a probe; instants in milliseconds UTC. */
export interface ProbeOrder {
  readonly count: number
  /** Events in one append. Default 100. */
  readonly batch?: number
  /** The first of `count` sleeps ends here, the last `spanMs` later. */
  readonly from?: number
  readonly spanMs?: number
}

/** An engine under test, opened on a place; each lives in a child process of its own. */
export interface Session extends AsyncDisposable {
  /** Enqueues these numbers as the inputs of as many runs, acknowledged when the promise resolves. One call is one batch. */
  enqueueMany(inputs: readonly number[]): Promise<void>
  enqueueOne(input: number): Promise<void>
  /** Starts working; `onRun` is the body of the job. Resolves once the worker is ready or on its way. */
  work(concurrency: Concurrency, onRun: (input: number) => void): Promise<void>
  /** Runs not durably ended yet. Asked only after every handler was called, so its cost is outside the load. */
  unfinished(): Promise<number>
  /** The fastest documented way to leave this many runs waiting, when it is another than `enqueueMany`. */
  preload?(count: number): Promise<void>
  /** Claims one run at a time and answers the milliseconds of each claim; absent when `claimsAlone` is false. */
  claims?(count: number): Promise<readonly number[]>
  /** Figures by name; the place is migrated. */
  probe?(probe: Probe, order: ProbeOrder): Promise<Readonly<Record<string, number>>>
}

/** One line-up entry: an engine in one configuration. */
export interface Contestant {
  readonly name: string
  readonly title: string
  readonly ours: boolean
  readonly store: Store
  /** Only equal durability is ranked: nothing acknowledged may be lost at a power cut. */
  readonly ranked: boolean
  /** The npm package whose version is reported. */
  readonly package: string
  /** What a reader must know to judge the figures: configuration, history, what is different. */
  readonly notes: readonly string[]
  /** Runs waiting when the worker starts, sized for a few seconds of work. */
  readonly backlog: Readonly<Record<Concurrency, number>>
  /** False when single claims cannot be had, so that a million runs are not loaded for nothing. */
  readonly claimsAlone: boolean
  /** The probes it takes part in, with their counts. */
  readonly probes?: Partial<Readonly<Record<Probe, number>>>
  /** `migrate` creates the tables; later sessions on the same place do without. */
  open(place: Place, options: { readonly migrate: boolean }): Promise<Session>
}
