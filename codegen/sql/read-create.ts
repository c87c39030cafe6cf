// CREATE and DROP, taken apart.
import { cutClauses } from '../../src/schema/cut-clauses.js'
import type { ColumnDefinition, CreateOther, CreateTable, Drop, Statement } from './statement.js'
import { cutWords, keysOf, type Word, type WordReader } from './word-reader.js'

/** Reads what comes after CREATE; null when that is no table, index, view or trigger. */
export function readCreate(reader: WordReader): Statement | null {
  const temporary = reader.take('temp') || reader.take('temporary')
  if (reader.take('virtual', 'table')) return readVirtual(reader)
  if (reader.take('table')) return readTable(reader, temporary)
  reader.take('unique')
  for (const object of ['index', 'view', 'trigger'] as const) {
    if (reader.take(object)) return readOther(reader, { kind: `create-${object}`, temporary })
  }
  return null
}

/** Reads what comes after DROP; null when that is no such object. */
export function readDrop(reader: WordReader): Drop | null {
  for (const object of ['table', 'index', 'view', 'trigger'] as const) {
    if (!reader.take(object)) continue
    const guarded = reader.take('if', 'exists')
    return { kind: 'drop', object, guarded, name: reader.name() }
  }
  return null
}

const isGuarded = (reader: WordReader): boolean => reader.take('if', 'not', 'exists')

const NO_COLUMNS = { columns: null, constraints: [], options: [] } as const

function readVirtual(reader: WordReader): CreateTable {
  const guarded = isGuarded(reader)
  const kinds = { kind: 'create-table', temporary: false, filled: false, virtual: true } as const
  return { ...kinds, ...NO_COLUMNS, guarded, name: reader.name() }
}

function readTable(reader: WordReader, temporary: boolean): CreateTable {
  const guarded = isGuarded(reader)
  const name = reader.name()
  const table = { kind: 'create-table', name, temporary, guarded, virtual: false } as const
  if (reader.next.key !== '(') return { ...table, ...NO_COLUMNS, filled: reader.take('as') }
  const parts = cutWords(reader.inside())
  const isColumn = ([first]: readonly Word[]): boolean => !CONSTRAINTS.has(first?.key ?? '')
  return {
    ...table,
    filled: false,
    columns: parts.filter(isColumn).map(columnDefinition),
    constraints: parts.filter((part) => !isColumn(part)).map(keysOf),
    options: keysOf(reader.rest()),
  }
}

const CONSTRAINTS = new Set(['', 'constraint', 'primary', 'unique', 'check', 'foreign'])

/** The words of one column: its name, its type and its clauses. */
export function columnDefinition([first, ...rest]: readonly Word[]): ColumnDefinition {
  const { key = '', text = '', start = 0 } = first ?? {}
  const { head, clauses } = cutClauses(keysOf(rest))
  const last = rest.at(-1) ?? { start, text }
  return { name: { key, text }, start, end: last.start + last.text.length, type: head, clauses }
}

function readOther(reader: WordReader, what: Pick<CreateOther, 'kind' | 'temporary'>): CreateOther {
  const guarded = isGuarded(reader)
  const name = reader.name()
  if (what.kind === 'create-view') return { ...what, guarded, name, table: null }
  reader.until('on')
  return { ...what, guarded, name, table: reader.take('on') ? reader.name() : null }
}
