// Finds unique indexes that are recreated less strict than before.
import type { CatalogIndex, CatalogObject } from '../../model/catalog.js'
import { hasRowsOfBefore, keepsApart } from './new-columns.js'
import { isOverOthers, isWhole } from './partial-index.js'
import { isMissedByKey } from './lost-constraints.js'
import type { FoundStatement, ReplayedStep, TableTrace } from '../subject/rule.js'
import { isMadeAnew, tracesUnderOtherNames } from '../subject/trace-tables.js'
import { readStatement } from '../../sql/read-statement.js'
import { foldCase, isSameName, plainName } from '../../../src/sql/names.js'
import { tableIn, indexesOf } from '../../model/in-catalog.js'
import { ownKeys } from './traced-keys.js'

/** A unique index that lets in what it kept out. */
export interface LostUniqueIndex {
  readonly index: CatalogIndex
  /** The index in its place. */
  readonly again: CatalogIndex
  /** Its columns that are already unique without it, so that it keeps nothing out; empty if there are none. */
  readonly unique: readonly string[]
  /** The statement that recreates it; null if unknown. */
  readonly statement: FoundStatement | null
}

/**
 * The unique indexes whose columns all still exist, and which nothing unique covers any more, though their table is rebuilt and
 * has an index of that name; a partial one covers it only if it includes all earlier rows. A missing name is a lost object; an
 * index that is dropped by name was meant to go, unless a unique one that keeps nothing out replaces it, or the same one under
 * its name without UNIQUE; of indexes over expressions, only those that are no longer unique are reported, whatever they cover;
 * and nothing is reported for a table whose uniqueness a foreign key misses.
 */
export function lostUniqueIndexes(step: ReplayedStep): LostUniqueIndex[] {
  const acts = step.acts.up
  return step.changed.flatMap((key) => {
    const index = step.before.get(key)
    if (index?.type !== 'index' || !index.unique) return []
    const trace = traceOf(index.table, step)
    if (!trace?.after || isMissedByKey(trace.after, step) || isKept(index, trace, step)) return []
    const again = replacementOf(index, trace, step)
    const made = acts.findLast(
      (act) => act.kind === 'create' && act.name === foldCase(again?.index.name ?? ''),
    )
    if (!again) return []
    return [{ index, again: again.index, unique: again.unique, statement: made?.statement ?? null }]
  })
}

/** The trace of a table, which may be unchanged. */
function traceOf(name: string, step: ReplayedStep): TableTrace | null {
  const { traces, before, after } = step
  const trace = [...tracesUnderOtherNames(step), ...traces].find((one) =>
    isSameName(one.before.name, name),
  )
  if (trace) return trace
  const [was, is] = [tableIn(before, name), tableIn(after, name)]
  if (!was || !is) return null
  const columns = was.columns.map((column) => ({ before: column, after: column, statement: null }))
  return { before: was, after: is, columns, statement: null, drop: null }
}

/** The index in place of another one: of the same name, otherwise one over its columns and more that keeps nothing out. */
function replacementOf(index: CatalogIndex, trace: TableTrace, step: ReplayedStep) {
  const name = foldCase(index.name)
  const again = step.after.get(`index ${name}`)
  if (again?.type === 'index' && isOn(again, trace) && isForgotten(index, again, trace, step))
    return { index: again, unique: uniqueWithin(again, trace, step) }
  for (const key of step.changed) {
    const other = step.after.get(key)
    if (other?.type !== 'index' || !other.unique || !isOn(other, trace)) continue
    const unique = uniqueWithin(other, trace, step)
    if (unique.length > 0 && namesNow(index, trace).every((one) => has(other.columns, one ?? '')))
      return { index: other, unique }
  }
  return null
}

/** Whether recreating an index under the same name is not the replacement that a DROP INDEX makes room for. */
function isForgotten(
  index: CatalogIndex,
  again: CatalogIndex,
  trace: TableTrace,
  step: ReplayedStep,
): boolean {
  const isDropped = step.acts.up.some(
    (act) => act.kind === 'drop' && act.type === 'index' && act.name === foldCase(index.name),
  )
  if (!isDropped) return isAnew(trace, step)
  return isPlainNow(index, again, trace) || letsLettersIn(index, again, trace, step)
}

const isAnew = (trace: TableTrace, { traces }: ReplayedStep): boolean =>
  (traces.includes(trace) || trace.before.name !== trace.after?.name) && isMadeAnew(trace)

/** Whether it is over the same columns, in the same way, and only no longer unique. */
const isPlainNow = (
  index: CatalogIndex,
  again: CatalogObject | undefined,
  trace: TableTrace,
): boolean =>
  again?.type === 'index' &&
  !again.unique &&
  again.partial === index.partial &&
  !index.columns.includes(null) &&
  setOf(again.columns) === setOf(namesNow(index, trace))

const setOf = (names: readonly (string | null)[]): string =>
  names.map((name) => foldCase(name ?? '')).join('\n')

const isOn = ({ table }: CatalogIndex, { after }: TableTrace): boolean =>
  isSameName(table, after?.name ?? '')

/** A subset of a unique index's columns that is already unique. */
const uniqueWithin = (index: CatalogIndex, trace: TableTrace, step: ReplayedStep): string[] => {
  const { columns } = index
  const within = keysOf(trace, step, (one) => one !== index && isWhole(one)).find(
    (key) => key.length < columns.length && key.every((name) => name && has(columns, name)),
  )
  return within?.flatMap((name) => name ?? []) ?? []
}

/** What is unique in a table now; null stands for an expression. */
function keysOf(
  { after }: TableTrace,
  step: ReplayedStep,
  counts: (index: CatalogIndex) => boolean,
): (readonly (string | null)[])[] {
  if (!after) return []
  const indexes = indexesOf(after.name, step.after).filter((one) => one.unique && counts(one))
  return [...indexes.map(({ columns }) => columns), ...ownKeys(after)]
}

/** The columns of an index by their current names; null for an expression, and for a removed one. */
const namesNow = ({ columns }: CatalogIndex, trace: TableTrace): (string | null)[] =>
  columns.map((name) => {
    const found = trace.columns.find(({ before }) => isSameName(before.name, name ?? ''))
    return found?.after?.name ?? null
  })

/** Whether something that is unique now covers what the index did, or that is unknown. */
function isKept(index: CatalogIndex, trace: TableTrace, step: ReplayedStep): boolean {
  const now = namesNow(index, trace)
  if (index.columns.some((name, at) => name !== null && now[at] === null)) return true
  const again = step.after.get(`index ${foldCase(index.name)}`)
  if (again?.type === 'index' && letsLettersIn(index, again, trace, step)) return false
  const kept = keysOf(trace, step, (one) =>
    index.partial ? !isOverOthers(index, one, trace) : hasRowsOfBefore(one, trace),
  )
  if (kept.some((one) => keepsApart(one, now, trace))) return true
  if (!index.columns.includes(null)) return false
  if (again?.type === 'index' && again.unique) return !letsNullsIn(index, again, trace)
  return kept.some((one) => one.includes(null))
}

/** Whether it is now case-sensitive in a column of a rebuilt table where it was case-insensitive, and nothing else is. */
function letsLettersIn(
  index: CatalogIndex,
  again: CatalogIndex,
  trace: TableTrace,
  step: ReplayedStep,
): boolean {
  const [was, is] = [readStatement(index.sql), readStatement(again.sql)]
  if (was.kind !== 'create-index' || is.kind !== 'create-index' || !again.unique) return false
  if (!isAnew(trace, step) || was.terms.length !== is.terms.length) return false
  const isPlain = is.terms.some((term, at) => {
    const column = foldedColumn(was.terms[at] ?? [])
    return column !== null && term[0] === column && /^(?:asc|desc)?$/.test(term[1] ?? '')
  })
  const others = indexesOf(trace.after?.name ?? '', step.after).filter(
    (one) => one !== again && one.unique,
  )
  const isCaredFor = step.statements.some(
    ({ direction, text }) => direction === 'up' && FOLDS.test(text),
  )
  return (
    isPlain &&
    !isCaredFor &&
    !FOLDS.test(trace.after?.sql ?? '') &&
    !others.some(({ sql }) => FOLDS.test(sql))
  )
}

const FOLDS = /\b(?:lower|upper)\s*\(|\bcollate\s+["'`[]?nocase\b/i

/** `lower(email)`, `email COLLATE NOCASE`: the column and its comparison; null for anything else. */
function foldedColumn([first = '', second = '', third = '', fourth]: readonly string[]):
  string | null {
  if (/^(?:lower|upper)$/.test(first) && second === '(' && fourth === ')') return third
  return second === 'collate' && foldCase(third) === 'nocase' ? first : null
}

/** Whether it is over a nullable column in place of `coalesce(column, …)`: rows with NULL are then distinct. */
function letsNullsIn(index: CatalogIndex, again: CatalogIndex, { after }: TableTrace): boolean {
  const [was, is] = [readStatement(index.sql), readStatement(again.sql)]
  if (was.kind !== 'create-index' || is.kind !== 'create-index') return false
  return was.terms.some(([word = '', open, column = '', comma], at) => {
    const [now = '', ...more] = is.terms[at] ?? []
    const isFilled = /^(?:coalesce|ifnull)$/.test(word) && open === '(' && comma === ','
    const mayBeNull = after?.columns.some(
      ({ name, notNull }) => isSameName(name, plainName(column)) && !notNull,
    )
    return isFilled && now === column && more[0] !== '(' && mayBeNull === true
  })
}

const has = (names: readonly (string | null)[], name: string): boolean =>
  names.some((one) => one !== null && isSameName(one, name))
