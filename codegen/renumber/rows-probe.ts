// A last migration that writes down what rows there are, in a place where the replay sees it: in the schema.
import type { Proof } from '../evidence.js'
import { finalCatalog } from '../check/catalog-history.js'
import type { TreeFile } from '../base/read-tree.js'
import { inSmallLetters } from '../../src/schema/canonical-tokens.js'
import { versionId } from '../../src/model/version.js'

/** A digest of the rows of each table of the history, by its name. */
export type RowDigests = ReadonlyMap<string, string>

/** The table that the probe makes; its key in a catalog. */
export const PROBE_KEY = 'table lockstep_rows_probe'

/** The probe as the migration of this version. For synchronous clients that have `prepare(…).all()`, as all of SQLite's have. */
export const rowsProbe = (version: number): TreeFile => ({
  path: `${versionId(version)}_rows_probe.ts`,
  bytes: Buffer.from(PROBE),
})

/** What the probe has written; null where it could not. */
export function rowDigestsIn(proof: Proof): RowDigests | null {
  const catalog = finalCatalog(proof)
  const probe = catalog.get(PROBE_KEY)
  const literal = probe?.type === 'table' ? probe.columns[0]?.default : null
  if (!literal) return null
  const found = JSON.parse(literal.slice(1, -1).replaceAll("''", "'")) as Record<string, string>
  const own = Object.entries(found).filter(([name]) => catalog.has(`table ${inSmallLetters(name)}`))
  return new Map(own)
}

/**
 * Rows count as a set, since no table has an order. Shadow tables of virtual ones are built as they please. A table that
 * cannot be read, as one of an unknown module, has no digest.
 */
const PROBE = `
export const irreversible = 'only looks at rows'
export function up(db) {
  const digests = {}
  const tables = db.prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite\\\\_%' ESCAPE '\\\\'").all()
  for (const { name } of tables) {
    const quoted = '"' + name.replaceAll('"', '""') + '"'
    try {
      const columns = db.prepare('SELECT name FROM pragma_table_info(?)').all(name)
      const values = columns.map((one) => 'quote("' + one.name.replaceAll('"', '""') + '")').join(" || ',' || ")
      const rows = db.prepare('SELECT ' + values + ' AS text FROM ' + quoted).all()
      digests[name] = digestOf(rows.map(({ text }) => text).sort().join('\\n'))
    } catch {}
  }
  const literal = "'" + JSON.stringify(digests).replaceAll("'", "''") + "'"
  db.exec('CREATE TABLE lockstep_rows_probe (digests TEXT DEFAULT ' + literal + ')')
}
function digestOf(text) {
  let [one, other] = [0xdeadbeef, 0x41c6ce57]
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    one = Math.imul(one ^ code, 2654435761)
    other = Math.imul(other ^ code, 1597334677)
  }
  return text.length + ':' + (one >>> 0).toString(36) + (other >>> 0).toString(36)
}
`
