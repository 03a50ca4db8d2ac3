import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { findPackageJSON } from 'node:module'
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import type { Contestant } from './contestant.ts'

/** What the figures were measured on. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGb: number
  readonly system: string
  readonly node: string
  /** Median time to append 4 KiB to a file and sync it, in the folder the stores use. */
  readonly syncMs: number
}

const SYNCS = 200

/** Describes this machine; writes and removes a small file in `directory`. */
export function describeMachine(directory: string): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    syncMs: medianSync(join(directory, 'sync')),
  }
}

function medianSync(path: string): number {
  const page = Buffer.alloc(4_096, 1)
  const file = openSync(path, 'w')
  const times = Array.from({ length: SYNCS }, () => {
    const from = performance.now()
    writeSync(file, page)
    fsyncSync(file)
    return performance.now() - from
  })
  closeSync(file)
  rmSync(path)
  return times.toSorted((a, b) => a - b)[SYNCS / 2] ?? Number.NaN
}

/** Installed versions by package name. */
export async function packageVersions(contestants: readonly Contestant[]): Promise<Readonly<Record<string, string>>> {
  const names = [...new Set(contestants.map((contestant) => contestant.package))]
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await versionOf(name)] as const)))
}

async function versionOf(name: string): Promise<string> {
  const path = findPackageJSON(name, import.meta.url)
  if (!path) return 'unknown'
  const { version }: { readonly version?: string } = JSON.parse(await readFile(path, 'utf8'))
  return version ?? 'unknown'
}
