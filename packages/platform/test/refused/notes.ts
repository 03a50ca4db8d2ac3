import { builders, type Context } from '@regie/platform'
import { z } from 'zod'

/** The scope of a small app, on which the refusals are shown. */
export interface Notes {
  readonly db: { notes_note: { org_id: string; id: string; text: string } }
  readonly config: { readonly greeting: string }
  readonly permission: 'note.read' | 'note.write'
}

export const { defineApp, job, projection, reaction, route, schedule, workflow, event } = builders<Notes>('notes')

/** A job with an input. */
export const remind = job({ name: 'remind', input: z.object({ noteId: z.string() }), run: async () => {} })

/** A context, as routes and jobs have it. */
export declare const ctx: Context<Notes>

/** Everything an app has to say, except what a refusal is about. */
export const empty = {
  title: 'Notes',
  config: z.object({ greeting: z.string() }),
  migrations: {},
  events: [],
  projections: [],
  personalData: [],
  routes: [],
  jobs: [],
  workflows: [],
  schedules: [],
  reactions: [],
  permissions: { 'note.read': 'Read', 'note.write': 'Write' },
  roles: {},
  checks: [],
  slos: [],
  pages: [],
} as const
