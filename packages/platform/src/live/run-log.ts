import { viewRunLine } from '../api/run-logs.ts'
import { type ChannelKey, keyOf } from '../realtime/message.ts'
import type { Publisher } from '../realtime/realtime.ts'
import type { RunLine } from '../run-log/line.ts'
import type { RunLogs } from '../run-log/run-logs.ts'
import { runLogTopic } from './topics.ts'
import type { Watch } from './watch.ts'

const EVERY_MS = 300
const MOST_RUNS = 200
const MOST_LINES = 500
const MOST_BYTES = 49_152

/** The lines of single runs, once they are written down: so that they have their sequence, whatever process wrote them. */
export function watchRunLog(runLogs: Pick<RunLogs, 'heads' | 'news'>, publisher: Publisher): Watch {
  // Up to which sequence each channel was told.
  const told = new Map<string, number>()
  return {
    topic: runLogTopic.name,
    everyMs: EVERY_MS,
    async look(keys, fresh) {
      const watched = new Set(keys.map(keyOf))
      for (const name of told.keys()) if (!watched.has(name)) told.delete(name)
      const asked = keys.slice(0, MOST_RUNS).map((key) => ({ key, name: keyOf(key), run: runOf(key) }))
      const heads = new Map((await runLogs.heads(asked.map(({ run }) => run))).map((head) => [head.run, head]))
      // A run of another organisation has no lines here.
      const own = asked.flatMap(({ key, name, run }) => {
        const head = heads.get(run)
        const mine = head?.org === key.org ? head : { lines: 0, dropped: 0 }
        return [{ key, name, run, after: told.get(name) ?? mine.lines, ...mine }]
      })
      const behind = own.filter(({ after, lines }) => after < lines)
      const news = behind.length === 0 ? new Map<number, readonly RunLine[]>() : await runLogs.news(behind, MOST_LINES)
      const isWhole = [...news.values()].reduce((sum, { length }) => sum + length, 0) < MOST_LINES
      for (const { key, name, run, after, lines, dropped } of own) {
        const some = fitting(news.get(run) ?? [])
        // Without any, they were left to the next look, or are gone already.
        const last = some.at(-1)?.seq ?? (isWhole ? Math.max(after, lines) : after)
        told.set(name, last)
        if (some.length === 0 && !fresh.has(name)) continue
        await publisher.publish(runLogTopic, { id: run }, { lines: some.map(viewRunLine), after, last, dropped }, key)
      }
    },
  }
}

function runOf({ channel }: ChannelKey): number {
  return Number(channel.slice(runLogTopic.name.length + 1))
}

/** As many as one message may hold, and at least one. */
function fitting(lines: readonly RunLine[]): readonly RunLine[] {
  let bytes = 0
  const end = lines.findIndex((line, index) => {
    bytes += Buffer.byteLength(JSON.stringify(line)) + 32
    return bytes > MOST_BYTES && index > 0
  })
  return end === -1 ? lines : lines.slice(0, end)
}
