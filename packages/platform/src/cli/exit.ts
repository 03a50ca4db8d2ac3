/** What the command's exit code says; docs/reference/cli.md explains each. */
export const EXIT = {
  ok: 0,
  /** It was tried and did not work, or a check found something wrong. */
  failed: 1,
  /** The command line or the configuration is wrong; nothing was done. */
  usage: 2,
  /** There is no such run, queue, schedule, job, alert, backup, user or key. */
  notFound: 3,
  /** It must not happen like this: a conflict, or nobody confirmed it. Nothing was done. */
  refused: 4,
  /** The database is not there, does not answer, or lacks migrations. */
  unreachable: 5,
} as const

/** An exit code of the command. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
