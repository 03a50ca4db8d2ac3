import { hearStatements, queriesAnswered, queriesUnderWay, statementsMade } from './statements.ts'

// Two turns of the event loop without anything under way: a promise chain between two statements takes less than one.
const CALM_TURNS = 2
const GIVE_UP_MS = 250

/**
 * Resolves once nothing is on its way to or from the store; after 250 ms anyway, because a query may wait for a lock. Answers
 * whether it has come to rest.
 */
export async function settle(): Promise<boolean> {
  const giveUpAt = performance.now() + GIVE_UP_MS
  for (let calm = 0; calm < CALM_TURNS; ) {
    const leftMs = giveUpAt - performance.now()
    if (leftMs <= 0 || !(await queriesAnswered(leftMs))) return false
    await new Promise((resolve) => setImmediate(resolve))
    calm = isBusy() ? 0 : calm + 1
  }
  return true
}

// SQLite's writer gathers a group in an immediate and syncs it by a request to the file system.
function isBusy(): boolean {
  if (queriesUnderWay() > 0) return true
  return process.getActiveResourcesInfo().some((kind) => kind === 'FSReqCallback' || kind === 'Immediate')
}

// Counted and not timed, so that a busy machine does not look like a busy engine.
const MOST_STATEMENTS = 5_000

/** Lets the engines end what they have begun. Fails when they never do: one of them does the same thing again and again. */
export async function comeToRest(): Promise<void> {
  const spinning = watchFor(MOST_STATEMENTS)
  try {
    for (let before = statementsMade(); !(await settle()); before = statementsMade()) {
      spinning.check()
      // Whoever waits for a lock asks for nothing else meanwhile.
      if (statementsMade() === before) return
    }
  } finally {
    spinning.end()
  }
}

// Longer than the engine waits anywhere by the real clock (200 ms for a claimed run without a slot), in turns of a timer: a
// process that was not let run meanwhile has not been quiet.
const QUIET_TURNS = 60
const TURN_MS = 5
const MOST_WHILE_QUIET = 600

/** Waits until the store has been left alone for 300 ms. Fails when it never is, though nothing happens. */
export async function beQuiet(): Promise<void> {
  const spinning = watchFor(MOST_WHILE_QUIET)
  try {
    for (let quiet = 0; quiet < QUIET_TURNS; spinning.check()) {
      const before = statementsMade()
      await new Promise((resolve) => setTimeout(resolve, TURN_MS))
      quiet = statementsMade() === before ? quiet + 1 : 0
    }
  } finally {
    spinning.end()
  }
}

function watchFor(most: number): { readonly check: () => void; readonly end: () => void } {
  const counts = new Map<string, number>()
  const end = hearStatements((sql) => counts.set(sql, (counts.get(sql) ?? 0) + 1))
  const check = (): void => {
    const sum = [...counts.values()].reduce((total, count) => total + count, 0)
    if (sum <= most) return
    const often = [...counts].toSorted(([, a], [, b]) => b - a).slice(0, 5)
    const list = often.map(([sql, count]) => `${count} × ${sql.replaceAll(/\s+/g, ' ').trim().slice(0, 160)}`)
    throw new Error(`an engine stirs while it should wait: ${sum} statements, most often\n${list.join('\n')}`)
  }
  return { check, end }
}
