// Unique indexes that are made again, but not as strict as they were.
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
  /** What stands in its place. */
  readonly again: CatalogIndex
  /** The columns of this that are unique without it, so that it keeps nothing out; empty where there are none. */
  readonly unique: readonly string[]
  /** The statement that makes it again; null where none can be read. */
  readonly statement: FoundStatement | null
}

/**
 * The unique indexes whose columns are all there still, and which nothing unique covers any more, though their table is made
 * anew and has an index of that name; one over fewer rows covers it only where all rows of before are among them. One that
 * is gone by its name is a lost object; one that is dropped by name was meant to go, unless a unique one that keeps nothing
 * out comes in its place, or the same one under its name that is not unique; of indexes over expressions only those are reported that are no longer unique, whatever they
 * cover; and nothing is told of a table whose uniqueness a foreign key misses.
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

/** What became of a table, which may not have changed at all. */
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

/** The index in the place of another one: of the same name, else one over its columns and more that keeps nothing out. */
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

/** Whether what is made again under the name of an index is not what a DROP INDEX makes room for. */
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

/** Fewer columns of a unique index that are unique by themselves. */
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

/** The columns of an index by the names that they have now; null for an expression, and for one that is gone. */
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

/** Whether it tells letters by their case in a column of a table made anew, in which it took them for the same, and nothing else does. */
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

/** `lower(email)`, `email COLLATE NOCASE`: the column, as it is compared; null for anything else. */
function foldedColumn([first = '', second = '', third = '', fourth]: readonly string[]):
  string | null {
  if (/^(?:lower|upper)$/.test(first) && second === '(' && fourth === ')') return third
  return second === 'collate' && foldCase(third) === 'nocase' ? first : null
}

/** Whether it is over a column that may be NULL, in the place of `coalesce(column, …)`: such rows are unlike then. */
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
