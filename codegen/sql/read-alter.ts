// Parses ALTER TABLE.
import { columnDefinition } from './read-create.js'
import type { Name, Statement } from './statement.js'
import { keysOf, type WordReader } from './word-reader.js'

/** Reads what comes after ALTER TABLE; null when that is no form of it. */
export function readAlter(reader: WordReader): Statement | null {
  const table = reader.name()
  if (reader.take('rename', 'to')) return { kind: 'rename-table', table, to: reader.name() }
  if (reader.take('rename')) return readRename(reader, table)
  if (reader.take('add')) return readAdd(reader, table)
  if (reader.take('drop')) return readDropPart(reader, table)
  if (reader.take('alter')) return { kind: 'alter-column', table, column: columnName(reader) }
  return null
}

function readRename(reader: WordReader, table: Name): Statement {
  const column = columnName(reader)
  reader.take('to')
  return { kind: 'rename-column', table, column, to: reader.name() }
}

function readAdd(reader: WordReader, table: Name): Statement {
  if (CONSTRAINTS.has(reader.next.key))
    return { kind: 'alter-constraint', table, constraint: keysOf(reader.rest()) }
  reader.take('column')
  return { kind: 'add-column', table, column: columnDefinition(reader.rest()) }
}

const CONSTRAINTS = new Set(['constraint', 'check', 'primary', 'unique', 'foreign'])

function readDropPart(reader: WordReader, table: Name): Statement {
  if (reader.take('constraint')) return { kind: 'alter-constraint', table, constraint: [] }
  return { kind: 'drop-column', table, column: columnName(reader) }
}

function columnName(reader: WordReader): Name {
  reader.take('column')
  return reader.name()
}
