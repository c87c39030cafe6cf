// Adds rows that a DELETE of their parents may forget: it looks at some of the tables that refer to them, and not at the others.
import { foldCase, plainName, quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogForeignKey } from '../../../model/catalog.js'
import type { RawRow } from '../fill/connection.js'
import { childless, parentKeys } from '../fill/seed-table.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { conditionText, type Effect } from '../watch/statement-effect.js'
import { addRows, isKnown, pointingAt } from './add-rows.js'
import { ALL, cutKeys, type CutKey } from './cut-keys.js'
import type { SeederState } from './seeder-state.js'

/** Gives some rows that a DELETE finds by other tables a row in each table that it does not look at. */
export function addForgotten(
  state: SeederState,
  situation: TableGraph,
  effects: readonly Effect[],
): void {
  for (const effect of effects)
    if (effect.verb === 'delete') addToDeleted(state, situation, effect, effects)
}

function addToDeleted(
  state: SeederState,
  situation: TableGraph,
  effect: Effect,
  effects: readonly Effect[],
): void {
  const table = tableNamed(situation, effect.table)
  if (!table || !isKnown(state, table)) return
  const all = cutKeys(situation, effect.table, ALL).filter(({ child }) => isKnown(state, child))
  // Code looks at them one by one, before it deletes.
  const isByCode = effect.tokens.includes('?')
  const words = new Set(
    (isByCode ? effects : [effect]).flatMap(({ tokens }) => tokens.map(plainName)),
  )
  const isLookedAt = ({ child }: CutKey): boolean => words.has(foldCase(child.name))
  const looked = all.filter(isLookedAt).map(({ child, key }) => childless(child.name, key))
  if (isByCode ? looked.length === 0 : !looksAround(effect)) return
  for (const { child, key } of all.filter((one) => !isLookedAt(one))) {
    const found = isByCode ? looked.join(' AND ') : keysFound(effect, key)
    const alone = childless(child.name, key)
    const deleted = (which: string): RawRow[] =>
      parentKeys(state.connection, key, new Set(), `${found} AND ${which}`)
    if (deleted(`NOT ${alone}`).length > 0) continue
    // If there may be more of them, one stays without any.
    if (deleted(alone).length < 2) addRows(state, situation, { table, examples: [{}] })
    addRows(state, situation, { table: child, examples: pointingAt(deleted(alone).slice(-1), key) })
  }
}

/** Whether it reads another table. */
const looksAround = ({ tokens, table }: Effect): boolean =>
  tokens.some(
    (token, at) => /^(?:FROM|JOIN)$/.test(tokens[at - 1] ?? '') && plainName(token) !== table,
  )

/** Whether a key is one of a row that the statement finds, as SQL. */
function keysFound({ tokens, table }: Effect, { parentColumns }: CatalogForeignKey): string {
  const keys = parentColumns.map(quoteIdentifier).join(', ')
  const condition = tokens.slice(tokens.indexOf('WHERE') + 1).filter((token) => token !== ';')
  return `(${keys}) IN (SELECT ${keys} FROM ${quoteIdentifier(table)} WHERE ${conditionText(condition)})`
}
