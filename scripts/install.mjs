// Brings node_modules to the state of package-lock.json. Plain JavaScript for an old Node, like bootstrap.mjs.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const PROGRESS_MS = 10_000
const LOCK_POLL_MS = 500

/** A failure that a person can put right: what is wrong, and the next step. */
export class Refusal extends Error {
  constructor(message, nextStep) {
    super(message)
    this.nextStep = nextStep
  }
}

/**
 * Whether node_modules of this folder holds what package-lock.json names. Reading a stamp is enough (2 ms) until one of
 * the two changes. Without `needsDev` a production install (`npm ci --omit=dev`) will do.
 */
export function isInstalled(folder, { needsDev }) {
  const state = currentState(folder)
  if (!state) return false
  const stamp = readText(stampFile(folder))
  if (stamp === `${state} dev` || (stamp === state && !needsDev)) return true
  const devToo = agrees(folder, { needsDev: true })
  if (!devToo && (needsDev || !agrees(folder, { needsDev }))) return false
  writeStamp(folder, devToo)
  return true
}

/** Runs `npm ci` in the folder, showing what npm says. Throws a {@link Refusal} with a next step when it cannot. */
export async function install(folder, { needsDev }) {
  const release = await acquireLock(folder)
  try {
    if (isInstalled(folder, { needsDev })) return
    console.error(`Installing what package-lock.json names into ${join(folder, 'node_modules')}: once, about a minute.`)
    const start = Date.now()
    await npmCi(folder, start)
    writeStamp(folder, true)
    console.error(`Installed in ${seconds(start)} s.`)
  } finally {
    release()
  }
}

function currentState(folder) {
  const lock = readText(join(folder, 'package-lock.json'))
  if (lock === undefined) throw new Refusal(`${folder} has no package-lock.json.`, 'Is this a complete checkout?')
  const hidden = statSync(hiddenLock(folder), { throwIfNoEntry: false })
  return hidden && `${createHash('sha256').update(lock).digest('hex')} ${hidden.mtimeMs}`
}

function writeStamp(folder, devToo) {
  try {
    writeFileSync(stampFile(folder), `${currentState(folder)}${devToo ? ' dev' : ''}`)
  } catch {
    // A read-only install works too; the comparison is then made at each start.
  }
}

// node_modules/.package-lock.json is npm's own account of what it put there.
function agrees(folder, { needsDev }) {
  const wanted = JSON.parse(readText(join(folder, 'package-lock.json'))).packages
  const present = JSON.parse(readText(hiddenLock(folder))).packages
  const isWrong = ([path, entry]) => {
    if (path === '') return false
    const found = present[path]
    if (found) return found.version !== entry.version || found.integrity !== entry.integrity
    if (entry.dev && !needsDev) return false
    return !entry.optional || isForThisPlatform(entry)
  }
  return !Object.entries(wanted).some(isWrong) && Object.keys(present).every((path) => path in wanted)
}

function isForThisPlatform({ os, cpu, libc }) {
  if (!os || !cpu || libc) return false
  return [os].flat().includes(process.platform) && [cpu].flat().includes(process.arch)
}

async function npmCi(folder, start) {
  const flags = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']
  const child = spawnNpm(folder, flags)
  const progress = setInterval(() => console.error(`  … ${seconds(start)} s`), PROGRESS_MS)
  let output = ''
  child.stderr.on('data', (chunk) => {
    output += chunk
    process.stderr.write(chunk)
  })
  try {
    const code = await new Promise((resolve, reject) => {
      child.on('error', (cause) => reject(withoutNpm(cause)))
      child.on('close', (status, signal) => resolve(status ?? signal))
    })
    if (code !== 0) throw new Refusal(`npm ci failed in ${folder} (${code}).`, nextStep(output, folder))
  } finally {
    clearInterval(progress)
  }
}

// Install scripts stay off: nothing here needs one, npm 11.19 blocks them anyway, and they are how a bad package acts.
function spawnNpm(folder, flags) {
  const args = [...flags, '--ignore-scripts']
  const options = { cwd: folder, stdio: ['ignore', 2, 'pipe'] }
  const npm = process.env.npm_execpath
  if (npm && /npm-cli\.c?js$/.test(npm) && existsSync(npm)) return spawn(process.execPath, [npm, ...args], options)
  const isWindows = process.platform === 'win32'
  return spawn(isWindows ? 'npm.cmd' : 'npm', args, { ...options, shell: isWindows })
}

function withoutNpm(cause) {
  return new Refusal(`npm does not start (${cause.code}).`, 'Install npm (it comes with Node) or put it on the PATH.')
}

const NEXT_STEPS = [
  [/ENOSPC/, (folder) => `The disk of ${folder} is full: free about 1 GB and run the same command again.`],
  [
    /can only install packages when|EUSAGE/,
    () => 'package.json and package-lock.json disagree: run npm install, then node scripts/complete-lock.mjs.',
  ],
  [/EACCES|EPERM|EROFS/, (folder) => `You may not write to ${folder}/node_modules: whose is it? (ls -ld)`],
  [
    /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONN|ERR_SOCKET|E40[134]|E5\d\d/,
    () => 'The npm registry does not answer or lacks a package: see npm config get registry, your network and proxy.',
  ],
  [/EINTEGRITY/, () => 'A download was damaged: run npm cache clean --force, then the same command again.'],
]

function nextStep(output, folder) {
  const known = NEXT_STEPS.find(([pattern]) => pattern.test(output))
  return known ? known[1](folder) : 'npm says why above. Put it right and run the same command again.'
}

// Two commands in two terminals must not install at the same time: the second waits for the first.
async function acquireLock(folder) {
  const file = join(folder, '.regie-installing')
  for (let told = false; ; told = true) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      const release = () => rmSync(file, { force: true })
      process.once('exit', release)
      return release
    } catch (error) {
      if (error.code !== 'EEXIST')
        throw new Refusal(`Cannot write ${file} (${error.code}).`, nextStep(error.code, folder))
    }
    const owner = Number(readText(file))
    if (owner > 0 && !isAlive(owner)) rmSync(file, { force: true })
    else if (!told) console.error(`Process ${owner || '?'} is installing here: waiting for it.`)
    await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS))
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

const hiddenLock = (folder) => join(folder, 'node_modules', '.package-lock.json')
const stampFile = (folder) => join(folder, 'node_modules', '.regie-lock')
const seconds = (start) => Math.round((Date.now() - start) / 1_000)
