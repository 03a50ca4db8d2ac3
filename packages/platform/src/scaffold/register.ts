import { refusal } from './refusal.ts'
import type { AppWords } from './words.ts'

const WIDTH = 120

/** `regie/src/apps.ts` with the app in it. Throws `SCAFFOLD_REFUSED` when that file is written otherwise than expected. */
export function registerInProduct(text: string, { id, camel }: AppWords): string {
  const imports = (text.match(/^import .*$/gm) ?? []).join('\n')
  const list = /^(.*= )\[([^\]]*)\]\n$/m.exec(text)
  if (list === null || imports === '' || !text.startsWith(imports)) {
    throw refusal('regie/src/apps.ts does not end in a list of apps', 'let it end so: = [quotes]')
  }
  const [all, before = '', names = ''] = list
  const sorted = [...imports.split('\n'), `import { ${camel} } from '@regie/${id}'`].toSorted((a, b) =>
    sourceOf(a) < sourceOf(b) ? -1 : 1,
  )
  const apps = [...names.split(',').map((name) => name.trim()), camel].filter((name) => name !== '')
  const line = `${before}[${apps.join(', ')}]`
  const written = line.length > WIDTH ? `${before}[\n${apps.map((name) => `  ${name},\n`).join('')}]` : line
  return `${sorted.join('\n')}${text.slice(imports.length, -all.length)}${written}\n`
}

function sourceOf(line: string): string {
  return /from '(.*)'/.exec(line)?.[1] ?? ''
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
}

/** `regie/package.json` with the app among its dependencies. */
export function registerDependency(text: string, { id }: AppWords): string {
  const manifest: Manifest = JSON.parse(text)
  return json({ ...manifest, dependencies: withApp(manifest.dependencies, id) })
}

interface Lock {
  readonly packages: Readonly<Record<string, object>>
}

/** `package-lock.json` as npm would write it with the app among the workspaces. */
export function registerInLock(text: string, { id }: AppWords, manifest: string): string {
  const lock: Lock = JSON.parse(text)
  const { name, version, license, dependencies, engines } = JSON.parse(manifest)
  const product: Manifest = lock.packages.regie ?? {}
  const packages = {
    ...lock.packages,
    [`apps/${id}`]: { name, version, license, dependencies, engines },
    [`node_modules/@regie/${id}`]: { resolved: `apps/${id}`, link: true },
    regie: { ...product, dependencies: withApp(product.dependencies, id) },
  }
  return json({ ...lock, packages: sortedKeys(packages) })
}

function withApp(dependencies: Manifest['dependencies'], id: string): Readonly<Record<string, string>> {
  return sortedKeys({ ...dependencies, [`@regie/${id}`]: '0.1.0' })
}

function sortedKeys<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => a.localeCompare(b, 'en')))
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
