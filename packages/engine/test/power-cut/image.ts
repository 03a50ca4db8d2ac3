import type { Random } from '@regie/engine'
import { pick } from '../seeded-random.ts'

/** A file as a power cut may leave it: what was durable, and some of what was written since. */
export type Survival = 'nothing' | 'everything' | 'beginning' | 'end' | 'any'

const SURVIVALS: readonly Survival[] = ['nothing', 'everything', 'beginning', 'end', 'any', 'any', 'any']

// The file system writes pages back in any order; a disk writes sectors, in any order too.
const BLOCK = 4_096
const SECTOR = 512

/** Draws which of the writes that were not synced reached the disk. */
export function drawSurvival(random: Random): Survival {
  return SURVIVALS[pick(random, SURVIVALS.length)] ?? 'any'
}

/**
 * One of the states in which a cut may leave a file that was `durable` at its last sync and is `current` in memory.
 * Every block that differs is there, missing, torn by sectors, or filled with other bytes. What was durable stays: like
 * SQLite, this trusts the disk not to damage the bytes beside those it writes (its "powersafe overwrite").
 */
export function afterCut(durable: Buffer, current: Buffer, survival: Survival, random: Random): Buffer {
  const length = survivingLength(durable.length, current.length, survival, random)
  const image = Buffer.alloc(length)
  durable.copy(image, 0, 0, Math.min(length, durable.length))
  const turning = pick(random, Math.ceil(length / BLOCK) + 1) * BLOCK
  for (let start = 0; start < length; start += BLOCK) {
    const end = Math.min(start + BLOCK, length, current.length)
    if (start >= end || image.compare(current, start, end, start, end) === 0) continue
    if (!isReached(start, turning, survival, random)) continue
    if (survival !== 'any' || random() < 0.5) current.copy(image, start, start, end)
    else damage(image, current, start, end, random)
  }
  return image
}

function survivingLength(durable: number, current: number, survival: Survival, random: Random): number {
  if (survival === 'nothing') return durable
  if (survival !== 'any') return current
  // A file becomes shorter by one change of its inode, which is there or not; it grows by pieces.
  if (current < durable || random() < 0.5) return random() < 0.5 ? durable : current
  return durable + pick(random, current - durable + 1)
}

function isReached(start: number, turning: number, survival: Survival, random: Random): boolean {
  if (survival === 'everything') return true
  if (survival === 'beginning') return start < turning
  if (survival === 'end') return start >= turning
  return survival === 'any' && random() < 0.6
}

/** Some sectors arrive, some do not, some hold bytes that nobody wrote. */
function damage(image: Buffer, current: Buffer, start: number, end: number, random: Random): void {
  for (let sector = start; sector < end; sector += SECTOR) {
    const edge = Math.min(sector + SECTOR, end)
    const fate = random()
    if (fate < 0.4) current.copy(image, sector, sector, edge)
    if (fate > 0.8) garble(image, current, sector, edge, random)
  }
}

function garble(image: Buffer, current: Buffer, start: number, end: number, random: Random): void {
  for (let at = start; at < end; at++) if (image[at] !== current[at]) image[at] = pick(random, 256)
}
