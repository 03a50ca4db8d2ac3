import type { z } from 'zod'
import { isPlatformError } from '../errors.ts'
import { parseInput, strict } from '../http/input.ts'

const SHAPE: ReadonlySet<string> = new Set(['invalid_type', 'unrecognized_keys'])

/**
 * Refuses JSON of another shape by field, as everywhere: `INPUT_INVALID`. What a field of the right kind says is left to better-auth,
 * and so is what is no JSON.
 */
export function checkShape(schema: z.ZodType, body: unknown): void {
  const given = Buffer.isBuffer(body) ? parsed(body) : undefined
  if (given === undefined) return
  try {
    parseInput(strict(schema), given)
  } catch (error) {
    if (isPlatformError(error) && error.issues.some(({ code }) => SHAPE.has(code))) throw error
  }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}
