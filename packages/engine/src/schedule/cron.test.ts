import { describe, expect, test } from 'vitest'
import { parseCron } from './cron.ts'
import { nextSlots } from './slots.ts'

const NEW_YEAR = Date.UTC(2026, 0, 1)

function nextDates(expression: string, count = 3): readonly string[] {
  return nextSlots(parseCron(expression), NEW_YEAR - 1, count).map((slot) => new Date(slot).toISOString().slice(0, 19))
}

describe('a cron expression', () => {
  test('has five fields, or six with the seconds first', () => {
    expect(nextDates('30 9 * * *', 2)).toEqual(['2026-01-01T09:30:00', '2026-01-02T09:30:00'])
    expect(nextDates('*/20 30 9 * * *', 2)).toEqual(['2026-01-01T09:30:00', '2026-01-01T09:30:20'])
  })

  test('may be a nickname', () => {
    expect(nextDates('@hourly', 2)).toEqual(['2026-01-01T00:00:00', '2026-01-01T01:00:00'])
    expect(nextDates('@Daily', 2)).toEqual(['2026-01-01T00:00:00', '2026-01-02T00:00:00'])
    expect(nextDates('@weekly', 1)).toEqual(['2026-01-04T00:00:00'])
    expect(nextDates('@monthly', 2)).toEqual(['2026-01-01T00:00:00', '2026-02-01T00:00:00'])
    expect(nextDates('@yearly', 2)).toEqual(['2026-01-01T00:00:00', '2027-01-01T00:00:00'])
    expect(nextDates('@annually', 2)).toEqual(nextDates('@yearly', 2))
    expect(nextDates('@midnight', 2)).toEqual(nextDates('@daily', 2))
  })

  test('takes names, the last day, the nth weekday and the nearest working day', () => {
    expect(nextDates('0 8 * feb mon', 2)).toEqual(['2026-02-02T08:00:00', '2026-02-09T08:00:00'])
    expect(nextDates('0 0 L * *')).toEqual(['2026-01-31T00:00:00', '2026-02-28T00:00:00', '2026-03-31T00:00:00'])
    expect(nextDates('0 0 * * FRI#2', 2)).toEqual(['2026-01-09T00:00:00', '2026-02-13T00:00:00'])
    expect(nextDates('0 0 * * 5L', 2)).toEqual(['2026-01-30T00:00:00', '2026-02-27T00:00:00'])
    expect(nextDates('0 0 15W 2 *', 1)).toEqual(['2026-02-16T00:00:00'])
  })

  test('reads day of month and weekday as alternatives, and as a conjunction after +', () => {
    expect(nextDates('0 0 2 * MON', 3)).toEqual(['2026-01-02T00:00:00', '2026-01-05T00:00:00', '2026-01-12T00:00:00'])
    expect(nextDates('0 0 2 * +MON', 1)).toEqual(['2026-02-02T00:00:00'])
  })

  test('finds the rare dates', () => {
    expect(nextDates('0 0 29 2 *', 2)).toEqual(['2028-02-29T00:00:00', '2032-02-29T00:00:00'])
    expect(nextDates('0 0 29 2 +MON', 1)).toEqual(['2044-02-29T00:00:00'])
  })

  test('keeps its text, with single spaces, and its zone', () => {
    const cron = parseCron('  0   9 * * 1-5 ', 'Europe/Paris')
    expect(cron).toMatchObject({ expression: '0 9 * * 1-5', timeZone: 'Europe/Paris', everyHour: false })
    expect(parseCron('0 0-23 * * *').everyHour).toBe(true)
  })

  test.each([
    '',
    '* * * *',
    '* * * * * * *',
    '0 25 * * *',
    '61 * * * *',
    '*/0 * * * *',
    '5/5 * * * *',
    '0 9 * * 5-1',
    '0 0 * * MON#6',
    'every day',
    'a b c d e',
    '2026-01-01T00:00:00',
    '@reboot',
    '@dayly',
  ])('is refused by its text and with an example when it is %j', (expression) => {
    expect(() => parseCron(expression)).toThrow(
      expect.objectContaining({ code: 'CRON_INVALID', message: expect.stringContaining(JSON.stringify(expression)) }),
    )
    expect(() => parseCron(expression)).toThrow(/@daily/)
  })

  test.each([
    ['61 * * * *', 'Invalid value for minute: 61; write five fields'],
    ['0 0 * * MON#6', 'nth weekday out of range, should be 1-5 or L. Value: 6, Type: string; write five fields'],
    ['@reboot', 'the nicknames are @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly'],
    ['every day', "write five fields (minute hour day month weekday), such as '0 9 * * 1-5'"],
  ])('that is refused is told why: %s', (expression, reason) => {
    expect(() => parseCron(expression)).toThrow(`cron expression ${JSON.stringify(expression)} is not valid: ${reason}`)
  })

  test('that the calendar refuses carries the refusal as its cause', () => {
    expect(() => parseCron('61 * * * *')).toThrow(expect.objectContaining({ cause: expect.any(Error) }))
  })

  test('finds dates before 1970, and none before the calendar begins', () => {
    const yearly = parseCron('@yearly')
    expect(yearly.previousWall(Date.UTC(1969, 5, 1))).toBe(Date.UTC(1969, 0, 1))
    expect(yearly.previousWall(Date.parse('0001-01-01T00:00:00Z'))).toBeNull()
  })

  test.each(['0 0 30 2 *', '0 0 31 4,6 *'])('is refused when its date never comes: %s', (expression) => {
    expect(() => parseCron(expression)).toThrow(/no date ever matches/)
  })
})

describe('a time zone', () => {
  test.each([
    ['Paris', 'Europe/Paris'],
    ['Europe/Pari', 'Europe/Paris'],
    ['europe / paris', 'Europe/Paris'],
    ['Europ/Paris', 'Europe/Paris'],
    ['America/New York', 'America/New_York'],
    ['São Paulo', 'America/Sao_Paulo'],
    ['Asia/Kolkatta', 'Asia/Kolkata'],
    [' Pari', 'Europe/Paris'],
    ['EUROPE/PARI', 'Europe/Paris'],
    ['New      York', 'America/New_York'],
    ['Rom', 'Europe/Rome'],
  ])('that is misspelt (%s) is refused with the nearest name (%s)', (timeZone, near) => {
    expect(() => parseCron('@daily', timeZone)).toThrow(
      expect.objectContaining({
        code: 'TIME_ZONE_INVALID',
        message: expect.stringContaining(`did you mean '${near}'?`),
      }),
    )
  })

  test('that is refused carries the refusal of the runtime as its cause', () => {
    expect(() => parseCron('@daily', 'Europe/Pari')).toThrow(expect.objectContaining({ cause: expect.any(RangeError) }))
  })

  test.each(['Atlantis/Capital', 'CEST', ''])('that resembles none (%j) is refused with an example', (timeZone) => {
    expect(() => parseCron('@daily', timeZone)).toThrow(
      /is not known: use an IANA name such as 'Europe\/Paris' or 'UTC'/,
    )
  })
})
