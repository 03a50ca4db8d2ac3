import { describe, expect, test } from 'vitest'
import { parseCron } from './cron.ts'
import { describeTimetable } from './describe.ts'
import { parseInterval } from './slots-timetable.ts'

describe('an expression in plain words', () => {
  test.each([
    ['* * * * * *', 'every second', 'toutes les secondes'],
    ['*/10 * * * * *', 'every 10 seconds', 'toutes les 10 secondes'],
    ['* * * * *', 'every minute', 'toutes les minutes'],
    ['*/15 * * * *', 'every 15 minutes', 'toutes les 15 minutes'],
    ['*/15 * * * 1-5', 'every 15 minutes, Monday to Friday', 'toutes les 15 minutes, du lundi au vendredi'],
    ['*/5 9-17 * * *', 'every 5 minutes from 09:00 to 17:59', 'toutes les 5 minutes de 9 h à 17 h 59'],
    ['@hourly', 'every hour', 'toutes les heures'],
    ['5 * * * *', 'every hour at minute 5', 'toutes les heures à la minute 5'],
    ['0 */6 * * *', 'every 6 hours', 'toutes les 6 heures'],
    [
      '0 9-17 * * 1-5',
      'every hour from 09:00 to 17:00, Monday to Friday',
      'toutes les heures de 9 h à 17 h, du lundi au vendredi',
    ],
    ['@daily', 'every day at 00:00', 'tous les jours à 0 h'],
    ['0 9 * * *', 'every day at 09:00', 'tous les jours à 9 h'],
    ['30 8,14 * * *', 'every day at 08:30 and 14:30', 'tous les jours à 8 h 30 et 14 h 30'],
    ['15 0 9 * * *', 'every day at 09:00:15', 'tous les jours à 9 h 00 min 15 s'],
    ['0 9 * * 1-5', 'Monday to Friday at 09:00', 'du lundi au vendredi à 9 h'],
    ['0 9 * * MON-FRI', 'Monday to Friday at 09:00', 'du lundi au vendredi à 9 h'],
    ['30 8 * * mon', 'every Monday at 08:30', 'tous les lundis à 8 h 30'],
    ['0 8 * * 7,1,4', 'every Monday, Thursday and Sunday at 08:00', 'tous les lundis, jeudis et dimanches à 8 h'],
    ['0 3 * * 0,6', 'every Saturday and Sunday at 03:00', 'tous les samedis et dimanches à 3 h'],
    ['0 6 1 * *', 'on the 1st of every month at 06:00', 'le 1er de chaque mois à 6 h'],
    [
      '0 6 2,15,23 * *',
      'on the 2nd, 15th and 23rd of every month at 06:00',
      'le 2, le 15 et le 23 de chaque mois à 6 h',
    ],
    ['0 6 11 * *', 'on the 11th of every month at 06:00', 'le 11 de chaque mois à 6 h'],
    ['0 6 L * *', 'on the last day of every month at 06:00', 'le dernier jour de chaque mois à 6 h'],
    ['0 6 * * FRI#2', 'on the second Friday of every month at 06:00', 'le deuxième vendredi de chaque mois à 6 h'],
    ['0 6 * * 5L', 'on the last Friday of every month at 06:00', 'le dernier vendredi de chaque mois à 6 h'],
    ['@yearly', 'every year on 1 January at 00:00', 'chaque année le 1er janvier à 0 h'],
    [
      '0 7 14 FEB,AUG *',
      'every year on 14 February and 14 August at 07:00',
      'chaque année le 14 février et le 14 août à 7 h',
    ],
  ])('%s', (expression, english, french) => {
    expect(describeTimetable(parseCron(expression))).toBe(english)
    expect(describeTimetable(parseCron(expression), 'fr')).toBe(french)
  })

  test.each([
    '*/7 * * * *', // uneven: 56, then 00
    '0 */5 * * *',
    '*/5 9,12 * * *',
    '*/30 5 9 * * *',
    '0,20 */2 * * *',
    '0 9 1 * MON',
    '0 9 15W * *',
    '0 9 * 6 1-5',
    '0 0-23/3 * * *',
  ])('stays as written when it has no common shape: %s', (expression) => {
    expect(describeTimetable(parseCron(expression))).toBe(expression)
    expect(describeTimetable(parseCron(expression), 'fr')).toBe(expression)
  })
})

test.each([
  ['30s', 'every 30 seconds', 'toutes les 30 secondes'],
  ['90s', 'every 90 seconds', 'toutes les 90 secondes'],
  ['1500ms', 'every 1500 milliseconds', 'toutes les 1500 millisecondes'],
  ['60m', 'every hour', 'toutes les heures'],
  ['1d', 'every day', 'tous les jours'],
  ['2d', 'every 2 days', 'tous les 2 jours'],
] as const)('an interval in plain words: %s', (every, english, french) => {
  expect(describeTimetable(parseInterval(every))).toBe(english)
  expect(describeTimetable(parseInterval(every), 'fr')).toBe(french)
})
