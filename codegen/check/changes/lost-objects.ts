// Finds indexes, triggers and views that are gone after a step which does not drop them by name.
import type { CatalogIndex, CatalogObject, CatalogTable } from '../../model/catalog.js'
import type { Position } from '../../model/diagnostic.js'
import { canonical } from '../../../src/schema/canonical.js'
import { canonicalName, canonicalTokens } from '../../../src/sql/canonical-tokens.js'
import { forgottenGenerated } from './generated-columns.js'
import { hasRowsOfBefore, keepsApart } from './new-columns.js'
import { factsIn } from '../subject/facts.js'
import { changePlace } from '../subject/place.js'
import { isMadeAnew, tracesUnderOtherNames } from '../subject/trace-tables.js'
import { mentions } from '../../sql/names-in.js'
import type { ReplayedStep, TableTrace } from '../subject/rule.js'
import { foldCase, isSameName } from '../../../src/sql/names.js'
import { tableIn, indexesOf } from '../../model/in-catalog.js'
import { ownKeys } from './traced-keys.js'

/** An object that went without being named. */
export interface LostObject {
  /** `index users_email`. */
  readonly key: string
  readonly object: Exclude<CatalogObject, CatalogTable>
  /** The statement that drops the object's table, otherwise the one that rebuilds it, otherwise the step. */
  readonly at: Position
}

/**
 * The objects that `up` loses, in order of creation: usually through a rebuilt table. Objects on a table or view that is itself
 * gone do not count, nor does an index whose columns are gone, or that another one replaces.
 */
export function lostObjects(step: ReplayedStep): LostObject[] {
  const gone = step.changed.filter((key) => !key.startsWith('table ') && !step.after.has(key))
  if (gone.length === 0) return []
  const drops = step.acts.up.flatMap((act) =>
    act.kind === 'drop' ? [{ key: `${act.type} ${act.name}`, statement: act.statement }] : [],
  )
  const named = new Set(drops.map((drop) => drop.key))
  const traces = [...tracesUnderOtherNames(step), ...step.traces]
  return gone.flatMap((key) => {
    const object = step.before.get(key)
    if (!object || object.type === 'table' || named.has(key)) return []
    const trace = traces.find(({ before }) => isSameName(before.name, tableOf(object)))
    if (!survives(object, step, trace) || isReplaced(object, step, trace)) return []
    const view = drops.findLast((drop) => drop.key === `view ${foldCase(tableOf(object))}`)
    const cause =
      trace?.drop ?? view?.statement ?? trace?.statement ?? dropOf(tableOf(object), step) ?? null
    return [{ key, object, at: changePlace(cause, step) }]
  })
}

/** The statement that drops a table under its name at that point, since one with the same text may exist elsewhere. */
function dropOf(table: string, { acts }: ReplayedStep) {
  let name = table
  for (const act of acts.up) {
    if (act.kind === 'rename-table' && isSameName(act.table, name)) name = act.to
    if (act.kind === 'drop' && act.type === 'table' && isSameName(act.name, name))
      return act.statement
  }
  return null
}

const tableOf = (object: LostObject['object']): string =>
  object.type === 'view' ? object.name : object.table

/** Whether its table still exists, with all its columns. */
function survives(
  object: LostObject['object'],
  step: ReplayedStep,
  trace: TableTrace | undefined,
): boolean {
  const { after } = step
  if (object.type === 'view') return true
  if (!trace)
    return (
      after.has(`view ${foldCase(object.table)}`) || after.has(`table ${foldCase(object.table)}`)
    )
  if (!trace.after || object.type === 'trigger') return trace.after !== null
  const forgotten = isMadeAnew(trace) ? forgottenGenerated(trace, step) : []
  const lost = trace.columns.flatMap((one) =>
    one.after || forgotten.includes(one.before) ? [] : [one.before.name],
  )
  const named = lost.filter((name) => mentions(object.sql, name))
  return named.length === 0 || (object.type === 'index' && isKeptApart(object, named, trace, step))
}

/** Whether a unique index also had columns that stay, and the table has the values of the others under other names. */
function isKeptApart(
  { unique, columns }: CatalogIndex,
  lost: readonly string[],
  { after }: TableTrace,
  step: ReplayedStep,
): boolean {
  const isOf = (name: string | null): boolean =>
    lost.some((one) => name !== null && isSameName(one, name))
  const kept = factsIn(step, 'values-kept').filter((fact) => isSameName(fact.in, after?.name ?? ''))
  return (
    unique &&
    columns.some((name) => name !== null && !isOf(name)) &&
    lost.every((name) => kept.some(({ column }) => isSameName(column ?? '', name)))
  )
}

/**
 * Whether a new index or trigger says the same, but for names that the step has changed, or another index or constraint begins
 * with the columns of an index, and, if it was unique, allows no more rows. A partial index is not replaced by one that existed
 * beside it.
 */
function isReplaced(
  object: LostObject['object'],
  step: ReplayedStep,
  trace: TableTrace | undefined,
): boolean {
  if (object.type === 'view') return false
  const { before, after } = step
  if (saysAgain(object, step)) return true
  const found = tableIn(after, trace?.after?.name ?? object.table)
  if (!found || object.type === 'trigger') return false
  const isNew = ({ name }: CatalogIndex): boolean => !before.has(`index ${foldCase(name)}`)
  const indexes = indexesOf(found.name, after)
  const columns = now(object, trace)
  if (object.unique) {
    const all = trace ?? { after: null, columns: [] }
    const keys = indexes.filter((one) => one.unique && hasRowsOfBefore(one, all))
    return [...keys.map((one) => one.columns), ...ownKeys(found)].some((own) =>
      keepsApart(own, columns, all),
    )
  }
  if (object.columns.includes(null)) return false
  const whole = indexes.filter((one) => !one.partial && (isNew(one) || !object.partial))
  const own = object.partial ? [] : ownKeys(found)
  return [...whole.map((one) => one.columns), ...own].some((key) =>
    columns.every((name, at) => folded(key[at] ?? null) === name),
  )
}

function saysAgain({ type, sql }: LostObject['object'], step: ReplayedStep): boolean {
  const meaningOf = (text: string): string[] => canonicalTokens(canonical(type, text).meaning)
  const names = new Set(
    [...tracesUnderOtherNames(step), ...step.traces].flatMap(({ before, after, columns }) =>
      [{ before, after }, ...columns].map((one) =>
        [one.before.name, one.after?.name ?? ''].map(canonicalName).join('\n'),
      ),
    ),
  )
  const was = meaningOf(sql)
  return [...step.after].some(([key, one]) => {
    if (one.type !== type || step.before.has(key)) return false
    const is = meaningOf(one.sql)
    return (
      is.length === was.length &&
      was.every((word, at) => word === is[at] || names.has(`${word}\n${is[at]}`))
    )
  })
}

/** The columns of an index by the names that they have now. */
const now = ({ columns }: CatalogIndex, trace: TableTrace | undefined): string[] =>
  columns.map((name) => {
    const column = trace?.columns.find(({ before }) => isSameName(before.name, name ?? ''))
    return folded(column?.after?.name ?? name)
  })

const folded = (name: string | null): string => foldCase(name ?? '()')
