// Finds values that a table accepts: tries, reads from the refusal which columns are to blame, and tries others.
import { candidates, freshTexts, literalsFor, seedValue, type Value } from './seed-values.js'
import type { CatalogColumn } from '../../evidence.js'
import type { Check } from './checks-of.js'
import type { TablePlan, Unit } from './table-plan.js'

/** What placing a row needs. */
export interface Placing {
  readonly plan: TablePlan
  /** Tries to insert; null when the table has taken the row, else what SQLite says. */
  attempt(values: readonly Value[]): string | null
  /** The keys that there are in the table that a foreign key points at. */
  parents(unit: Unit): readonly (readonly Value[])[]
  /** The last row that the table took; its values are likely to do again. */
  readonly accepted: readonly Value[] | null
  /** Where to begin among values that are all likely, so that rows differ. */
  readonly turn: number
  /** For values that have to be new. */
  readonly serial: number
  /** Indexes of columns that keep the value they have. */
  readonly fixed: ReadonlySet<number>
}

/** How many rows are tried before a table counts as one that takes none. */
const ATTEMPTS = 600

/** Inserts a row, with other values where these are refused; answers why it could not, null when it could. */
export function placeRow(placing: Placing, wanted: readonly Value[]): string | null {
  const values = [...wanted]
  let failure = settle(placing, values)
  const active: Unit[] = []
  while (failure !== null) {
    const fresh = blamed(placing, failure).filter((unit) => !active.includes(unit))
    if (fresh.length === 0) return failure
    active.push(...fresh)
    failure = search(placing, values, active)
  }
  return null
}

/**
 * Changes values that are refused for themselves alone, one after the other: SQLite looks at the constraints in their order,
 * so that another refusal means that this one is satisfied. Answers the refusal that is left.
 */
function settle(placing: Placing, values: Value[]): string | null {
  const seen = new Set<string>()
  let failure = placing.attempt(values)
  while (failure !== null && !seen.has(failure)) {
    seen.add(failure)
    const [unit, ...others] = blamed(placing, failure)
    if (!unit || others.length > 0) break
    failure = settleUnit(placing, values, unit, failure)
  }
  return failure
}

function settleUnit(placing: Placing, values: Value[], unit: Unit, failure: string): string | null {
  const before = unit.at.map((index) => values[index] ?? null)
  const set = (choice: readonly Value[]): void =>
    unit.at.forEach((column, place) => (values[column] = choice[place] ?? null))
  for (const choice of choicesFor(placing, unit, values).slice(0, MOST_CHOICES)) {
    set(choice)
    const refused = placing.attempt(values)
    if (refused !== failure) return refused
  }
  set(before)
  return failure
}

/** How many values are tried for one column alone. */
const MOST_CHOICES = 150

/** Tries all combinations of candidates, until one is taken or columns are to blame that are not among the active. */
function search(
  placing: Placing,
  wanted: readonly Value[],
  active: readonly Unit[],
): string | null {
  const each = Math.max(2, Math.floor(ATTEMPTS ** (1 / active.length)))
  const choices = active.map((unit) => choicesFor(placing, unit, wanted).slice(0, each))
  const total = Math.min(
    ATTEMPTS,
    choices.reduce((product, { length }) => product * length, 1),
  )
  let failure = 'no other value is known'
  // The first combination is what was wanted, which was tried before.
  for (let number = 1; number < total; number++) {
    const refused = placing.attempt(combination(wanted, active, choices, number))
    if (refused === null) return null
    failure = refused
    if (blamed(placing, refused).some((unit) => !active.includes(unit))) return refused
  }
  return failure
}

/** The combination with that number; the first unit changes fastest. */
function combination(
  wanted: readonly Value[],
  active: readonly Unit[],
  choices: readonly (readonly (readonly Value[])[])[],
  number: number,
): Value[] {
  const values = [...wanted]
  let rest = number
  active.forEach(({ at }, index) => {
    const own = choices[index] ?? []
    const choice = own[rest % own.length] ?? []
    rest = Math.floor(rest / own.length)
    at.forEach((column, place) => (values[column] = choice[place] ?? null))
  })
  return values
}

function choicesFor(
  { plan, parents, accepted, serial, turn }: Placing,
  unit: Unit,
  wanted: readonly Value[],
): (readonly Value[])[] {
  const own = unit.at.map((index) => wanted[index] ?? null)
  const before = accepted ? [unit.at.map((index) => accepted[index] ?? null)] : []
  const [index = 0] = unit.at
  const column = plan.columns[index]
  if (unit.key) {
    const none = unit.at.some((at) => plan.columns[at]?.notNull !== true)
      ? [unit.at.map(() => null)]
      : []
    return [own, ...before, ...parents(unit), ...none]
  }
  if (!column) return [own]
  const checks = [...plan.checks, ...plan.triggers]
  const fresh = plan.unique.has(index) ? freshValues({ column, index, checks, serial }) : []
  const literals = rotated(literalsFor(column, checks), turn).map((value) => [value])
  const others = [...fresh, ...candidates(column, index, checks)].map((value) => [value])
  return [own, ...literals, ...before, ...others]
}

/** Values that no other row has. */
const freshValues = ({ column, index, checks, serial }: FreshCell): Value[] => [
  ...[1, 2, 3].map((more) =>
    seedValue({ column, index, sort: 'plain', serial: serial * 10 + more }),
  ),
  ...freshTexts(column, checks, serial),
]

interface FreshCell {
  readonly column: CatalogColumn
  readonly index: number
  readonly checks: readonly Check[]
  readonly serial: number
}

const rotated = <T>(list: readonly T[], by: number): T[] => [
  ...list.slice(by % Math.max(1, list.length)),
  ...list.slice(0, by % Math.max(1, list.length)),
]

/** The units that a refusal is about. */
function blamed({ plan, fixed }: Placing, failure: string): Unit[] {
  const names = blamedColumns(plan, failure)
  return plan.units.filter(({ at }) =>
    at.some(
      (index) => !fixed.has(index) && names(plan.columns[index]?.name.toLowerCase() ?? '', index),
    ),
  )
}

type Names = (name: string, index: number) => boolean

function blamedColumns(plan: TablePlan, failure: string): Names {
  const [, kind, what = ''] = /^(\w+(?: \w+)?) constraint failed: ([^]*)$/.exec(failure) ?? []
  if (kind === 'CHECK') return mentionedIn(checksNamed(plan.checks, what))
  if (kind === 'UNIQUE' && what.startsWith('index ')) return (_, index) => plan.unique.has(index)
  if (kind === 'UNIQUE' || kind === 'NOT NULL') return (name) => listed(what).has(name)
  const stored = /^cannot store \w+ value in \w+ column [^]*?\.([^]*)$/.exec(failure)?.[1]
  if (stored !== undefined) return (name) => name === stored.toLowerCase()
  if (failure === 'datatype mismatch') return (_, index) => index === plan.rowid
  return plan.triggers.length > 0 ? mentionedIn(plan.triggers) : () => true
}

const mentionedIn =
  (checks: readonly Check[]): Names =>
  (name) =>
    checks.some(({ words }) => words.has(name))

/** SQLite names a check by its name or its text; where neither is found, it may be any. */
function checksNamed(checks: readonly Check[], what: string): readonly Check[] {
  const named = checks.filter(({ names }) => names.includes(what))
  return named.length > 0 ? named : checks
}

/** `t.a, t.b`: the names of the columns in small letters. */
const listed = (what: string): Set<string> =>
  new Set(what.split(', ').map((part) => part.slice(part.indexOf('.') + 1).toLowerCase()))
