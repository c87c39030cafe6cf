// Reads what PRAGMAs report about tables. Three statements for up to a hundred tables.
import { groupedBy } from '../model/collected.js'
import { settled, type Work } from '../database/outcome.js'
import { canonicalName, canonicalTokens, joinTokens } from '../sql/canonical-tokens.js'
import type { SchemaSource, TableFacts } from './schema.js'
import { foldCase } from '../sql/names.js'

const AT_ONCE = 100

const COLUMNS = `SELECT m.name AS "table", c.name AS name, c.type AS type, c."notnull" AS required, c.dflt_value AS value, c.pk AS pk, c.hidden AS hidden
FROM m, unshadowed.pragma_table_xinfo(m.name, 'main') c ORDER BY m.name, c.cid`

const KEYS = `SELECT m.name AS "table", i.name AS name, i.origin AS origin, x.name AS "column", x."desc" AS backwards, x.coll AS collation
FROM m, unshadowed.pragma_index_list(m.name, 'main') i, unshadowed.pragma_index_xinfo(i.name, 'main') x
WHERE i.origin <> 'c' AND x.key = 1 ORDER BY m.name, i.name, x.seqno`

const FOREIGN_KEYS = `SELECT m.name AS "table", f.id AS name, f."table" AS parent, f."from" AS "column", f."to" AS target, f.on_update AS updated, f.on_delete AS deleted
FROM m, unshadowed.pragma_foreign_key_list(m.name, 'main') f ORDER BY m.name, f.id, f.seq`

type Row = Readonly<Record<string, unknown>>

/** Reads the facts of these ordinary tables, given by their names as they are spelled. */
export function* readFacts(
  source: SchemaSource,
  tables: readonly string[],
): Work<Map<string, TableFacts>> {
  const facts = new Map<string, TableFacts>()
  for (let at = 0; at < tables.length; at += AT_ONCE) {
    const names = tables.slice(at, at + AT_ONCE)
    const columns = yield* readRows(source, COLUMNS, names)
    const keys = yield* readRows(source, KEYS, names)
    const foreign = yield* readRows(source, FOREIGN_KEYS, names)
    for (const name of names) {
      const own = (row: Row): boolean => row['table'] === name
      facts.set(name, {
        columns: columns.filter(own).map((row) => String(row['name'])),
        lines: [
          ...columns.filter(own).map(columnLine),
          ...groupedLines(keys.filter(own), keyLine),
          ...groupedLines(foreign.filter(own), foreignKeyLine),
        ],
      })
    }
  }
  return facts
}

function* readRows(
  source: SchemaSource,
  sql: string,
  names: readonly string[],
): Work<readonly Row[]> {
  const values = names.map(() => '(?)').join(', ')
  return yield* settled(source.query(`WITH m (name) AS (VALUES ${values}) ${sql}`, names))
}

const columnLine = (row: Row): string =>
  JSON.stringify([
    canonicalName(String(row['name'])),
    foldCase(String(row['type'])),
    row['required'],
    row['value'] === null ? null : joinTokens(canonicalTokens(`default ${String(row['value'])}`)),
    row['pk'],
    row['hidden'],
  ])

const keyLine = (rows: readonly Row[]): string =>
  JSON.stringify([
    rows[0]?.['origin'],
    ...rows.map((row) => [row['column'], row['backwards'], row['collation']]),
  ])

const foreignKeyLine = (rows: readonly Row[]): string =>
  JSON.stringify([
    ...['parent', 'updated', 'deleted'].map((key) => rows[0]?.[key]),
    ...rows.map((row) => [row['column'], row['target']]),
  ])

/** One line for the rows of each key, deduplicated and sorted: their order has no meaning. */
function groupedLines(rows: readonly Row[], line: (rows: readonly Row[]) => string): string[] {
  const groups = groupedBy(rows, (row) => row['name'])
  return [...new Set([...groups.values()].map((group) => foldCase(line(group))))].sort()
}
