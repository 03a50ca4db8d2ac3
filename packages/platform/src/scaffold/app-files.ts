import type { AppWords } from './words.ts'

/** What every app has, whatever it is about; by path below `apps/<id>`. */
export function appFiles({ id, camel, pascal, title, prefix }: AppWords): Readonly<Record<string, string>> {
  return {
    'package.json': `{
  "name": "@regie/${id}",
  "version": "0.1.0",
  "description": "${title}.",
  "license": "MIT",
  "type": "module",
  "engines": {
    "node": ">=24"
  },
  "exports": {
    ".": {
      "source": "./src/app.ts",
      "default": "./dist/app.js"
    }
  },
  "dependencies": {
    "@regie/platform": "0.1.0",
    "kysely": "0.29.9",
    "zod": "4.6.7"
  }
}
`,
    'src/app.ts': `import { config } from './config.ts'
import { errors } from './errors.ts'
import { itemAdded } from './item/events.ts'
import { tidy, tidySchedule } from './item/jobs.ts'
import { getItems, postDone, postItem } from './item/routes.ts'
import { migrations } from './migrations/index.ts'
import { defineApp } from './regie.ts'

/** ${title}: what the app is, as data. */
export const ${camel} = defineApp({
  title: '${title}',
  config,
  migrations,
  events: [itemAdded],
  projections: [],
  // Nothing personal yet. A column such as \`email\` without a rule here is refused at the start.
  personalData: [],
  routes: [postItem, getItems, postDone],
  jobs: [tidy],
  workflows: [],
  schedules: [tidySchedule],
  reactions: [],
  permissions: {
    'item.read': { en: 'See items', fr: 'Voir les éléments' },
    'item.write': { en: 'Add items and mark them done', fr: 'Ajouter des éléments et les cocher' },
  },
  roles: { reader: ['item.read'], member: ['item.read', 'item.write'] },
  errors,
  checks: [],
  slos: [
    {
      name: 'list-answers',
      about: 'The list is there before anybody wonders.',
      of: getItems,
      objective: 0.99,
      within: '500ms',
      window: '30d',
    },
  ],
  pages: [],
})
`,
    'src/regie.ts': `import { builders } from '@regie/platform'
import type { Kysely } from 'kysely'
import type { Config } from './config.ts'
import type { Database } from './schema.ts'

/** What the code of this app may assume. */
export interface ${pascal} {
  readonly db: Database
  readonly config: Config
  readonly permission: 'item.read' | 'item.write'
}

/** Queries, in a transaction or outside; bound to the organisation. */
export type Db = Kysely<Database>

const words = builders<${pascal}>('${id}')

export const { defineApp, event, job, route, schedule } = words
`,
    'src/config.ts': `import { z } from 'zod'

/** Settings under \`apps.${id}\`. Every one has a default, so that the app starts without any. */
export const config = z.strictObject({
  keepDays: z.int().min(1).max(3650).default(90).meta({
    description: 'Items that were done this many days ago are removed.',
    french: 'Les éléments terminés depuis ce nombre de jours sont supprimés.',
  }),
})

/** The settings, complete. */
export type Config = z.output<typeof config>
`,
    'src/errors.ts': `/** Every way this app refuses, as a stable code with the HTTP status it is answered with. */
export const errors = {
  /** No such item in this organisation. */
  ITEM_UNKNOWN: 404,
} as const

/** The only error class this app throws on purpose. The message names the thing and the way out; \`code\` is stable. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: keyof typeof errors
  /** The HTTP status it is answered with. */
  readonly status: number

  constructor(code: keyof typeof errors, message: string) {
    super(message)
    this.code = code
    this.status = errors[code]
  }
}
`,
    'src/schema.ts': `import type { Generated } from 'kysely'

/** \`${prefix}item\`. Instants are milliseconds UTC. */
export interface ItemTable {
  /** Never written by hand: the bound \`db\` fills it in and asks for it. */
  org_id: Generated<string>
  id: string
  title: string
  /** Null while it is open. */
  done_at: number | null
  created_at: number
}

/** The tables of this app, for Kysely. */
export interface Database {
  ${prefix}item: ItemTable
}
`,
    'src/migrations/index.ts': `import type { Migration } from 'kysely/migration'
import { item } from './0001-item.ts'

/** Applied in key order; never edited once released. */
export const migrations: Readonly<Record<string, Migration>> = { '0001-item': item }
`,
    'src/migrations/0001-item.ts': `import type { Migration } from 'kysely/migration'

const TABLE = '${prefix}item'

/** Items. The organisation is the first column of every key and index. */
export const item: Migration = {
  async up(db) {
    await db.schema
      .createTable(TABLE)
      .addColumn('org_id', 'text', (column) => column.notNull())
      .addColumn('id', 'text', (column) => column.notNull())
      .addColumn('title', 'text', (column) => column.notNull())
      .addColumn('done_at', 'bigint')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint(\`\${TABLE}_key\`, ['org_id', 'id'])
      .execute()
    await db.schema.createIndex(\`\${TABLE}_done_at\`).on(TABLE).columns(['org_id', 'done_at']).execute()
  },
  async down(db) {
    await db.schema.dropTable(TABLE).execute()
  },
}
`,
  }
}
