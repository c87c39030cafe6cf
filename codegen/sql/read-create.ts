// Parses CREATE and DROP.
import { cutClauses } from '../../src/schema/cut-clauses.js'
import { textMeant } from '../../src/sql/canonical-tokens.js'
import { readSelects } from './read-select.js'
import type {
  ColumnDefinition,
  CreateIndex,
  CreateTable,
  CreateTrigger,
  CreateView,
  Drop,
  Name,
  Statement,
  Word,
} from './statement.js'
import { cutWords, firstName, keysOf, type WordReader } from './word-reader.js'

/** Reads a statement from its words. */
export type ReadWords = (words: readonly Word[]) => Statement

/** Parses what follows CREATE; null unless it is a table, index, view or trigger. */
export function readCreate(reader: WordReader, readWords: ReadWords): Statement | null {
  const temporary = reader.take('temp') || reader.take('temporary')
  if (reader.take('virtual', 'table')) return readVirtual(reader)
  if (reader.take('table')) return readTable(reader, temporary)
  const unique = reader.take('unique')
  if (reader.take('index')) return readIndex(reader, { unique, temporary })
  if (reader.take('view')) return readView(reader, temporary)
  return reader.take('trigger') ? readTrigger(reader, temporary, readWords) : null
}

/** Parses what follows DROP; null for an unknown kind of object. */
export function readDrop(reader: WordReader): Drop | null {
  for (const object of ['table', 'index', 'view', 'trigger'] as const) {
    if (!reader.take(object)) continue
    const guarded = reader.take('if', 'exists')
    return { kind: 'drop', object, guarded, name: reader.name() }
  }
  return null
}

const isGuarded = (reader: WordReader): boolean => reader.take('if', 'not', 'exists')

const NO_COLUMNS = { columns: null, constraints: [], options: [], selects: [] } as const

function readVirtual(reader: WordReader): CreateTable {
  const guarded = isGuarded(reader)
  const kinds = { kind: 'create-table', temporary: false, filled: false, virtual: true } as const
  return { ...kinds, ...NO_COLUMNS, guarded, name: reader.name() }
}

function readTable(reader: WordReader, temporary: boolean): CreateTable {
  const guarded = isGuarded(reader)
  const name = reader.name()
  const kinds = { kind: 'create-table', guarded, virtual: false } as const
  const table = { ...kinds, name, ...inTemp(name, temporary) }
  if (reader.next.key !== '(') {
    const filled = reader.take('as')
    return { ...table, ...NO_COLUMNS, filled, selects: filled ? readSelects(reader) : [] }
  }
  const parts = cutWords(reader.inside())
  const isColumn = ([first]: readonly Word[]): boolean => !CONSTRAINTS.has(first?.key ?? '')
  return {
    ...table,
    filled: false,
    columns: parts.filter(isColumn).map(columnDefinition),
    constraints: parts.filter((part) => !isColumn(part)).map(keysOf),
    options: keysOf(reader.rest()),
    selects: [],
  }
}

const CONSTRAINTS = new Set(['', 'constraint', 'primary', 'unique', 'check', 'foreign'])

/** The words of one column: its name, its type and its clauses. */
export function columnDefinition([first, ...rest]: readonly Word[]): ColumnDefinition {
  const { key = '', text = '', start = 0 } = first ?? {}
  const { head, clauses } = cutClauses(keysIn(rest))
  const last = rest.at(-1) ?? { start, text }
  return { name: { key, text }, start, end: last.start + last.text.length, type: head, clauses }
}

/** With the literal in place of a name used as the default. */
const keysIn = (words: readonly Word[]): string[] =>
  words.map((word, at) => textMeant(word, keysOf(words.slice(Math.max(0, at - 2), at))) ?? word.key)

function readIndex(
  reader: WordReader,
  kinds: Pick<CreateIndex, 'unique' | 'temporary'>,
): CreateIndex {
  const guarded = isGuarded(reader)
  const name = reader.name()
  reader.take('on')
  const table = reader.name()
  const terms = cutWords(reader.inside()).map(keysOf)
  const where = reader.take('where') ? keysOf(reader.rest()) : []
  return { kind: 'create-index', ...kinds, guarded, name, table, terms, where }
}

function readView(reader: WordReader, temporary: boolean): CreateView {
  const guarded = isGuarded(reader)
  const name = reader.name()
  const columns = reader.next.key === '(' ? cutWords(reader.inside()).map(firstName) : null
  reader.take('as')
  const selects = readSelects(reader)
  const temp = inTemp(name, temporary)
  return { kind: 'create-view', name, columns, selects, ...temp, guarded, table: null }
}

function readTrigger(reader: WordReader, temporary: boolean, readWords: ReadWords): CreateTrigger {
  const guarded = isGuarded(reader)
  const name = reader.name()
  const before = keysOf(reader.until('on'))
  const event = EVENTS.find((one) => before.includes(one)) ?? null
  const table = reader.take('on') ? reader.name() : null
  const body = bodyOf(reader).map(readWords)
  return { kind: 'create-trigger', name, ...inTemp(name, temporary), guarded, table, event, body }
}

/** The words of each statement in the body of a trigger. */
export function bodyOf(reader: WordReader): Word[][] {
  reader.until('begin')
  return cutWords(reader.rest().slice(1), ';').slice(0, -1)
}

const EVENTS = ['delete', 'insert', 'update'] as const

const inTemp = ({ schema }: Name, temporary: boolean) => ({
  temporary: temporary || schema === 'temp',
})
