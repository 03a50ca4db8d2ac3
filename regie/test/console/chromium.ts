import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import bundled, { inflate } from '@sparticuz/chromium'
import { type Browser, chromium } from 'playwright-core'

const LOCK_POLL_MS = 200
const LOCK_TRIES = 300

/** Runs the work in one process at a time; what it leaves is there for the next. */
export async function oneAtATime<T>(name: string, work: () => Promise<T>): Promise<T> {
  const lock = join(tmpdir(), `regie-${name}.lock`)
  for (let left = LOCK_TRIES; ; left -= 1) {
    const made = await mkdir(lock).then(
      () => true,
      () => false,
    )
    // A process that was killed has left its lock: then the wait has been long enough for any work.
    if (made || left <= 0) break
    await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS))
  }
  try {
    return await work()
  } finally {
    await rm(lock, { recursive: true, force: true })
  }
}

/** A Chromium from npm, with the libraries that a bare Debian lacks. */
export async function openBrowser(args: readonly string[] = []): Promise<Browser> {
  const executablePath = await oneAtATime('chromium', async () => {
    await inflate(join(binFolder(), 'al2023.tar.br'))
    return bundled.executablePath()
  })
  const libraries = join(tmpdir(), 'al2023', 'lib')
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--no-zygote', '--font-render-hinting=none', '--disable-gpu', ...args],
    env: {
      ...definedOf(process.env),
      // The system's own first: these are for a system that has none.
      LD_LIBRARY_PATH: ['/usr/lib/x86_64-linux-gnu', '/lib/x86_64-linux-gnu', libraries].join(':'),
    },
  })
}

function binFolder(): string {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const folder = join(dirname(entry), '..', 'bin')
  return existsSync(join(folder, 'x64')) ? join(folder, 'x64') : folder
}

function definedOf(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
