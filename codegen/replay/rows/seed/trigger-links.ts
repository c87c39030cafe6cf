// Links rows to tables that their triggers look up by a column without a foreign key: generated values would not match there.
import { isSameName, plainName } from '../../../../src/sql/names.js'
import { readStatement } from '../../../sql/read-statement.js'
import { sqlTokens } from '../../../sql/sql-tokens.js'
import type { CatalogTable } from '../../../model/catalog.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { keyTo } from '../fill/table-plan.js'
import { parentKeys } from '../fill/seed-table.js'
import { isFilling, type Effect } from '../watch/statement-effect.js'
import type { CutKey } from './cut-keys.js'
import { addRows, pointingAt } from './add-rows.js'
import type { SeederState } from './seeder-state.js'

/** `UPDATE balances SET … WHERE account = new.account` in a trigger on a table that the side deletes from or inserts into. */
export function triggerLinks(effects: readonly Effect[], situation: TableGraph): CutKey[] {
  const touched = new Set(
    effects.flatMap((effect) =>
      effect.verb === 'delete' || isFilling(effect) ? [effect.table] : [],
    ),
  )
  return [...touched].flatMap((name) => {
    const child = tableNamed(situation, name)
    const triggers = situation.attached.triggers.get(name) ?? []
    return child ? triggers.flatMap(({ sql }) => linksIn(sql, child, situation)) : []
  })
}

function linksIn(sql: string, child: CatalogTable, situation: TableGraph): CutKey[] {
  const shape = readStatement(sql)
  if (shape.kind !== 'create-trigger') return []
  const others = shape.body.flatMap((one) =>
    one.kind === 'update' ? (tableNamed(situation, plainName(one.table.key)) ?? []) : [],
  )
  const tokens = [...sqlTokens(sql)]
  return tokens.flatMap((token, at): CutKey[] => {
    if (token !== '=' || !/^(?:NEW|OLD)$/.test(tokens[at + 1] ?? '')) return []
    const [found, own] = [tokens[at - 1] ?? '', tokens[at + 3] ?? ''].map(plainName)
    const column = child.columns.find(({ name }) => isSameName(name, own ?? ''))
    if (!column || column.primaryKey > 0 || isDeclared(child, column.name)) return []
    return others.flatMap((parent) => {
      const pointed = parent.columns.filter(({ name }) => isSameName(name, found ?? ''))
      return parent === child || pointed.length === 0
        ? []
        : [{ child, key: keyTo([column.name], parent, pointed) }]
    })
  })
}

const isDeclared = ({ foreignKeys }: CatalogTable, column: string): boolean =>
  foreignKeys.some(({ columns }) => columns.some((one) => isSameName(one, column)))

/** Adds rows for which the triggers find rows to update. */
export function addLinked(
  state: SeederState,
  situation: TableGraph,
  links: readonly CutKey[],
): void {
  for (const { child, key } of links)
    addRows(state, situation, {
      table: child,
      examples: pointingAt(parentKeys(state.connection, key, new Set()).slice(0, 2), key),
    })
}
