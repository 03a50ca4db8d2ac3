import type { Machine } from '../machine.ts'

/** What was measured of live connections; times in milliseconds, memory in MB of 2^20 bytes. */
export interface RealtimeResults {
  readonly date: string
  readonly machine: Machine
  readonly connections: number
  readonly connectSeconds: number
  /** Resident set of the server's process. */
  readonly serverMb: { readonly empty: number; readonly idle: number; readonly afterFanOut: number }
  readonly fanOut: {
    readonly messages: number
    /** Of all clients together: messages times connections when nothing was lost. */
    readonly heard: number
    readonly p50: number
    readonly p95: number
    readonly p99: number
    readonly worst: number
  }
}

const TARGET_MB = 200

/** The page of the live connections. */
export function realtimeReport({
  date,
  machine,
  connections,
  connectSeconds,
  serverMb,
  fanOut,
}: RealtimeResults): string {
  const { cpu, cores, memoryGb, system, node, syncMs } = machine
  const addedMb = serverMb.idle - serverMb.empty
  const count = connections.toLocaleString('en')
  const rows: readonly (readonly [string, string, string])[] = [
    ['memory of the server, nobody connected', `${serverMb.empty.toFixed(0)} MB`, ''],
    [`added by ${count} idle connections`, `${addedMb.toFixed(0)} MB`, `< ${TARGET_MB} MB for 10,000`],
    ['of it one connection', `${((addedMb * 1_024) / connections).toFixed(1)} KB`, ''],
    ['memory after the messages', `${serverMb.afterFanOut.toFixed(0)} MB`, ''],
    ['until all are connected and subscribed', `${connectSeconds.toFixed(1)} s`, ''],
    [`one message to all ${count}, p50`, `${fanOut.p50} ms`, ''],
    ['p95', `${fanOut.p95} ms`, ''],
    ['p99', `${fanOut.p99} ms`, ''],
    ['the latest', `${fanOut.worst} ms`, ''],
    [
      'heard',
      `${fanOut.heard.toLocaleString('en')} of ${(fanOut.messages * connections).toLocaleString('en')}`,
      'all of them',
    ],
  ]
  return [
    '# Live connections, measured',
    '',
    'Written by `npm run bench -- --only realtime --write`; do not edit.',
    '',
    `- ${date}, ${cores} cores (${cpu}), ${memoryGb} GB, ${system}, Node ${node}; appending 4 KiB and syncing takes ${syncMs.toFixed(2)} ms`,
    `- ${count} WebSockets of two other processes of the same machine, each subscribed to one kept topic, at a server with SQLite; idle for ten seconds, then ${fanOut.messages} messages, one each half second.`,
    '- Late is what lies between the call of `publish` and the arrival at a client: the commit and its order are in it, and the clients share the cores with the server.',
    '',
    '| | measured | target |',
    '|---|---:|---|',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
    '',
  ].join('\n')
}
