// Finds values that a table accepts: tries to insert, reads from the error which columns are to blame, and tries others.
import { builtValues, candidates, literalsFor } from './likely-values.js'
import { seedValue, type Value } from './seed-values.js'
import type { CatalogColumn } from '../../../model/catalog.js'
import type { Check } from './checks-of.js'
import type { TablePlan, Unit } from './table-plan.js'
import { foldCase } from '../../../../src/sql/names.js'

/** What inserting a row needs. */
export interface Placing {
  readonly plan: TablePlan
  /** Tries to insert; returns null on success, else SQLite's error message. */
  attempt(values: readonly Value[]): string | null
  /** The parent keys that a unit may reference. */
  parents(unit: Unit): readonly (readonly Value[])[]
  /** The last accepted row, whose values are likely to be accepted again. */
  readonly accepted: readonly Value[] | null
  /** Where to start in a list of equally likely values, so that rows differ. */
  readonly turn: number
  /** Makes values that have to be new unique. */
  readonly serial: number
  /** Indexes of columns whose value must not change. */
  readonly fixed: ReadonlySet<number>
}

/** How many combinations are tried before a row is given up. */
const ATTEMPTS = 600

/** Inserts a row, replacing values that are refused; returns the error if it cannot be inserted, null if it was. */
export function placeRow(placing: Placing, wanted: readonly Value[]): string | null {
  const values = [...wanted]
  const first = satisfy(placing, values, settle(placing, values))
  let failure = first
  const active: Unit[] = []
  while (failure !== null) {
    const fresh = blamed(placing, failure).filter((unit) => !active.includes(unit))
    if (fresh.length === 0) return first
    active.push(...fresh)
    failure = search(placing, values, active)
  }
  return null
}

/**
 * Satisfies one refusal after another by changing the columns it blames, and keeps what helps. Returns the first refusal that those columns
 * alone cannot satisfy.
 */
function satisfy(placing: Placing, values: Value[], refusal: string | null): string | null {
  const seen = new Set<string>()
  let failure = refusal
  while (failure !== null && !seen.has(failure)) {
    seen.add(failure)
    const units = blamed(placing, failure)
    const refused = units.length === 0 ? failure : search(placing, values, units)
    if (refused !== null && isAbout(placing, refused, units)) return failure
    failure = refused
  }
  return failure
}

/**
 * Changes values that are refused on their own, one after another: SQLite checks constraints in a fixed order, so a different refusal means
 * that this one is satisfied. Returns the remaining refusal.
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

/** How many values are tried for a single column. */
const MOST_CHOICES = 150

/**
 * Tries all combinations of candidates until one is accepted, or until other columns than the active ones are blamed: then `values` become
 * that combination.
 */
function search(placing: Placing, values: Value[], active: readonly Unit[]): string | null {
  const choicesOf = active.length > 1 ? choicesAmong : choicesFor
  const each = Math.max(2, Math.floor(ATTEMPTS ** (1 / active.length)))
  const choices = active.map((unit) => choicesOf(placing, unit, values).slice(0, each))
  const total = Math.min(
    ATTEMPTS,
    choices.reduce((product, { length }) => product * length, 1),
  )
  let failure = 'no other value is known'
  // The first combination is the wanted row, which was tried before.
  for (let number = 1; number < total; number++) {
    const tried = combination(values, active, choices, number)
    const refused = placing.attempt(tried)
    if (refused === null) return null
    failure = refused
    if (isAbout(placing, refused, active)) continue
    values.splice(0, values.length, ...tried)
    return refused
  }
  return failure
}

/** The combination with that number; the first unit varies fastest. */
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

/** A constraint may be about which of several columns is set; NULL is a likely choice then. */
function choicesAmong(placing: Placing, unit: Unit, values: readonly Value[]) {
  const { plan } = placing
  const [own = [], ...others] = choicesFor(placing, unit, values)
  const likely = mayBeNone(plan, unit) && unit.at.some((at) => asksForNull(plan, at))
  return likely ? [own, unit.at.map(() => null), ...others] : [own, ...others]
}

const mayBeNone = ({ columns }: TablePlan, { at }: Unit): boolean =>
  at.some((index) => columns[index]?.notNull !== true)

/** Whether a constraint that names the column tests for NULL. */
function asksForNull({ columns, checks, triggers }: TablePlan, index: number): boolean {
  const name = foldCase(columns[index]?.name ?? '')
  return [...checks, ...triggers].some(
    ({ words }) => words.has(name) && ['null', 'isnull', 'notnull'].some((word) => words.has(word)),
  )
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
  if (unit.key && !unit.loose) {
    const none = mayBeNone(plan, unit) ? [unit.at.map(() => null)] : []
    return [own, ...before, ...parents(unit), ...none]
  }
  if (!column) return [own]
  const checks = [...plan.checks, ...plan.triggers]
  const isUnique = plan.unique.has(index)
  const fresh = isUnique ? freshValues({ column, index, checks, serial }) : []
  const built = isUnique ? [] : builtValues(column, checks, serial)
  const literals = rotated(literalsFor(column, checks), turn).map((value) => [value])
  const others = [...fresh, ...candidates(column, index, checks), ...built].map((value) => [value])
  return [own, ...parents(unit), ...literals, ...before, ...others]
}

/** Values that no other row has. */
const freshValues = ({ column, index, checks, serial }: FreshCell): Value[] => [
  ...[1, 2, 3].map((more) =>
    seedValue({ column, index, sort: 'plain', serial: serial * 10 + more }),
  ),
  ...builtValues(column, checks, serial),
]

interface FreshCell {
  readonly column: CatalogColumn
  readonly index: number
  readonly checks: readonly Check[]
  readonly serial: number
}

/** The list from another of its items on. */
export const rotated = <T>(list: readonly T[], by: number): T[] => [
  ...list.slice(by % Math.max(1, list.length)),
  ...list.slice(0, by % Math.max(1, list.length)),
]

/** Whether a refusal blames only these units. */
const isAbout = (placing: Placing, failure: string, units: readonly Unit[]): boolean =>
  blamed(placing, failure).every((unit) => units.includes(unit))

/** The units that a refusal blames. */
function blamed({ plan, fixed }: Placing, failure: string): Unit[] {
  const names = blamedColumns(plan, failure)
  return plan.units.filter(({ at }) =>
    at.some(
      (index) => !fixed.has(index) && names(foldCase(plan.columns[index]?.name ?? ''), index),
    ),
  )
}

type Names = (name: string, index: number) => boolean

function blamedColumns(plan: TablePlan, failure: string): Names {
  const [, kind, what = ''] = /^(\w+(?: \w+)?) constraint failed: ([^]*)$/.exec(failure) ?? []
  if (kind === 'CHECK') return mentionedIn(checksNamed(plan.checks, what))
  if (kind === 'UNIQUE' && what.startsWith('index ')) return (_, index) => plan.unique.has(index)
  if (kind === 'UNIQUE' || kind === 'NOT NULL') return (name) => listed(what).has(name)
  const orphaned = plan.parents.filter(({ refusal }) => refusal === failure)
  if (orphaned.length > 0) return (_, index) => orphaned.some(({ at }) => at.includes(index))
  const stored = /^cannot store \w+ value in \w+ column [^]*?\.([^]*)$/.exec(failure)?.[1]
  if (stored !== undefined) return (name) => name === foldCase(stored)
  if (failure === 'datatype mismatch') return (_, index) => index === plan.rowid
  const reading = /\bJSON\b/.test(failure) ? plan.checks.filter(readsJson) : []
  if (reading.length > 0) return mentionedIn(reading)
  return plan.triggers.length > 0 ? mentionedIn(plan.triggers) : () => true
}

const readsJson = ({ words }: Check): boolean => [...words].some((word) => word.startsWith('json'))

const mentionedIn =
  (checks: readonly Check[]): Names =>
  (name) =>
    checks.some(({ words }) => words.has(name))

/** SQLite names a check by its name or its text; if neither is found, it may be any. */
function checksNamed(checks: readonly Check[], what: string): readonly Check[] {
  const named = checks.filter(({ names }) => names.includes(what))
  return named.length > 0 ? named : checks
}

/** The column names, in lower case, in `t.a, t.b`. */
const listed = (what: string): Set<string> =>
  new Set(what.split(', ').map((part) => foldCase(part.slice(part.indexOf('.') + 1))))
