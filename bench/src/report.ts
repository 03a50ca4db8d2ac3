import { reasons } from './reasons.ts'
import { bestPeer, lead, median, type Results } from './results.ts'
import { type Figure, figures } from './rows.ts'

/** The whole page, `bench/README.md`. */
export function report(results: Results): string {
  return `${[
    '# Bench',
    'Regie and its peers, one after the other on one machine, each in a process of its own. Written by the bench; do not edit.',
    machine(results),
    '## Figures',
    `Medians of ${results.sizes.repeats} interleaved measurements (claims and waiting workflows: one). Best ranked figure of each row in bold.`,
    figureTable(results),
    '## Against the best peer',
    'Times better than the best ranked peer of the row: 2.0 is twice as good, whatever the unit. Below 1 we do not lead.',
    leadTable(results),
    ...behind(results),
    '## Contestants',
    contestants(results),
    '## How it is measured',
    METHOD,
  ].join('\n\n')}\n`
}

/** The tables alone, for a terminal. */
export function summary(results: Results): string {
  return [figureTable(results), leadTable(results), ...behind(results), remarks(results)]
    .filter((part) => part !== '')
    .join('\n\n')
}

const METHOD = `- Handlers do nothing. Each measurement starts on a fresh database or an emptied Redis, after a checkpoint; all stores lie on the same disk.
- *Bulk enqueue*: one caller, batches of 1,000, one after the other.
- *Process*: a backlog is enqueued by another process; the clock runs from the start of the worker until its store says nothing is left.
- *Enqueue → start*: an idle worker of concurrency 10 in the same process, one enqueue every 13 ms; from the call of enqueue to the first line of the handler.
- *Claim*: with a million runs waiting (statistics brought up to date), one claim of one run at a time, in a fresh process.
- *Five-step workflows*: a backlog, 100 at a time, each step recorded durably before the next begins; *first step*: an idle worker, one enqueue every 13 ms.
- *Append*: four callers, 100 events to a new stream in each append. *Projection* and *replay*: what was appended, in the shape of version 1, is brought to version 2; the projection adds up ten keys, its rows and its place are committed together.
- *Waiting workflows*: 100,000 sleeping ones, found by a fresh process; they wake within a minute. Memory is the resident set with them less that of the same process on an empty store.
- *Memory, peak*: peak resident set of the worker's process at concurrency 100. The server of a peer, PostgreSQL or Redis, comes on top and is not counted; an embedded store is counted whole.
- *Log bytes per run*: enqueue and process at concurrency 10. PostgreSQL: growth of \`pg_current_wal_lsn\`. Redis: growth of its append-only file. SQLite: \`write_bytes\` of \`/proc/self/io\` of both processes, which holds the write-ahead log and also its checkpoints into the database file.
- Ranked are those who lose nothing acknowledged at a power cut; the others are shown beside.`

function machine({ machine: own, versions, date, command }: Results): string {
  return [
    `- ${date}: \`${command}\``,
    `- ${own.cores} cores (${own.cpu}), ${own.memoryGb} GB, ${own.system}, Node ${own.node}; appending 4 KiB and syncing takes ${round(own.syncMs)} ms`,
    `- ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(' · ')}`,
  ].join('\n')
}

function figureTable(results: Results): string {
  const head = ['', ...results.contestants.map(({ title, ranked }) => (ranked ? title : `*${title} (not ranked)*`))]
  const rows = measured(results).map((figure) => {
    const best = bestRanked(results, figure)
    const cells = results.contestants.map(({ name }) => {
      const value = median(results, figure, name)
      if (value === undefined) return '–'
      return name === best ? `**${round(value)}**` : round(value)
    })
    return [`${figure.title} (${figure.unit})`, ...cells]
  })
  return table([head, ...rows])
}

function leadTable(results: Results): string {
  const ours = results.contestants.filter((contestant) => contestant.ours)
  if (ours.length === 0) return ''
  const rows = measured(results).flatMap((figure) => {
    const peer = bestPeer(results, figure)
    if (!peer) return []
    const cells = ours.map(({ name }) => {
      const own = median(results, figure, name)
      return own === undefined ? '–' : lead(figure, own, peer.value).toFixed(2)
    })
    return [[figure.title, `${peer.title}: ${round(peer.value)} ${figure.unit}`, ...cells]]
  })
  return table([['', 'best peer', ...ours.map(({ title, ranked }) => (ranked ? title : `*${title}*`))], ...rows])
}

/** A plain sentence for each figure in which a ranked contestant of ours is behind. */
function behind(results: Results): readonly string[] {
  const lines = measured(results).flatMap((figure) => {
    const peer = bestPeer(results, figure)
    if (!peer) return []
    return results.contestants.flatMap(({ name, title, ours, ranked }) => {
      const own = median(results, figure, name)
      if (!ours || !ranked || own === undefined || lead(figure, own, peer.value) >= 1) return []
      const times = (1 / lead(figure, own, peer.value)).toFixed(2)
      const why = reasons[`${name} ${figure.name}`] ?? ''
      return [
        `- ${figure.title}: ${title} has ${round(own)} ${figure.unit}, ${peer.title} ${round(peer.value)}: ${times}× better. ${why}`.trim(),
      ]
    })
  })
  return lines.length === 0 ? [] : ['### Where we do not lead', lines.join('\n')]
}

function contestants(results: Results): string {
  const present = results.contestants.map(
    ({ title, package: name, notes }) =>
      `- **${title}** (${name} ${results.versions[name] ?? '?'}): ${notes.join(' ')}`,
  )
  const absent = Object.entries(results.absent).map(([name, reason]) => `- ${name} did not take part: ${reason}.`)
  return [...present, ...absent, remarks(results)].filter((line) => line !== '').join('\n')
}

function remarks({ samples }: Results): string {
  const lines = samples
    .filter((sample) => sample.remark)
    .map((sample) => `- ${sample.contestant}, ${sample.row}: ${sample.remark?.split('\n')[0]}.`)
  return [...new Set(lines)].join('\n')
}

function measured(results: Results): readonly Figure[] {
  return figures.filter((figure) => results.contestants.some(({ name }) => median(results, figure, name) !== undefined))
}

function bestRanked(results: Results, figure: Figure): string | undefined {
  return results.contestants
    .filter((contestant) => contestant.ranked)
    .map(({ name }) => ({ name, value: median(results, figure, name) }))
    .filter((entry): entry is { name: string; value: number } => entry.value !== undefined)
    .toSorted((a, b) => (figure.better === 'more' ? b.value - a.value : a.value - b.value))[0]?.name
}

function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows
  const rule = head.map((_, index) => (index === 0 ? '---' : '---:'))
  return [head, rule, ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function round(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en-GB')
  return value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
