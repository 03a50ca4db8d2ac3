// ReDoS: no regular expression of the product can be made to run for ever, be it in an input's schema or anywhere in the code.
import { globSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { isExponential } from './abuse/ambiguity.ts'
import { openProduct } from './product.ts'

const root = join(import.meta.dirname, '..', '..')
const LITERAL =
  /(?<=[=(,:[!&|?{;]\s*|return\s+|=>\s*)\/(?![*/])((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+)\/([dgimsuvy]*)(?=[\s.,;)\]}]|$)/gm

interface Found {
  readonly place: string
  readonly source: string
  readonly flags: string
}

function patternsOfCode(): readonly Found[] {
  const files = globSync('{packages/platform,packages/engine,apps/*,regie}/src/**/*.{ts,js}', { cwd: root })
  return files
    .filter((file) => !file.includes('.test.') && !file.includes('.testing.'))
    .flatMap((file) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .flatMap((line, index) =>
          [...line.matchAll(LITERAL)].map(([, source = '', flags = '']) => ({
            place: `${relative(root, join(root, file))}:${index + 1}`,
            source,
            flags,
          })),
        )
        .filter(({ source, flags }) => isPattern(source, flags)),
    )
}

/** A division may look like one. */
function isPattern(source: string, flags: string): boolean {
  try {
    return new RegExp(source, flags) instanceof RegExp
  } catch {
    return false
  }
}

describe('the analysis', () => {
  it.each(['^(a+)+$', '^(a*)*b', '(a|a)*b', '^(a|aa)+$', '(.*a){12}x', '^([a-z]+\\d?)+$', '(\\w+\\s?)*$'])(
    '%s can be made exponential',
    (source) => expect(isExponential(source)).toBe(true),
  )

  it.each([
    '^a+$',
    '^(a+b)+$',
    '^[A-Z]{2}[A-Z0-9]{2,13}$',
    '^(?:a|b)+$',
    '^(-?)(\\d{1,15})(?:\\.(\\d+))?$',
    'a*b*c*',
    '^(\\w+\\s)*$',
    '(?=a)a+',
  ])('%s cannot', (source) => expect(isExponential(source)).toBe(false))

  it('does not guess where it cannot know', () => {
    expect(() => isExponential('(a)\\1')).toThrow(/refers back/)
  })
})

it('no pattern in an input of any address is exponential', async () => {
  await using product = await openProduct('SQLite')
  const patterns = product.platform.endpoints.flatMap(({ method, url, input }) => {
    const written = JSON.stringify(z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }))
    const found: Found[] = []
    JSON.parse(written, (key, value) => {
      if (key === 'pattern' && typeof value === 'string')
        found.push({ place: `${method} ${url}`, source: value, flags: 'u' })
      return value
    })
    return found
  })
  expect(patterns.length).toBeGreaterThan(10)
  expect(patterns.filter(({ source, flags }) => isExponential(source, flags))).toEqual([])
})

it('no pattern in the code of the product is exponential', () => {
  const patterns = patternsOfCode()
  expect(patterns.length).toBeGreaterThan(60)
  expect(patterns.filter(({ source, flags }) => isExponential(source, flags))).toEqual([])
})
