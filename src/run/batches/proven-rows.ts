// Makes sure, before anything is changed, that a column names each row of a query once.
import type { Work } from '../../database/outcome.js'
import type { Batches } from '../../model/migration.js'
import { askedOf, BY_ROWID, searchBy, unfit, type Asked } from '../context/walk.js'
import type { Environment } from '../environment/environment.js'

/** The rows that a step declares. Throws `OPTION_INVALID` where nothing proves that their key is one. */
export function* provenRows<H>(
  env: Environment<H>,
  { query, by }: Pick<Batches<H>, 'query' | 'by'>,
): Work<Asked> {
  const asked = askedOf(env, query, by)
  if (!(yield* isKey(asked))) throw unfit(by, UNPROVEN)
  return asked
}

const UNPROVEN =
  'it is neither the rowid of the only table that the query reads, nor a column of it that is NOT NULL and has a unique index of its own'

/** How SQLite would search for a value tells which column of which table it is, under whatever name. */
function* isKey(asked: Asked): Work<boolean> {
  const search = (yield* searchBy(asked, asked.by)) ?? ''
  if (search.includes(BY_ROWID)) return true
  const [, table, index = ''] = SEARCH.exec(search) ?? []
  if (table === undefined) return false
  const found = yield* asked.ask(KEYS, [index, index === '' ? table : ''])
  return found.length > 0
}

const SEARCH = /^SEARCH (.+?) USING (?:(?:COVERING )?INDEX (.+)|PRIMARY KEY) \([^()]+=\?\)$/

/** An index of one column that is never NULL, by its name; or the primary key of a table without rowids. */
const KEYS = `SELECT 1 FROM (SELECT name FROM main.sqlite_master WHERE type = 'table' AND rootpage > 0) t, unshadowed.pragma_index_list(t.name, 'main') l
WHERE (l.name = ? OR (t.name = ? COLLATE NOCASE AND l.origin = 'pk')) AND l."unique" AND NOT l.partial
AND (SELECT count(*) || '/' || sum(c."notnull") FROM unshadowed.pragma_index_info(l.name, 'main') i LEFT JOIN unshadowed.pragma_table_info(t.name, 'main') c ON c.cid = i.cid) = '1/1'`
