// What a database has besides the schema that schema.sql tells of: rows, and the numbers that programs keep in the file.
import { settled, type Work } from '../../database/outcome.js'
import { excludedTables, type Exclusions } from '../../schema/not-ours.js'
import { matchNames } from '../../schema/ignored-objects.js'
import type { SchemaSource } from '../../schema/schema.js'
import { quoteIdentifier } from '../../sql/names.js'

/** Each as it is told, like `rows in users`. What SQLite, virtual tables and the ledger keep for themselves does not count. */
export function* besideSchema(source: SchemaSource, exclusions: Exclusions): Work<string[]> {
  const { ledger, ignoreTables } = exclusions
  const isIgnored = matchNames(ignoreTables)
  const isOurs = excludedTables({ ledger, ignoreTables: [] })
  const found: string[] = []
  for (const { type, name } of (yield* settled(source.query(HOLDERS))) as unknown as Holder[]) {
    if (isOurs(name)) continue
    if (isIgnored(name)) found.push(`the ignored ${type === 'view' ? type : 'table'} ${name}`)
    else if (type !== 'view' && (yield* hasRows(source, name))) found.push(`rows in ${name}`)
  }
  for (const pragma of ['user_version', 'application_id']) {
    const [row] = yield* settled(source.query(`PRAGMA main.${pragma}`))
    if (row?.[pragma]) found.push(`${pragma} ${row[pragma]}`)
  }
  return found
}

interface Holder {
  readonly type: string
  readonly name: string
}

/** A virtual table that keeps no tables beside itself has no rows of its own, whatever it shows. */
const HOLDERS = `SELECT type, name FROM unshadowed.pragma_table_list AS one
WHERE schema = 'main' AND type IN ('table', 'view', 'virtual') AND (type <> 'virtual' OR EXISTS (
  SELECT 1 FROM unshadowed.pragma_table_list AS other
  WHERE other.schema = 'main' AND other.type = 'shadow' AND substr(other.name, 1, length(one.name) + 1) = one.name || '_' COLLATE NOCASE
))`

function* hasRows(source: SchemaSource, table: string): Work<boolean> {
  const sql = `SELECT 1 FROM main.${quoteIdentifier(table)} LIMIT 1`
  return (yield* settled(source.query(sql))).length > 0
}
