/** A PostgreSQL server that this process owns: what the trials use of scripts/postgres-server.ts. */
export interface OwnPostgres {
  readonly url: string
  stop(mode?: 'fast' | 'immediate'): Promise<void>
  /** `immediate` is a crash: open transactions and unsynced commits are gone, the log is replayed at the start. */
  restart(mode: 'fast' | 'immediate'): Promise<void>
  /** Without waiting, for a process that is about to exit. */
  kill(): void
}

interface ServerModule {
  startPostgres(options: {
    readonly directory: string
    readonly settings: Readonly<Record<string, string>>
  }): Promise<OwnPostgres>
}

/** Starts a server with its data in this folder; every folder above must be open to all when run as root. */
export async function withOwnPostgres<Answer>(
  directory: string,
  work: (server: OwnPostgres) => Promise<Answer>,
): Promise<Answer> {
  // The repository's tools are no package; their address is computed because imports climb one folder at most.
  const address = new URL('../../../../scripts/postgres-server.ts', import.meta.url)
  const { startPostgres }: ServerModule = await import(address.href)
  // A crash then loses whatever was committed without waiting for the disk, up to the last commit that did wait.
  const server = await startPostgres({ directory, settings: { wal_writer_delay: '10000ms' } })
  const crash = (): void => server.kill()
  process.once('exit', crash)
  try {
    return await work(server)
  } finally {
    process.off('exit', crash)
    await server.stop()
  }
}
