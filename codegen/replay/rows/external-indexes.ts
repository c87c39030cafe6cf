// Full-text indexes that find the rows of a table by their rowids.
import { externalContent, selfCheck } from '../../../src/schema/external-content.js'
import { foldCase, isSameName } from '../../../src/sql/names.js'
import type { CatalogTable } from '../../evidence.js'
import type { Connection } from './connection.js'
import { tableNamed, type Situation } from './situation.js'
import { namesIn } from './statement-effect.js'

/** Those over a table, by its name in lower case, and over views that read it. */
export const externalIndexes = (situation: Situation, name: string): CatalogTable[] =>
  [...situation.catalog.values()].filter(
    (object): object is CatalogTable =>
      object.type === 'table' && object.module !== null && isOver(object, situation, name),
  )

function isOver({ sql }: CatalogTable, situation: Situation, name: string): boolean {
  const external = externalContent(sql)
  if (!external) return false
  const view = situation.catalog.get(`view ${foldCase(external.table)}`)
  if (view) return [...namesIn(view.sql)].includes(name)
  const key = tableNamed(situation, name)?.columns.find((column) =>
    isSameName(column.name, external.key),
  )
  // A number of its own is copied like any other column.
  return isSameName(external.table, name) && (!key || key.primaryKey > 0)
}

/** Whether an index says that it fits its rows now; one that is gone has nothing to fit. */
export function isSound({ single, run }: Connection, index: string): boolean {
  const sql = single('SELECT sql FROM sqlite_master WHERE name = ? COLLATE NOCASE', index)
  const external = typeof sql === 'string' ? externalContent(sql) : undefined
  if (!external) return true
  try {
    run(selfCheck(index, external))
    return true
  } catch {
    return false
  }
}
