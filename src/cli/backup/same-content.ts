// Compares by SQL whether a copy still holds what the database holds, because databases may be larger than memory.
import { isLog } from '../../run/ledger/write-ledger.js'
import { foldCase, isSameName, quoteIdentifier } from '../../sql/names.js'
import type { BackupSource } from './backup-source.js'

interface Table {
  readonly name: string
  readonly columns: readonly string[]
  /** What identifies a row: a name of the rowid, or the columns of the primary key. */
  readonly key: readonly string[]
}

/** A copy that is attached under a schema name. */
interface Attached {
  readonly schema: string
  readonly file: string
  /** The name of Lockstep's log. */
  readonly log: string
}

/**
 * Whether a copy has the definitions, numbers and rows of `main`. Lines of Lockstep's log about this copy do not count, nor does
 * the creation of that log for them. Call it within a transaction.
 */
export function hasSameContent(db: BackupSource, { schema: copy, file, log }: Attached): boolean {
  const ask = (sql: string, ...values: string[]): unknown =>
    Object.values((db.prepare(sql).get(...values) ?? {}) as object)[0]
  const tables = JSON.parse(String(ask(TABLES))) as Table[]
  const isOurs = ({ name, columns }: Table): boolean => isSameName(name, log) && isLog(columns)
  const has = (name: string): boolean =>
    ask(`SELECT count(*) FROM ${copy}.sqlite_master WHERE name = ?`, name) !== 0
  const made = tables.find((table) => isOurs(table) && !has(table.name))
  const isSame = (question: string, ...values: string[]): boolean =>
    ask(question.replace('$', 'main'), ...values) === ask(question.replace('$', copy), ...values)
  if (
    !NUMBERS.every((name) => isSame(`PRAGMA $.${name}`)) ||
    !isSame(DEFINITIONS, made?.name ?? '')
  )
    return false
  return tables.every((table) => {
    const key = keyOf(table)
    if (table === made) return ask(untold(table), file) === 0
    if (key.length === 0) return false
    const [beyond, ...values] = isOurs(table) ? [`AND NOT (${TOLD})`, file] : ['']
    return ask(differences({ ...table, key }, copy, beyond), ...values) === 0
  })
}

const NUMBERS = ['user_version', 'application_id', 'encoding']

/** All definitions but that of the table of this name, in the schema `$`. */
const DEFINITIONS =
  "SELECT json_group_array(line) FROM (SELECT json_array(type, name, tbl_name, sql) AS line FROM $.sqlite_master WHERE NOT (type = 'table' AND name = ?) ORDER BY type, name)"

/** Virtual tables store their rows in other tables. `index_info` only returns rows for a table without rowid. */
const TABLES = `SELECT json_group_array(json_object('name', name,
  'columns', json((SELECT json_group_array(name) FROM unshadowed.pragma_table_info(m.name, 'main'))),
  'key', json((SELECT json_group_array(name) FROM unshadowed.pragma_table_info(m.name, 'main') WHERE pk AND EXISTS (SELECT 1 FROM unshadowed.pragma_index_info(m.name, 'main'))))))
FROM main.sqlite_master m WHERE type = 'table' AND rootpage > 0`

const keyOf = ({ columns, key }: Table): readonly string[] => {
  if (key.length > 0) return key
  const taken = new Set(columns.map(foldCase))
  return ['rowid', '_rowid_', 'oid'].filter((name) => !taken.has(name)).slice(0, 1)
}

const TOLD = `a.action = 'backup' AND a.detail IS ?`

/** Returns 1 if a log has lines about anything else. */
const untold = ({ name }: Table): string =>
  `SELECT EXISTS (SELECT 1 FROM main.${quoteIdentifier(name)} a WHERE NOT (${TOLD}))`

/** Returns 1 if rows of one differ from, or are missing in, the other, else 0; `beyond` is what the copy may lack. */
function differences({ name, columns, key }: Table, copy: string, beyond: string): string {
  const [here, there] = ['main', copy].map((schema) => `${schema}.${quoteIdentifier(name)}`)
  const on = key.map((one) => `a.${quoteIdentifier(one)} = b.${quoteIdentifier(one)}`).join(' AND ')
  const differs = columns
    .map(quoteIdentifier)
    .map((one) => `a.${one} IS NOT b.${one} COLLATE BINARY OR typeof(a.${one}) <> typeof(b.${one})`)
  const missing = `NOT EXISTS (SELECT 1 FROM ${there} b WHERE ${on}) ${beyond}`
  const changed = `EXISTS (SELECT 1 FROM ${there} b WHERE ${on} AND (${differs.join(' OR ')}))`
  return `SELECT EXISTS (SELECT 1 FROM ${here} a WHERE ${missing}) OR EXISTS (SELECT 1 FROM ${here} a WHERE ${changed}) OR EXISTS (SELECT 1 FROM ${there} b WHERE NOT EXISTS (SELECT 1 FROM ${here} a WHERE ${on}))`
}
