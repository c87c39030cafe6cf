// Finds what a database has besides the schema in schema.sql: rows, counters and settings.
import { settled, type Work } from '../../database/outcome.js'
import { virtualModule } from '../../schema/canonical.js'
import { excludedTables, type Exclusions } from '../../schema/not-ours.js'
import { matchNames } from '../../schema/ignored-objects.js'
import type { SchemaSource } from '../../schema/schema.js'
import { foldCase, quoteIdentifier } from '../../sql/names.js'

/**
 * Each as it is reported, like `rows in users`. What SQLite, virtual tables and the ledger store for themselves does not count,
 * except what a migration has set there: AUTOINCREMENT counters, statistics of tables without rows, settings of a full-text
 * index. The internal state of such an index does not count either: refilling it from an empty table changes that.
 */
export function* besideSchema(source: SchemaSource, exclusions: Exclusions): Work<string[]> {
  const { ledger, ignoreTables } = exclusions
  const isIgnored = matchNames(ignoreTables)
  const isOurs = excludedTables({ ledger, ignoreTables: [] })
  const all = (yield* settled(source.query(HOLDERS))) as unknown as Holder[]
  const found: string[] = []
  const filled = new Set<string>()
  for (const { type, name, sql } of all) {
    if (isOurs(name) || type === 'shadow') continue
    if (isIgnored(name)) found.push(`the ignored ${type === 'view' ? type : 'table'} ${name}`)
    else if (type !== 'view' && (yield* hasRows(source, name))) {
      filled.add(foldCase(name))
      found.push(`rows in ${name}`)
    }
    found.push(...(yield* settings(source, name, settingsIn(sql, name, all))))
  }
  const isTold = (name: string): boolean =>
    isOurs(name) || isIgnored(name) || filled.has(foldCase(name)) || isShadow(all, name)
  found.push(...(yield* aboutTables(source, all, isTold)))
  for (const pragma of ['user_version', 'application_id']) {
    const [row] = yield* settled(source.query(`PRAGMA main.${pragma}`))
    if (row?.[pragma]) found.push(`${pragma} ${row[pragma]}`)
  }
  return found
}

interface Holder {
  readonly type: string
  readonly name: string
  readonly sql: string | null
}

/** A virtual table without shadow tables has no rows of its own, whatever it shows. */
const HOLDERS = `SELECT type, name, (SELECT sql FROM main.sqlite_master AS made WHERE made.type = 'table' AND made.name = one.name) AS sql
FROM unshadowed.pragma_table_list AS one
WHERE schema = 'main' AND (type <> 'virtual' OR EXISTS (
  SELECT 1 FROM unshadowed.pragma_table_list AS other
  WHERE other.schema = 'main' AND other.type = 'shadow' AND substr(other.name, 1, length(one.name) + 1) = one.name || '_' COLLATE NOCASE
))`

const isShadow = (all: readonly Holder[], table: string): boolean =>
  all.some(({ type, name }) => type === 'shadow' && foldCase(name) === foldCase(table))

function* hasRows(source: SchemaSource, table: string): Work<boolean> {
  const sql = `SELECT 1 FROM main.${quoteIdentifier(table)} LIMIT 1`
  return (yield* settled(source.query(sql))).length > 0
}

/** Where full-text indexes store what is set by an INSERT into them, and which of it they have from the start. */
const SETTINGS: Readonly<Record<string, { readonly suffix: string; readonly query: string }>> = {
  fts3: { suffix: 'stat', query: "SELECT 'automerge' AS k FROM main.? WHERE id = 2" },
  fts4: { suffix: 'stat', query: "SELECT 'automerge' AS k FROM main.? WHERE id = 2" },
  fts5: { suffix: 'config', query: "SELECT k FROM main.? WHERE k <> 'version'" },
}

/** The query for the settings of a virtual table; null for any other. */
function settingsIn(sql: string | null, table: string, all: readonly Holder[]): string | null {
  const kept = SETTINGS[(sql !== null && virtualModule(sql)) || '']
  const name = `${table}_${kept?.suffix}`
  return kept && isShadow(all, name) ? kept.query.replace('?', () => quoteIdentifier(name)) : null
}

function* settings(
  source: SchemaSource,
  table: string,
  query: string | null,
): Work<readonly string[]> {
  if (query === null) return []
  return (yield* settled(source.query(query))).map(({ k }) => `the setting ${k} of ${table}`)
}

/** SQLite's own tables with data about others. */
const TELLING = {
  sqlite_sequence:
    "SELECT name, 'the counter of ' || name || ' (' || seq || ')' AS told FROM main.sqlite_sequence WHERE seq <> 0",
  sqlite_stat1:
    "SELECT DISTINCT tbl AS name, 'statistics of ' || tbl AS told FROM main.sqlite_stat1",
}

/** For tables with rows, nothing more is reported. */
function* aboutTables(
  source: SchemaSource,
  all: readonly Holder[],
  isTold: (name: string) => boolean,
): Work<readonly string[]> {
  const found: string[] = []
  for (const [table, query] of Object.entries(TELLING)) {
    if (!all.some(({ name }) => name === table)) continue
    for (const { name, told } of yield* settled(source.query(query)))
      if (!isTold(String(name))) found.push(String(told))
  }
  return found
}
