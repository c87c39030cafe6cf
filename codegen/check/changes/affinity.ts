// Determines SQLite's affinity of a declared type (https://www.sqlite.org/datatype3.html#determination_of_column_affinity).
import { foldUpper } from '../../../src/sql/names.js'
/** How SQLite stores and compares the values of a column. */
export type Affinity = 'INTEGER' | 'TEXT' | 'BLOB' | 'REAL' | 'NUMERIC'

/** The first rule that fits decides, as SQLite has it: `CHARINT` is INTEGER. */
export function affinityOf(type: string): Affinity {
  const name = foldUpper(type)
  if (name.includes('INT')) return 'INTEGER'
  if (/CHAR|CLOB|TEXT/.test(name)) return 'TEXT'
  if (name === '' || name.includes('BLOB')) return 'BLOB'
  return /REAL|FLOA|DOUB/.test(name) ? 'REAL' : 'NUMERIC'
}
