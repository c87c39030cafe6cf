// Adds rows for statements whose conditions no row meets yet: where a step looks for many things, all of them together get few rows.
import { orElse } from '../../../../src/model/or-else.js'
import { foldCase, plainName, quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogTable } from '../../../model/catalog.js'
import type { Example } from '../fill/draft-row.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { tablePlan } from '../fill/table-plan.js'
import { conditionIn, conditionText, isFilling, type Effect } from '../watch/statement-effect.js'
import { addRows, isKnown } from './add-rows.js'
import { literalsOf, type TableLiterals } from './compared-literals.js'
import { mergedObject } from './json-documents.js'
import { literalExamples } from './literal-examples.js'
import type { SeederState } from './seeder-state.js'

/** The most statements that get rows, and rows for each of them. */
const MOST = 24
const EACH = 2

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
    const examples = literalExamples(plan, looked, state.connection).slice(0, EACH)
    const whole = wholeDocuments(table, looked)
    const [first] = examples
    addRows(state, situation, {
      table,
      examples: whole ? [{ ...first, ...whole }, ...examples] : examples,
    })
  }
}

/** The table that the condition of a statement is about, in lower case; '' if it may be about several. */
function askedTable(effect: Effect): string {
  const { shape, table } = effect
  if (shape.kind === 'update' || shape.kind === 'delete') return table
  if (!isFilling(effect) || (shape.kind !== 'insert' && shape.kind !== 'create-table')) return ''
  const [select, more] = shape.selects
  return select?.from && !more ? plainName(select.from.key) : ''
}

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
