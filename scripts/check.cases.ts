/** Code that the rules must refuse. */
export interface Bad {
  readonly what: string
  readonly file: string
  readonly rule: string
  readonly code: string
}

const restricted = 'lint/style/noRestrictedImports'
const use = (specifier: string): string => `import { thing } from '${specifier}'\n\nconsole.log(thing)\n`

/** One deliberately bad file for each rule. */
export const BAD: readonly Bad[] = [
  {
    what: 'the engine importing fastify',
    file: 'packages/engine/src/a/bad-1.ts',
    rule: restricted,
    code: use('fastify'),
  },
  {
    what: 'the engine importing the platform',
    file: 'packages/engine/src/a/bad-2.ts',
    rule: restricted,
    code: use('@regie/platform'),
  },
  {
    what: 'the engine loading an app lazily',
    file: 'packages/engine/src/a/bad-3.ts',
    rule: restricted,
    code: "console.log(await import('@regie/quotes'))\n",
  },
  {
    what: 'the platform importing an app',
    file: 'packages/platform/src/bad-4.ts',
    rule: restricted,
    code: use('@regie/quotes'),
  },
  {
    what: 'the platform importing the product',
    file: 'packages/platform/src/bad-5.ts',
    rule: restricted,
    code: use('regie'),
  },
  { what: 'the console importing Node', file: 'packages/console/src/bad-6.ts', rule: restricted, code: use('node:fs') },
  {
    what: 'the console importing the server',
    file: 'packages/console/src/bad-7.ts',
    rule: restricted,
    code: use('@regie/platform'),
  },
  { what: 'an app importing fastify', file: 'apps/quotes/src/bad-8.ts', rule: restricted, code: use('fastify') },
  {
    what: 'an app importing node:sqlite',
    file: 'apps/quotes/src/bad-9.ts',
    rule: restricted,
    code: use('node:sqlite'),
  },
  {
    what: 'an app importing the engine',
    file: 'apps/quotes/src/bad-10.ts',
    rule: restricted,
    code: use('@regie/engine'),
  },
  {
    what: 'an app importing the root of another app',
    file: 'apps/quotes/src/bad-11.ts',
    rule: restricted,
    code: use('@regie/deploy'),
  },
  {
    what: 'an app reading the environment',
    file: 'apps/quotes/src/bad-12.ts',
    rule: 'lint/style/noProcessEnv',
    code: 'console.log(process.env.HOME)\n',
  },
  { what: 'an app page importing Node', file: 'apps/quotes/console/bad-13.ts', rule: restricted, code: use('node:fs') },
  { what: 'a model importing node:fs', file: 'apps/quotes/src/quote/model.ts', rule: restricted, code: use('node:fs') },
  { what: 'a model importing kysely', file: 'apps/quotes/src/client/model.ts', rule: restricted, code: use('kysely') },
  {
    what: 'a model importing its store',
    file: 'apps/quotes/src/line/model.ts',
    rule: restricted,
    code: use('./store.ts'),
  },
  {
    what: 'an import two folders up',
    file: 'packages/engine/src/a/bad-14.ts',
    rule: restricted,
    code: use('../../other.ts'),
  },
  {
    what: 'the product importing two folders up',
    file: 'regie/src/bad-15.ts',
    rule: restricted,
    code: use('../../apps/quotes/src/app.ts'),
  },
  {
    what: 'an undeclared dependency',
    file: 'packages/platform/src/bad-16.ts',
    rule: 'lint/correctness/noUndeclaredDependencies',
    code: use('left-pad'),
  },
  {
    what: 'an import cycle',
    file: 'packages/engine/src/a/cycle-1.ts',
    rule: 'lint/suspicious/noImportCycles',
    code: "import { two } from './cycle-2.ts'\n\nexport const one = two\n",
  },
  {
    what: 'a default export',
    file: 'packages/engine/src/a/bad-17.ts',
    rule: 'lint/style/noDefaultExport',
    code: 'export default 1\n',
  },
  {
    what: 'an enum',
    file: 'packages/engine/src/a/bad-18.ts',
    rule: 'lint/style/noEnum',
    code: 'export enum Colour {\n  Red = 1,\n}\n',
  },
  {
    what: 'a non-null assertion',
    file: 'packages/engine/src/a/bad-19.ts',
    rule: 'lint/style/noNonNullAssertion',
    code: 'export const first = (list: string[]) => list[0]!.length\n',
  },
  {
    what: 'an explicit any',
    file: 'packages/engine/src/a/bad-20.ts',
    rule: 'lint/suspicious/noExplicitAny',
    code: 'export const x = (y: any) => String(y)\n',
  },
  {
    what: 'a promise that nobody awaits',
    file: 'packages/engine/src/a/bad-21.ts',
    rule: 'lint/nursery/noFloatingPromises',
    code: 'async function work(): Promise<void> {}\nwork()\n',
  },
  {
    what: 'a focused test',
    file: 'packages/engine/src/a/bad-22.test.ts',
    rule: 'lint/suspicious/noFocusedTests',
    code: "import { test } from 'vitest'\n\ntest.only('x', () => {})\n",
  },
  {
    what: 'a file out of format',
    file: 'packages/engine/src/a/bad-23.ts',
    rule: 'format',
    code: 'export const x = "double";\n',
  },
]

/** Files that the rules must accept, and what the bad ones need beside them. */
export const GOOD: Readonly<Record<string, string>> = {
  'packages/engine/src/a/good.ts':
    "import { readFile } from 'node:fs/promises'\nimport type { Kysely } from 'kysely'\nimport { z } from 'zod'\nimport { near } from '../near.ts'\n\nexport const used = [readFile, z, near]\nexport type Rows = Kysely<object>\n",
  'packages/engine/src/near.ts': 'export const near = 1\n',
  'packages/engine/src/near.test.ts': "import { test } from 'vitest'\n\ntest('near is near', () => {})\n",
  'packages/platform/src/good.ts':
    "import { durationMs } from '@regie/engine'\n\nexport const second = durationMs('1s')\n",
  'apps/quotes/src/good.ts':
    "import { deployed } from '@regie/deploy/events'\nimport { builders } from '@regie/platform'\nimport { z } from 'zod'\n\nexport const used = [builders, deployed, z]\n",
  'apps/quotes/src/good/model.ts':
    "import { z } from 'zod'\nimport { total } from '../line/model.ts'\n\nexport const used = [z, total]\n",
  'packages/engine/src/a/cycle-2.ts': "import { one } from './cycle-1.ts'\n\nexport const two = one\n",
}

/** Manifests of a small repository with the folders of this one. */
export const MANIFESTS: Readonly<Record<string, string>> = {
  'packages/engine/package.json': manifest('@regie/engine', 'kysely', 'zod'),
  'packages/platform/package.json': manifest('@regie/platform', '@regie/engine'),
  'packages/console/package.json': manifest('@regie/console', '@regie/platform'),
  'apps/quotes/package.json': manifest('@regie/quotes', '@regie/platform', '@regie/deploy', 'zod'),
  'regie/package.json': manifest('regie', '@regie/quotes'),
}

function manifest(name: string, ...dependencies: readonly string[]): string {
  const versions = Object.fromEntries(dependencies.map((dependency) => [dependency, '1.0.0']))
  return JSON.stringify({ name, version: '1.0.0', type: 'module', dependencies: versions })
}
