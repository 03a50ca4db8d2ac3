// Adds to a package-lock.json the optional packages of other platforms that npm left out.
//
// npm omits an optional package whose registry answers without it (mirrors often hold one platform only), and then
// `npm ci` refuses that same lock file with "Missing: … from lock file". An entry with the version that its dependant
// pins is enough: npm skips it where `os` and `cpu` do not match, and asks the registry for it where they do.
//
//   node scripts/complete-lock.mjs [--check] [folder …]
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const SYSTEMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'wasm32',
  'win32',
]
const PROCESSORS = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64']

// The platform a package is for, read from its name: `@oxc-parser/binding-linux-x64-musl`.
function platformOf(name) {
  const words = name.replace(/^@[^/]+\//, '').split('-')
  const os = SYSTEMS.find((system) => words.includes(system))
  const cpu = PROCESSORS.find((processor) => words.includes(processor))
  const libc = words.some((word) => word.startsWith('musl'))
    ? 'musl'
    : words.some((word) => word.startsWith('gnu')) && 'glibc'
  return { ...(os && { os: [os] }), ...(cpu && { cpu: [cpu] }), ...(libc && { libc: [libc] }) }
}

// The entries a lock file lacks, by their path in it.
function missingEntries(lock) {
  const missing = {}
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (candidates(path, name).some((candidate) => candidate in lock.packages)) continue
      const { os, cpu, libc } = platformOf(name)
      missing[`node_modules/${name}`] = { version, cpu, dev: entry.dev, libc, optional: true, os }
    }
  }
  return missing
}

// Where Node would look for a package, from the nearest folder up.
function candidates(path, name) {
  const found = [`${path}/node_modules/${name}`]
  for (
    let at = path.lastIndexOf('node_modules/');
    at >= 0;
    at = at === 0 ? -1 : path.lastIndexOf('node_modules/', at - 1)
  ) {
    found.push(`${path.slice(0, at)}node_modules/${name}`)
  }
  return [...found, `node_modules/${name}`]
}

function main(args) {
  const check = args.includes('--check')
  const folders = args.filter((arg) => !arg.startsWith('--'))
  const incomplete = (folders.length > 0 ? folders : ['.']).filter((folder) =>
    complete(join(folder, 'package-lock.json'), check),
  )
  return check && incomplete.length > 0 ? 1 : 0
}

// Whether anything was missing.
function complete(file, check) {
  if (!existsSync(file)) return false
  const lock = JSON.parse(readFileSync(file, 'utf8'))
  const missing = missingEntries(lock)
  const count = Object.keys(missing).length
  if (count === 0) return false
  if (check) {
    console.error(
      `${file} lacks ${count} optional packages, so npm ci would refuse it: node scripts/complete-lock.mjs . bench`,
    )
    return true
  }
  const entries = Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) => a.localeCompare(b, 'en'))
  writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(entries) }, null, 2)}\n`)
  console.log(`${file}: added ${count} optional packages of other platforms`)
  return true
}

process.exitCode = main(process.argv.slice(2))
