// Judges a side that failed on a database with rows: whether the rows are to blame, and which.
import { scriptsIn } from '../../../src/plan/scripts.js'
import { attempt } from '../sides/attempt.js'
import type { Fact, StepFailed, StepPlace } from '../../model/evidence.js'
import { withinReach } from '../sides/beyond-reach.js'
import { jsonFor, wantsJson } from './judge/read-as-json.js'
import { repairOf, type Repair } from './judge/repair-rows.js'
import { withinCheck } from './judge/within-check.js'
import { placeOf, takeImage } from './watch/table-image.js'
import { undoing } from './fill/connection.js'
import type { SideFailure } from '../sides/run-side.js'
import type { ObservedSide, StepSide } from './watch/observed-run.js'
import { effectOf, nameBehind } from './watch/statement-effect.js'
import { wholeSide } from '../sides/whole-side.js'
import { emptyTable } from './fill/delete-rows.js'
import { literalsOf } from './seed/compared-literals.js'
import { seenIn } from './seed/code-conditions.js'
import type { Value } from './fill/seed-values.js'
import { findCulprit, type Culprit, type Trial } from './judge/find-culprit.js'
import type { Outcome, Prover } from './prover.js'
import { foldCase, isSameName } from '../../../src/sql/names.js'
import { namesIn } from '../../sql/names-in.js'
import { sqlTokens } from '../../sql/sql-tokens.js'
import { tableNamed, tablesOf, type TableGraph } from './fill/table-graph.js'

/** A side that failed. */
export interface Failed extends Outcome {
  readonly failure: SideFailure
}

/** Whether the outcome is a failure. */
export const hasFailed = (outcome: Outcome): outcome is Failed => outcome.failure !== null

/** Whether it succeeds if all tables are empty. */
export function succeedsEmptied(rows: Prover, { attended, failure }: Failed): boolean {
  return !failure.leftover && succeedsAfter(rows, attended, () => emptyAll(rows))
}

/** Deletes all rows of all tables. */
export function emptyAll({ connection, situation }: Prover): void {
  const now = situation()
  for (const table of tablesOf(now)) emptyTable(connection, now, table)
}

/** The rows a side fails on, and the change with which it succeeds; null if none was found. */
export interface JudgedFailure {
  readonly facts: readonly Fact[]
  readonly repair: Repair['apply'] | null
  /** The side, as far as it got with the change. */
  readonly attended: ObservedSide
}

/** Runs trials on rows without those that a side fails on, and returns findings beyond those. */
export type BehindRepair = (
  rows: Prover,
  judged: JudgedFailure & { readonly repair: () => unknown },
) => readonly Fact[]

/**
 * Continues after each failure with rows that do not cause it, so that one run shows all failures. `prepare` removes the rows that were in
 * the way before.
 */
export function judgeFailure(
  rows: Prover,
  first: Failed,
  prepare: () => void = () => {},
): JudgedFailure {
  const found = new Map<string, StepFailed>()
  const known = new Set<string>()
  const repairs: Repair[] = []
  const apply = (): ReadonlySet<string> => new Set(repairs.flatMap((one) => [...one.apply()]))
  const begin = (): void => {
    prepare()
    apply()
  }
  let last: Outcome = first
  while (hasFailed(last) && repairs.length < MOST_REPAIRS) {
    const failed = last
    const { fact, repair } = attempt(
      rows,
      failed.attended,
      () => blame(rows, failed, begin, known),
      {
        fact: asFact(failed.failure, failed.attended.before, null, null),
        repair: null,
      },
    )
    const key = JSON.stringify([identityOf(last.failure), fact.table, fact.column])
    if (!repair?.isOfGenerated && !found.has(key)) found.set(key, fact)
    if (!repair) break
    repairs.push(repair)
    last = rows.tryOut(last.attended, begin)
  }
  const others = hasFailed(last) ? [] : factsApart(last, repairs)
  const facts = withinReach(
    [...oneByCause([...found.values()]), ...others],
    first.attended.isBeyond,
  )
  const { attended } = last
  return { facts, repair: hasFailed(last) || last.isUntried ? null : apply, attended }
}

/** What a side fails on, and the change of rows with which it continues; null if there is none. */
function blame(
  rows: Prover,
  failed: Failed,
  begin: () => void,
  known: Set<string>,
): { readonly fact: StepFailed; readonly repair: Repair | null } {
  const { attended, failure } = failed
  known.add(identityOf(failure))
  const scripts = scriptsIn(attended.entry, attended.direction) ?? []
  const texts = [...scripts, ...rows.handed().all.map(({ text }) => text)]
  const trial = trialOf(rows, failed, begin, known)
  const culprit = failure.leftover ? null : findCulprit(trial, failure, attended)
  const blamed = culprit && { ...trial, ...culprit, before: attended.before }
  const repair =
    blamed &&
    (jsonFor(blamed, failure, askedOf(attended, blamed.table)) ??
      withinCheck(blamed, failure, texts) ??
      repairOf(blamed))
  const told = culprit ?? onlySource(ranLast(rows, failure), failure, attended)
  const changed = repair?.column ?? (culprit && emptyColumn(failure, culprit))
  const column = culprit ? ofBrokenKey(failure, culprit, changed) : changed
  return { fact: asFact(failure, attended.before, told, column), repair }
}

/** What a side asks the columns of a table for. */
const askedOf =
  (side: ObservedSide, table: Culprit['table']) =>
  (column: string): readonly Value[] =>
    literalsOf(seenIn(side)).get(foldCase(table.name))?.columns.get(foldCase(column)) ?? []

/** If rows violate a UNIQUE index that is new, or once they are updated, names a column of it: which other columns help depends on the rows. */
function ofBrokenKey(
  { at, message }: SideFailure,
  { table }: Culprit,
  changed: string | null,
): string | null {
  if (!/^\s*(?:create|update)\b/i.test(at.statement ?? '')) return changed
  const [, names = ''] = /^UNIQUE constraint failed: (.*)$/.exec(message) ?? []
  const own = names.split(', ').flatMap((name) => {
    const [of = '', column = ''] = name.split('.')
    const isOwn = isSameName(of, table.name)
    return isOwn && table.columns.some((one) => isSameName(one.name, column)) ? [column] : []
  })
  return own.find((name) => isSameName(name, changed ?? '')) ?? own[0] ?? changed
}

/** The column that is null in the row to blame, where its copy must not be null; null for anything else. */
function emptyColumn({ message }: SideFailure, { image, identity }: Culprit): string | null {
  const [, name] = /^NOT NULL constraint failed: [^]*\.([^.]*)$/.exec(message) ?? []
  const place = name === undefined ? -1 : placeOf(image, name)
  const row = image.rows.find((one) => one.identity === identity)
  return row && row.values[place] === null ? (image.columns[place]?.name ?? null) : null
}

/** The most changes of rows and values for one side. */
const MOST_REPAIRS = 64

/** Errors thrown by code may count or name rows: errors at the same place are one failure, whichever rows they met. */
function oneByCause(found: readonly StepFailed[]): StepFailed[] {
  const first = new Map<string, StepFailed>()
  for (const fact of found) {
    const key = causeOf(fact)
    const { column, ...whole } = first.get(key) ?? fact
    first.set(
      key,
      column === fact.column ? { ...whole, ...(column !== undefined && { column }) } : whole,
    )
  }
  return [...first.values()]
}

/** Lockstep itself names the table; messages of SQLite contain names only. */
const causeOf = ({ at, cause, message, refusal, table, column }: StepFailed): string =>
  JSON.stringify(
    cause === 'code'
      ? [
          at,
          at.frame && refusal === undefined ? '' : message.replaceAll(/\b\d+(?:\.\d+)?\b/g, '0'),
          refusal === undefined ? table : null,
        ]
      : [placeIn(at), message, table, column],
  )

const factsApart = ({ facts, attended }: Outcome, repairs: readonly Repair[]): Fact[] =>
  facts.filter((fact) => isApart(fact, repairs, attended))

/** Removed rows may leave others without their parents, if the parents were derived from them. */
function isApart(
  fact: Fact,
  repairs: readonly Repair[],
  { effects }: Pick<ObservedSide, 'effects'>,
): boolean {
  if (fact.kind !== 'foreign-key-broken') return true
  const names = new Set([foldCase(fact.parent)])
  for (const { table, tokens, place } of effects.toReversed()) {
    if (!names.has(table) && !names.has(nameBehind(effects, table))) continue
    if (place.script === null) return repairs.every(({ column }) => column !== null)
    for (const token of tokens) for (const name of namesIn(token)) names.add(name)
  }
  return repairs.every(({ without = '' }) => !names.has(without))
}

function asFact(
  { at, cause, message, refusal, code, expression }: SideFailure,
  before: TableGraph,
  culprit: Told | null,
  column: string | null,
): StepFailed {
  return {
    kind: 'step-failed',
    at,
    stage: 'rows',
    cause,
    message,
    ...(refusal !== undefined && { refusal }),
    ...(code !== undefined && { code }),
    ...(expression && { expression }),
    schema: schemaOf(at.statement, before, culprit),
    table: culprit?.table.name ?? null,
    row: culprit?.row ?? null,
    ...(column !== null && { column }),
  }
}

/** What is reported about a culprit. */
type Told = Pick<Culprit, 'table' | 'row'>

/** The only table that a statement reads or changes, if its rows cannot be tried; rows that it inserts are its own. */
function onlySource(
  statement: string,
  { cause }: SideFailure,
  { entry, direction, before }: ObservedSide,
): Told | null {
  const isTried = entry.effects === undefined && entry.transaction !== false
  if (isTried || cause !== 'sqlite') return null
  const { verb, table } = effectOf(statement, wholeSide(entry.version, direction))
  const [only, ...others] = [...namesIn(statement)].flatMap((name) =>
    verb === 'insert' && name === table ? [] : (tableNamed(before, name) ?? []),
  )
  return only && others.length === 0 ? { table: only, row: null } : null
}

/** The statement that failed: `ctx` drops its new table and rolls back, so the last statement before that. */
const ranLast = (rows: Prover, { at }: SideFailure): string =>
  at.statement ?? rows.handed().all.findLast(({ text }) => !UNDOES.test(text))?.text ?? ''

const UNDOES = /^(?:drop|rollback|pragma)\b/i

function schemaOf(statement: string | null, before: TableGraph, culprit: Told | null): string[] {
  const tables = [...namesIn(statement ?? '')].flatMap((name) => tableNamed(before, name) ?? [])
  const all = new Set(culprit ? [...tables, culprit.table] : tables)
  return [...all].map(({ sql }) => sql)
}

function trialOf(
  rows: Prover,
  { attended, failure }: Failed,
  begin: () => void,
  known: ReadonlySet<string>,
): Trial {
  const place = JSON.stringify(placeIn(failure.at))
  return {
    connection: rows.connection,
    imageOf: (table) =>
      undoing(rows.connection, () => {
        begin()
        return takeImage(rows.connection, table)
      }),
    goesOn(change, to) {
      const after = tried(rows, attended, () => {
        begin()
        change()
      })
      if (!after || to === 'end') return after === null
      const isHere = JSON.stringify(placeIn(after.at)) === place
      if (to === 'elsewhere' && (isHere || wantsJson(after))) return false
      if (typeof to === 'object' && isHere && !isOfOthers(after.message, to.apartFrom)) return false
      return !known.has(identityOf(after))
    },
  }
}

/** Whether a constraint on single values fails that does not name the column. */
const isOfOthers = (message: string, column: string): boolean =>
  /^(?:CHECK|NOT NULL) /.test(message) && !new Set(namesIn(message)).has(foldCase(column))

const succeedsAfter = (rows: Prover, side: StepSide, change: () => void): boolean =>
  tried(rows, side, change) === null

/** Identifies a failure by its place and message. */
export const identityOf = ({ at, message }: SideFailure): string =>
  JSON.stringify([placeIn(at), message])

/** Code may put values of rows into statements, which is no other place. */
const placeIn = (at: StepPlace): StepPlace =>
  at.script === null && at.statement !== null
    ? { ...at, statement: Array.from(sqlTokens(at.statement), withoutValue).join(' ') }
    : at

const withoutValue = (token: string): string => (/^['\d]/.test(token) ? '?' : token)

/** What a side fails on after a change, null if it succeeds; undefined if that cannot be known, as side effects must not be tried out. */
function tried(
  rows: Prover,
  { entry, direction }: StepSide,
  change: () => void,
): SideFailure | null | undefined {
  if (entry.effects !== undefined || entry.transaction === false) return undefined
  const outcome = rows.tryOut({ entry, direction }, change, () => [])
  return outcome.isUntried ? undefined : outcome.failure
}
