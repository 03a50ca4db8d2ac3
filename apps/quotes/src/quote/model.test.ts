import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  isFinal,
  OPEN_STATUSES,
  QUOTE_ACTS,
  QUOTE_STATUSES,
  type QuoteAct,
  type QuoteStatus,
  quoteInput,
  quoteNumber,
  seriesOf,
  transition,
} from './model.ts'

function after(acts: readonly QuoteAct[]): readonly QuoteStatus[] {
  const path: QuoteStatus[] = ['draft']
  for (const act of acts) {
    const next = transition(path.at(-1) ?? 'draft', act)
    if (next.ok) path.push(next.status)
  }
  return path
}

describe('the life of a quote', () => {
  it('goes from draft over sent and viewed to accepted', () => {
    expect(after(['send', 'deliver', 'view', 'accept'])).toEqual(['draft', 'sending', 'sent', 'viewed', 'accepted'])
  })

  it('comes back to draft when it cannot be delivered', () => {
    expect(after(['send', 'return', 'send', 'deliver'])).toEqual(['draft', 'sending', 'draft', 'sending', 'sent'])
  })

  it('may be answered from every open status', () => {
    for (const status of OPEN_STATUSES) {
      for (const act of ['accept', 'refuse', 'expire', 'supersede', 'cancel'] as const) {
        expect(transition(status, act).ok).toBe(true)
      }
    }
  })

  it('never leaves a final status, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...QUOTE_ACTS), { maxLength: 60 }), (acts) => {
        const path = after(acts)
        const end = path.findIndex(isFinal)
        expect(end === -1 || end === path.length - 1).toBe(true)
      }),
      { numRuns: 1000 },
    )
    expect(QUOTE_STATUSES.filter(isFinal)).toHaveLength(5)
    expect(
      QUOTE_STATUSES.filter(isFinal).flatMap((status) => QUOTE_ACTS.filter((act) => transition(status, act).ok)),
    ).toEqual([])
  })

  it('can reach every status', () => {
    const reached = new Set<QuoteStatus>(['draft'])
    for (const status of reached) {
      for (const act of QUOTE_ACTS) {
        const next = transition(status, act)
        if (next.ok) reached.add(next.status)
      }
    }
    expect([...reached].toSorted()).toEqual([...QUOTE_STATUSES].toSorted())
  })

  it('says what is possible instead of what it refuses', () => {
    expect(transition('draft', 'accept')).toMatchObject({
      ok: false,
      message: 'a quote that is draft does not allow "accept": possible now: send, cancel',
    })
    expect(transition('accepted', 'cancel')).toMatchObject({
      message: expect.stringContaining('nothing changes it any more'),
    })
  })
})

describe('numbers', () => {
  it('are one series per year', () => {
    expect(quoteNumber(seriesOf('D', '2026-08-03'), 42)).toBe('D-2026-0042')
    expect(quoteNumber(seriesOf('DEV', '2027-01-01'), 12_345)).toBe('DEV-2027-12345')
  })
})

describe('a quote as it is written', () => {
  const line = { description: 'Pose', quantity: 1, unitPrice: 10 }
  const good = { clientId: '01890a5d-ac96-774b-bcce-b302099a8057', title: 'Terrasse', lines: [line] }

  it('needs a client, a title and a line', () => {
    expect(quoteInput.safeParse(good).success).toBe(true)
  })

  it.each([
    [{ clientId: 'x' }, 'clientId must be the id of a client'],
    [{ title: '' }, 'title must not be empty'],
    [{ title: 'a\nb' }, 'title must be one line without control characters'],
    [{ lines: [] }, 'a quote needs at least one line'],
    [{ lines: Array.from({ length: 501 }, () => line) }, 'a quote has at most 500 lines'],
    [{ lines: 'none' }, 'lines must be a list of lines'],
    [{ validityDays: 0 }, 'validityDays must be at least 1'],
    [{ validityDays: 1.5 }, 'validityDays must be a whole number of days'],
    [{ currency: 'JPY' }, 'currency must be one of EUR, CHF, GBP, USD, CAD'],
  ])('is refused with a clear sentence: case %#', (wrong, message) => {
    const { error } = quoteInput.safeParse({ ...good, ...wrong })
    expect(error?.issues.map((issue) => issue.message)).toEqual([message])
  })

  it('names the line that is wrong', () => {
    const { error } = quoteInput.safeParse({ ...good, lines: [line, { ...line, quantity: -2 }] })
    expect(error?.issues.map((issue) => issue.path.join('.'))).toEqual(['lines.1.quantity'])
  })

  it('refuses fields it does not know', () => {
    expect(quoteInput.safeParse({ ...good, status: 'accepted' }).success).toBe(false)
  })
})
