import { z } from 'zod'

// Control characters move a terminal's cursor and add headers to mail; those that turn the direction of text make one name look like another.
const UNFIT = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u

/** A name or a reason that people give: one line of 1 to `max` characters, without those that are not seen. Outer spaces are cut off. */
export function line(max: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => !UNFIT.test(text), 'Holds a line break, or a character that is not seen.')
}

/** The same of what may be left out: an empty one is none. */
export function optionalLine(max: number) {
  return z
    .string()
    .trim()
    .max(max)
    .refine((text) => !UNFIT.test(text), 'Holds a line break, or a character that is not seen.')
    .transform((text) => (text === '' ? undefined : text))
    .optional()
}

/** What can be kept of a name that another system tells: on one line, and not longer than names are here. */
export function lineOf(told: string, max: number): string {
  return told.replace(new RegExp(UNFIT, 'gu'), ' ').replace(/ +/g, ' ').trim().slice(0, max).toWellFormed()
}
