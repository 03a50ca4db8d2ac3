import { expect, test } from 'vitest'
import { de } from './elision.ts'

test('“de” is elided before a vowel', () => {
  expect(['Europe/Paris', 'America/Lima', 'Indian/Reunion', 'Pacific/Noumea'].map(de)).toEqual([
    'd’Europe/Paris',
    'd’America/Lima',
    'd’Indian/Reunion',
    'de Pacific/Noumea',
  ])
})
