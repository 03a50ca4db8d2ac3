import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, addWorkingDays, calendarDate, startOfDay, weekBefore } from './model.ts'

const PARIS = 'Europe/Paris'

describe('the calendar', () => {
  it('reads an instant as the date of the zone', () => {
    const lateInUtc = Date.parse('2026-08-03T22:30:00Z')
    expect(calendarDate(lateInUtc, PARIS)).toBe('2026-08-04')
    expect(calendarDate(lateInUtc, 'America/New_York')).toBe('2026-08-03')
    expect(calendarDate(lateInUtc, 'Pacific/Kiritimati')).toBe('2026-08-04')
  })

  it('adds days across months, leap days and clock changes', () => {
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29')
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
    expect(addDays('2026-03-29', 1)).toBe('2026-03-30')
    expect(addDays('2026-03-01', -1)).toBe('2026-02-28')
  })

  it('counts working days from Monday to Friday, forwards and backwards', () => {
    expect(addWorkingDays('2026-07-31', 1)).toBe('2026-08-03')
    expect(addWorkingDays('2026-08-03', -7)).toBe('2026-07-23')
    expect(addWorkingDays('2026-08-03', 0)).toBe('2026-08-03')
    expect(addWorkingDays('2026-08-01', -1)).toBe('2026-07-31')
  })

  it('begins a day at midnight of the zone, in summer, in winter and on the days the clocks change', () => {
    expect(new Date(startOfDay('2026-08-03', PARIS)).toISOString()).toBe('2026-08-02T22:00:00.000Z')
    expect(new Date(startOfDay('2026-01-05', PARIS)).toISOString()).toBe('2026-01-04T23:00:00.000Z')
    expect(new Date(startOfDay('2026-03-29', PARIS)).toISOString()).toBe('2026-03-28T23:00:00.000Z')
    expect(new Date(startOfDay('2026-10-25', PARIS)).toISOString()).toBe('2026-10-24T22:00:00.000Z')
    expect(new Date(startOfDay('2026-10-26', PARIS)).toISOString()).toBe('2026-10-25T23:00:00.000Z')
  })

  it('begins a day without midnight at its first instant', () => {
    // On 31 March 2024 the clocks of Beirut went from midnight to one.
    expect(new Date(startOfDay('2024-03-31', 'Asia/Beirut')).toISOString()).toBe('2024-03-30T22:00:00.000Z')
  })

  it('begins every day at the first instant that bears its date, in every zone', () => {
    const zones = [
      PARIS,
      'UTC',
      'America/New_York',
      'Asia/Kolkata',
      'Australia/Lord_Howe',
      'America/Sao_Paulo',
      'Asia/Beirut',
    ]
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.integer({ min: 0, max: 9000 }), (zone, days) => {
        const date = addDays('2010-01-01', days)
        const start = startOfDay(date, zone)
        expect(calendarDate(start, zone)).toBe(date)
        expect(calendarDate(start - 1, zone) < date).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('names the week before by its Monday and its ISO number', () => {
    expect(weekBefore('2026-08-03')).toEqual({ from: '2026-07-27', to: '2026-08-03', name: '2026-W31' })
    expect(weekBefore('2026-08-09')).toEqual({ from: '2026-07-27', to: '2026-08-03', name: '2026-W31' })
    expect(weekBefore('2027-01-08').name).toBe('2026-W53')
    expect(weekBefore('2025-01-08').name).toBe('2025-W01')
  })
})
