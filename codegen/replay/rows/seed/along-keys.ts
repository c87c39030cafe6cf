// Adds rows that a JOIN along a foreign key finds where its condition asks for some parents only, which have no children yet.
import { orElse } from '../../../../src/model/or-else.js'
import type { CatalogForeignKey, CatalogTable } from '../../../model/catalog.js'
import type { Example } from '../fill/draft-row.js'
import { parentsFirst } from '../fill/parents-first.js'
import { childless, parentKeys } from '../fill/seed-table.js'
import type { TableGraph } from '../fill/table-graph.js'
import { conditionText, isFilling, type Effect } from '../watch/statement-effect.js'
import { addRows, isKnown, pointingAt } from './add-rows.js'
import { tablesNamed } from './compared-columns.js'
import type { SeederState } from './seeder-state.js'
import { isSameName } from '../../../../src/sql/names.js'

/** How many parents get rows; the first gets two. */
const MOST = 3

/** For each statement that fills a table from several and finds no row: children of the youngest parents, which were made for what it asks. */
export function addAlongKeys(
  state: SeederState,
  situation: TableGraph,
  effects: readonly Effect[],
): void {
  for (const effect of effects.filter(isFilling)) {
    const tables = tablesNamed(effect.tokens, situation)
    if (tables.length < 2 || findsAny(state, effect) !== false) continue
    const isAmong = ({ parent }: CatalogForeignKey): boolean =>
      tables.some(({ name }) => isSameName(name, parent))
    for (const child of parentsFirst(tables).filter((one) => isKnown(state, one)))
      for (const key of child.foreignKeys.filter(isAmong))
        addRows(state, situation, {
          table: child,
          examples: forYoungest(state, child, key),
          sort: 'sibling',
        })
  }
}

function forYoungest(
  state: SeederState,
  { name }: CatalogTable,
  key: CatalogForeignKey,
): Example[] {
  const alone = `${childless(name, key)} ORDER BY p.rowid DESC`
  // The oldest stays without any.
  const [first, ...others] = parentKeys(state.connection, key, NONE, alone).slice(0, -1)
  return first ? pointingAt([first, first, ...others.slice(0, MOST - 1)], key) : []
}

const NONE: ReadonlySet<string> = new Set()

/** Whether the SELECT of a statement returns rows; null if it cannot be asked by itself. */
function findsAny({ connection }: SeederState, { tokens }: Effect): boolean | null {
  const select = tokens.slice(tokens.indexOf('SELECT')).filter((token) => token !== ';')
  const sql = `SELECT 1 FROM (${conditionText(select)}) LIMIT 1`
  return orElse(() => connection.all(sql).length > 0, null)
}
