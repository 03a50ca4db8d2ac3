import { utimesSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'

/** The entry of the heart's thread: see heart.ts. */

const { source, path, epoch, everyMs } = workerData

if (source.kind === 'sqlite') {
  setInterval(() => {
    const now = new Date()
    utimesSync(path, now, now)
  }, everyMs)
}

if (source.kind === 'postgres') {
  const { default: pg } = await import('pg')
  const options = source.schema === undefined ? {} : { options: `-c search_path=${source.schema}` }
  const pool = new pg.Pool({
    connectionString: source.url,
    max: 1,
    connectionTimeoutMillis: everyMs,
    application_name: 'regie heart',
    ...options,
  })
  pool.on('error', () => {})
  const { BEAT } = await import('../store/postgres/clock.ts')
  setInterval(() => {
    // A missed beat is made good by the next one; the fence decides if they stop for too long.
    pool
      .query(BEAT, [epoch])
      .then(({ rowCount }: { readonly rowCount: number | null }) => {
        if (rowCount === 0) parentPort?.postMessage('lost')
      })
      .catch(() => {})
  }, everyMs)
}
