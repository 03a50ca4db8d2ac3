import lighthouse, { type Flags } from 'lighthouse'
import type { Figure, Row } from './row.ts'

const ROUTES = ['/', '/runs', '/workflows', '/errors', '/queues', '/schedules', '/logs', '/quotes'] as const
const LOADED_MS = 3_000
const CATEGORIES = { accessibility: 'accessibility', 'best-practices': 'best practices' } as const

/** Lighthouse's points, signed in; the least of the main routes. */
export const audits: Row = {
  name: 'lighthouse',
  seconds: 150,
  async measure({ port, server, session }) {
    const found: {
      readonly route: string
      readonly points: Readonly<Record<string, number>>
      readonly lost: string
    }[] = []
    const flags: Flags = {
      port,
      output: 'json',
      logLevel: 'error',
      onlyCategories: Object.keys(CATEGORIES),
      formFactor: 'desktop',
      screenEmulation: { disabled: true },
      // How fast it is, the other rows say.
      throttlingMethod: 'provided',
      // A page that is kept current never has an idle network.
      maxWaitForLoad: LOADED_MS,
      disableFullPageScreenshot: true,
      extraHeaders: { Cookie: session.cookies.map(({ name, value }) => `${name}=${value}`).join('; ') },
    }
    for (const route of ROUTES) {
      const result = await lighthouse(server.address + route, flags)
      if (result === undefined) throw new Error(`Lighthouse said nothing of ${route}`)
      const { categories, audits: all, runtimeError } = result.lhr
      if (runtimeError !== undefined) throw new Error(`Lighthouse, ${route}: ${runtimeError.message}`)
      const lost = Object.values(categories)
        .flatMap(({ auditRefs }) => auditRefs)
        .filter(({ id, weight }) => weight > 0 && (all[id]?.score ?? 1) < 1)
        .map(({ id }) => id)
      const points = Object.fromEntries(Object.entries(categories).map(([id, { score }]) => [id, (score ?? 0) * 100]))
      found.push({ route, points, lost: lost.join(', ') })
    }
    return Object.entries(CATEGORIES).map(([id, title]): Figure => {
      const least = found.toSorted((one, other) => (one.points[id] ?? 0) - (other.points[id] ?? 0))[0]
      const lost = [
        ...new Set(found.filter(({ points }) => (points[id] ?? 0) < 100).map((each) => `${each.route}: ${each.lost}`)),
      ]
      return {
        title: `Lighthouse, ${title}, the least of ${ROUTES.length} routes`,
        value: least?.points[id] ?? 0,
        unit: 'points',
        target: 95,
        atLeast: true,
        ...(lost.length > 0 && { remark: lost.join('; ') }),
      }
    })
  },
}
