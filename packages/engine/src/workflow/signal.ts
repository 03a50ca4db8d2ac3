import type { z } from 'zod'

/** A named message that a workflow can wait for, with the shape of what it carries. */
export interface Signal<In = unknown, Out = unknown> {
  readonly name: string
  readonly payload: z.ZodType
  /** Never present; carries the types. */
  readonly '~types'?: { readonly input: (payload: In) => void; readonly output: Out }
}

/** Any signal, whatever it carries. */
export type AnySignal = Pick<Signal, 'name' | 'payload'>

/** Declares a signal. The engine knows the signals that its workflows list. */
export function signal<Schema extends z.ZodType>(definition: {
  /** Lower-case words, dots and dashes. */
  readonly name: string
  /** Checked when it is sent; stored as JSON. */
  readonly payload: Schema
}): Signal<z.input<Schema>, z.output<Schema>> {
  return { name: definition.name, payload: definition.payload }
}
