// Computes a digest of the rows of each table.
import { orElse } from '../../../src/model/or-else.js'
import { createHash } from 'node:crypto'
import type { CatalogTable } from '../../model/catalog.js'
import { quoteIdentifier } from '../../../src/sql/names.js'
import type { RowDigests } from '../sides/results.js'
import type { Prover } from './prover.js'

/** Includes virtual tables, as far as they can be read. */
export function rowDigests({ connection, situation }: Prover): RowDigests {
  const tables = [...situation().catalog.values()].filter(({ type }) => type === 'table')
  return Object.fromEntries(
    (tables as CatalogTable[]).flatMap(({ name, columns }) => {
      const values = columns.map((column) => `quote(${quoteIdentifier(column.name)})`)
      const texts = `SELECT ${values.join(" || ',' || ")} FROM ${quoteIdentifier(name)}`
      return orElse((): [string, string][] => {
        const rows = connection.all(texts)
        return [[name, rows.length === 0 ? EMPTY : digest(rows.map(([text]) => String(text)))]]
      }, [])
    }),
  )
}

/** The digest of an empty table. */
export const EMPTY = ''

const digest = (rows: readonly string[]): string =>
  createHash('sha256')
    .update([...rows].sort().join('\n'))
    .digest('hex')
