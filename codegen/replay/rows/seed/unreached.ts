// Adds rows for statements whose conditions no row meets yet: where a step looks for many things, all of them together get few rows.
import { orElse } from '../../../../src/model/or-else.js'
import { foldCase, plainName, quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogTable } from '../../../model/catalog.js'
import type { Example } from '../fill/draft-row.js'
import { childless, hasParent, parentKeys } from '../fill/seed-table.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { tablePlan, type TablePlan } from '../fill/table-plan.js'
import {
  conditionIn,
  conditionText,
  isFilling,
  isQuery,
  type Effect,
} from '../watch/statement-effect.js'
import { addRows, isKnown, pointingAt } from './add-rows.js'
import { addForgotten } from './forgotten-children.js'
import { addPartnerless } from './partnerless.js'
import { pairedRows, pairsCompared } from './compared-pairs.js'
import { literalsOf, type TableLiterals } from './compared-literals.js'
import { ALL, cutKeys, type CutKey } from './cut-keys.js'
import { comparisonsIn } from './comparisons.js'
import { mergedObject } from './json-documents.js'
import { literalExamples, withoutOpen } from './literal-examples.js'
import type { SeederState } from './seeder-state.js'

/** The most statements that get rows, and rows for each of them. */
const MOST = 24
const EACH = 2

const NONE: ReadonlySet<number> = new Set()

/** Asks each statement's own condition of its table, as far as both are known before the step. */
export function addUnreached(
  state: SeederState,
  situation: TableGraph,
  effects: readonly Effect[],
): void {
  let count = 0
  for (const effect of effects) {
    const name = askedTable(effect)
    const table = tableNamed(situation, name)
    const looked = table && literalsOf([effect]).get(name)
    if (!looked || !isKnown(state, table) || meets(state, table, effect) !== false) continue
    if (++count > MOST) return
    const plan = tablePlan(table, situation, state)
    if (isFilling(effect)) addAskedParents(state, situation, table, effect)
    const examples = examplesFor(state, plan, looked, effect)
    const [first] = examples
    addRows(state, situation, { table, examples: isQuery(effect) ? [] : examples })
    for (const rows of pairedRows(plan, pairsCompared(effect, table), state.nextSerial))
      if (meets(state, table, effect) === false)
        addRows(state, situation, { table, examples: rows.map((row) => ({ ...first, ...row })) })
    // Code may delete the rows that it finds.
    for (const one of cutKeys(situation, name, isQuery(effect) ? ALL : looked))
      if (isKnown(state, one.child)) addChildrenOf(state, situation, one, effect)
  }
  addForgotten(state, situation, effects)
  addPartnerless(state, situation, effects)
}

/** Adds parents with the keys that the condition of a statement asks for. */
function addAskedParents(
  state: SeederState,
  situation: TableGraph,
  { foreignKeys }: CatalogTable,
  { tokens }: Effect,
): void {
  const asked = comparisonsIn(['WHERE', ...conditionIn(tokens)])
  for (const key of foreignKeys) {
    const [column = '', more] = key.columns.map(foldCase)
    const parent = more === undefined && tableNamed(situation, key.parent)
    if (!parent || !isKnown(state, parent)) continue
    const values = asked.flatMap((one) => (one.names.includes(column) ? one.values : []))
    const missing = values.filter((one) => one !== null && !hasParent(state.connection, key, one))
    const examples = missing.map((one) => ({ [key.parentColumns[0] ?? '']: one }))
    addRows(state, situation, { table: parent, examples: examples.slice(0, EACH) })
  }
}

/** Rows that meet it. A copy takes rows by any of their values; only the application knows which keys other statements find. */
function examplesFor(
  { connection }: SeederState,
  plan: TablePlan,
  looked: TableLiterals,
  effect: Effect,
): Example[] {
  const asked = isFilling(effect) ? { ...plan, unique: NONE } : plan
  const examples = literalExamples(asked, looked, connection).slice(0, EACH)
  const whole = wholeDocuments(plan.table, looked)
  if (whole) return [{ ...examples[0], ...whole }, ...examples]
  return isFilling(effect) ? [...withoutOpen(plan, looked, examples), ...examples] : examples
}

/** Gives rows that the statement finds a row in a table that refers to them. */
function addChildrenOf(
  state: SeederState,
  situation: TableGraph,
  { child, key }: CutKey,
  { tokens }: Effect,
): void {
  const found = `(${conditionText(conditionIn(tokens))}) AND ${childless(child.name, key)}`
  const examples = pointingAt(
    parentKeys(state.connection, key, new Set(), found).slice(0, EACH),
    key,
  )
  addRows(state, situation, { table: child, examples })
}

/** The table that the condition of a statement is about, in lower case; '' if it may be about several. */
function askedTable(effect: Effect): string {
  const { shape, table } = effect
  if (shape.kind === 'update' || shape.kind === 'delete') return table
  const [from = '', ...others] = isQuery(effect) ? tablesRead(effect) : []
  if (from !== '' && others.length === 0) return from
  if (!isFilling(effect) || (shape.kind !== 'insert' && shape.kind !== 'create-table')) return ''
  const [select, more] = shape.selects
  return select?.from && !more ? plainName(select.from.key) : ''
}

const tablesRead = ({ tokens }: Effect): string[] =>
  tokens.flatMap((token, at) => (tokens[at - 1] === 'FROM' ? [plainName(token)] : []))

/** Whether any row meets the condition; null if there is none, or it cannot be asked by itself. */
function meets(
  { connection }: SeederState,
  { name }: CatalogTable,
  { tokens }: Effect,
): boolean | null {
  const condition = conditionIn(tokens)
  if (condition.length === 0 || tokens.some((one) => one === 'JOIN' || one === '?')) return null
  const sql = `SELECT 1 FROM ${quoteIdentifier(name)} WHERE ${conditionText(condition)} LIMIT 1`
  return orElse(() => connection.all(sql).length > 0, null)
}

/** By column, one document with all that the statement asks of its documents; null if there are none. */
function wholeDocuments({ columns }: CatalogTable, looked: TableLiterals): Example | null {
  const documents = columns.flatMap(({ name }): [string, string][] => {
    const merged = mergedObject(looked.columns.get(foldCase(name)) ?? [])
    return merged === null ? [] : [[name, merged]]
  })
  return documents.length > 0 ? Object.fromEntries(documents) : null
}
