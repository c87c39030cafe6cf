// Reads which tables refer to which.
import { settled, type Work } from '../../database/outcome.js'
import { foldCase } from '../../sql/names.js'
import type { Environment } from './environment.js'

/** A table and a table that it refers to, by their folded names. */
export type Reference = readonly string[]

/** All pairs of referring and referenced tables. */
export function* referencesOf<H>({ driver }: Environment<H>): Work<readonly Reference[]> {
  const rows = yield* settled(
    driver.query(
      `SELECT m.name AS a, k."table" AS b FROM main.sqlite_master m, unshadowed.pragma_foreign_key_list(m.name, 'main') k WHERE m.type = 'table'`,
    ),
  )
  return rows.map((row) => [foldCase(String(row['a'])), foldCase(String(row['b']))])
}
