import { z } from 'zod'
import type { Config } from '../config/config.ts'
import { type Endpoint, endpoint } from '../http/endpoint.ts'

const settingView = z.object({
  name: z.string(),
  variable: z.string(),
  about: z.string(),
  /** Of an app, the same in French. */
  french: z.string().optional(),
  app: z.string().optional(),
  source: z.enum(['environment', 'file', 'default']),
  /** What is in force where nobody says anything. */
  fallback: z.string().optional(),
  secret: z.boolean(),
  isSet: z.boolean(),
  value: z.string().optional(),
})

/** `GET /api/v1/settings`: the configuration in force, that of the apps too, secrets left out. */
export function settingsEndpoints({ inForce }: Pick<Config, 'inForce'>): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/settings',
      summary: 'Show the configuration in force, without secrets',
      access: 'settings.read',
      input: z.object({}),
      output: z.object({ items: z.array(settingView).readonly() }),
      handle: async () => ({ items: inForce }),
    }),
  ]
}
