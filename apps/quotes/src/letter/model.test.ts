import { describe, expect, it } from 'vitest'
import { de, formatCents, formatDate, formatNumber, formatPrice, renderLetter } from './model.ts'

/** Intl separates with no-break spaces of several widths. */
const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ')

describe('a letter', () => {
  const body = renderLetter({
    subject: 'Devis D-2026-0001',
    paragraphs: ['Bonjour <b>Jean</b>,', 'Voici & voilà\nà "tous"', 'Fin'],
    table: [
      ['Désignation', 'Montant'],
      ['<script>alert(1)</script>', '10 €'],
    ],
    signature: "L'atelier",
  })

  it('escapes everything in its HTML', () => {
    expect(body.html).not.toMatch(/<b>|<script/)
    expect(body.html).toContain('Bonjour &#60;b&#62;Jean&#60;/b&#62;,')
    expect(body.html).toContain('Voici &#38; voilà<br>à &#34;tous&#34;')
    expect(body.html).toContain('<td>&#60;script&#62;alert(1)&#60;/script&#62;</td>')
    expect(body.html).toContain('L&#39;atelier')
  })

  it('says the same as plain text, the table after the second paragraph', () => {
    expect(body.text.split('\n\n')).toEqual([
      'Bonjour <b>Jean</b>,',
      'Voici & voilà\nà "tous"',
      'Désignation | Montant\n<script>alert(1)</script> | 10 €',
      'Fin',
      "L'atelier\n",
    ])
  })

  it('does without a table', () => {
    expect(renderLetter({ subject: 's', paragraphs: ['a', 'b'], signature: 'c' }).html).not.toContain('<table>')
  })
})

describe('figures', () => {
  it('are written as people of the language do', () => {
    expect(plain(formatCents(123_456_789, 'EUR', 'fr'))).toBe('1 234 567,89 €')
    expect(plain(formatCents(5, 'EUR', 'fr'))).toBe('0,05 €')
    expect(formatCents(-1250, 'GBP', 'en')).toBe('-£12.50')
    expect(plain(formatPrice('350', 'EUR', 'fr'))).toBe('350,00 €')
    expect(formatPrice('0.0125', 'USD', 'en')).toBe('US$0.0125')
    expect(formatNumber('1234.5', 'en')).toBe('1,234.5')
    expect(formatNumber('12.4', 'fr')).toBe('12,4')
    expect(formatDate('2026-08-03', 'fr')).toBe('3 août 2026')
    expect(formatDate('2026-08-03', 'en')).toBe('3 August 2026')
    expect(formatDate('2026-12-01', 'fr')).toBe('1er décembre 2026')
    expect(formatDate('2026-12-01', 'en')).toBe('1 December 2026')
    expect([de('Atelier Kermadec'), de('Kermadec')]).toEqual(["d'Atelier Kermadec", 'de Kermadec'])
  })

  it('keep every cent of an amount that a float cannot hold', () => {
    expect(plain(formatCents(Number.MAX_SAFE_INTEGER, 'EUR', 'fr'))).toBe('90 071 992 547 409,91 €')
  })
})
