// Reads the clauses of a column definition.
import { isSameName, plainName } from '../../../src/sql/names.js'
import type { CatalogTable } from '../../model/catalog.js'
import { readStatement } from '../../sql/read-statement.js'

/** NOT NULL, DEFAULT, COLLATE …: each as its words in lower case; empty if the column is not found. */
export function clausesOf({ sql }: CatalogTable, column: string): readonly (readonly string[])[] {
  const shape = readStatement(sql)
  const columns = shape.kind === 'create-table' ? (shape.columns ?? []) : []
  return columns.find(({ name }) => isSameName(plainName(name.key), column))?.clauses ?? []
}

/** `DEFAULT 0`, `DEFAULT (unixepoch())`: anything but a single literal or word needs parentheses. */
export const defaultClause = (value: string): string =>
  `DEFAULT ${SINGLE.test(value.trim()) ? value : `(${value})`}`

const SINGLE =
  /^(?:[+-]?\s*(?:\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|0x[\da-f]+)|[a-z_]\w*|x?'(?:[^']|'')*'|"(?:[^"]|"")*")$/i
