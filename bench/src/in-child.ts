import { fork } from 'node:child_process'
import type { Answer, Order } from './child.ts'

type Message = { readonly found: Answer } | { readonly error: string }

const CHILD = new URL('./child.ts', import.meta.url)
const LAST_WORDS = 2_000
/** As `npm start` runs our product, and for everybody: V8 then collects young garbage sooner instead of letting the heap grow. */
const YOUNG_GENERATION = '--max-semi-space-size=4'

/** Carries an order out in a process of its own. Throws what went wrong in it, and after `limitMs` ends it. */
export async function inChild(order: Order, limitMs: number): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const child = fork(CHILD, {
    execArgv: ['-C', 'source', '--disable-warning=ExperimentalWarning', YOUNG_GENERATION],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let lastWords = ''
  child.stderr?.on('data', (text: Buffer) => {
    lastWords = (lastWords + text.toString()).slice(-LAST_WORDS)
  })
  const timer = setTimeout(() => {
    reject(new Error(`no answer within ${limitMs / 1_000} s ${lastWords}`))
    child.kill('SIGKILL')
  }, limitMs)
  child.on('message', (message: Message) => {
    if ('found' in message) resolve(message.found)
    else reject(new Error(message.error))
  })
  child.on('exit', (code, signal) => reject(new Error(`ended early (${signal ?? code}) ${lastWords}`)))
  child.send(order)
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    if (child.exitCode === null && child.signalCode === null) await new Promise((ended) => child.once('exit', ended))
  }
}
