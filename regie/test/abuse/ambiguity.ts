// Whether a regular expression can be made to take exponential time, by its shape and without running it. Its characters are
// the states of an automaton (Glushkov's construction). It is exponential when a text can go around a loop in two ways.
import { type Node, parsePattern, type Repeated } from './pattern.ts'

interface Automaton {
  /** Bit sets of the characters that each state takes. */
  readonly takes: bigint[]
  /** Pairs of states that may follow each other; a pair that stands here twice can be taken in two ways. */
  readonly follows: (readonly [number, number])[]
}

interface Part {
  readonly nullable: boolean
  readonly first: readonly number[]
  readonly last: readonly number[]
}

const NOTHING: Part = { nullable: true, first: [], last: [] }

/** True when some text makes a backtracking matcher take exponential time. Throws a SyntaxError for what it cannot read. */
export function isExponential(source: string, flags = ''): boolean {
  const automaton: Automaton = { takes: [], follows: [] }
  build(parsePattern(source, flags), automaton)
  const next = Map.groupBy(automaton.follows, ([from]) => from)
  const successors = (state: number): readonly number[] => (next.get(state) ?? []).map(([, to]) => to)
  return automaton.takes.some((_, start) => goesAroundTwice(start, automaton.takes, successors))
}

/** Walks two copies in step from one state; they must not part and meet again there, nor take one step in two ways on the way. */
function goesAroundTwice(
  start: number,
  takes: readonly bigint[],
  successors: (state: number) => readonly number[],
): boolean {
  const size = takes.length
  // Whether the copies have parted so far is part of the place.
  const placeOf = (one: number, other: number, parted: boolean) => (one * size + other) * 2 + Number(parted)
  const seen = new Set<number>()
  const waiting: (readonly [number, number, boolean])[] = [[start, start, false]]
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const [one, other, parted] = at
    for (const [index, to] of successors(one).entries()) {
      for (const [otherIndex, otherTo] of successors(other).entries()) {
        if (((takes[to] ?? 0n) & (takes[otherTo] ?? 0n)) === 0n) continue
        const isApart = parted || to !== otherTo || (one === other && index !== otherIndex)
        if (isApart && to === start && otherTo === start) return true
        const place = placeOf(to, otherTo, isApart)
        if (!seen.has(place)) waiting.push([to, otherTo, isApart])
        seen.add(place)
      }
    }
  }
  return false
}

function build(node: Node, automaton: Automaton): Part {
  if (node.kind === 'nothing') return NOTHING
  if (node.kind === 'character') {
    const state = automaton.takes.push(node.takes) - 1
    return { nullable: false, first: [state], last: [state] }
  }
  if (node.kind === 'either') {
    const parts = node.parts.map((part) => build(part, automaton))
    return {
      nullable: parts.some(({ nullable }) => nullable),
      first: parts.flatMap(({ first }) => first),
      last: parts.flatMap(({ last }) => last),
    }
  }
  if (node.kind === 'sequence') return node.parts.map((part) => build(part, automaton)).reduce(join(automaton), NOTHING)
  return repeat(node, automaton)
}

function join({ follows }: Automaton) {
  return (before: Part, after: Part): Part => {
    connect(follows, before.last, after.first)
    return {
      nullable: before.nullable && after.nullable,
      first: before.nullable ? [...before.first, ...after.first] : before.first,
      last: after.nullable ? [...before.last, ...after.last] : after.last,
    }
  }
}

// More repetitions behave as any number of them, for what is asked here.
const MOST_COPIES = 4

function repeat({ part, least, most }: Repeated, automaton: Automaton): Part {
  const isEndless = most > MOST_COPIES
  const copies = Array.from({ length: isEndless ? Math.max(Math.min(least, MOST_COPIES), 1) : most }, (_, index) => {
    const copy = build(part, automaton)
    return index < least ? copy : { ...copy, nullable: true }
  })
  const last = copies.at(-1)
  if (isEndless && last !== undefined) connect(automaton.follows, last.last, last.first)
  return copies.reduce(join(automaton), NOTHING)
}

function connect(follows: Automaton['follows'], last: readonly number[], first: readonly number[]): void {
  for (const from of last) for (const to of first) follows.push([from, to])
}
