// Prints a declared column as text in a CREATE TABLE. Pure.
import { sqlName } from '../sql/sql-name.js'
import { isConstant } from '../sql/is-constant.js'
import { tokenize } from '../../src/sql/tokenize.js'
import {
  clausesOf,
  isComputed,
  readColumn,
  withDefault,
  withNotNull,
  withType,
} from './column-text.js'
import { cutTable } from './table-text.js'
import type { ColumnWish } from '../model/migration.js'

/** The definition of a new column. */
export function newColumn(wish: ColumnWish): string {
  const name = sqlName(wish.column.value)
  const said = wish.definition ? `${name} ${bare(wish.definition.value)}`.trim() : name
  return changedColumn(said, wish)
}

/** The definition of a column with the declared changes. */
export function changedColumn(text: string, { type, notNull, default: value }: ColumnWish): string {
  const typed = type ? withType(text, bare(type.value)) : text
  const limited = notNull ? withNotNull(typed, notNull.value) : typed
  if (!value) return limited
  return withDefault(limited, value.value === null ? null : defaultText(value.value))
}

/** SQLite requires parentheses around anything but a literal. */
function defaultText(value: string): string {
  const text = bare(value)
  const isBare = isConstant(text) || /^(?:current_(?:date|time|timestamp))$/i.test(text)
  return isBare || isEnclosed(text) ? text : `(${text})`
}

function isEnclosed(text: string): boolean {
  const cut = text.startsWith('(') ? cutTable(text) : null
  return cut?.tail === ')'
}

/** Without comments, which could swallow the following text. */
export const bare = (sql: string): string =>
  tokenize(sql)
    .map(({ kind, text }) => (kind === 'comment' ? ' ' : text))
    .join('')
    .trim()

/** Whether SQL can be in a list without ending it: no comma, no `;`, and its parentheses and quotes are closed. */
export function isOnePiece(sql: string): boolean {
  const cut = cutTable(`x (y ${bare(sql)})`)
  if (cut?.tail !== ')' || cut.parts.length !== 1) return false
  return tokenize(sql).every(
    ({ kind, text }) => kind !== 'unknown' && kind !== 'variable' && text !== ';',
  )
}

/** Whether SQLite can add a column with this definition to a table with rows. */
export function canBeAdded(text: string): boolean {
  const column = readColumn(text)
  const has = (kind: string): boolean => clausesOf(column, kind).length > 0
  const value = defaultOf(text)
  if (has('primary') || has('unique')) return false
  if (isComputed(column)) return !/\bstored\s*$/i.test(text) && !has('not')
  if (value !== null && !isConstant(value)) return false
  const isNull = value === null || /^null$/i.test(value)
  return isNull ? !has('not') : !has('references')
}

/** Whether existing rows get no value, though they must have one. */
export const lacksValue = (text: string): boolean => {
  const column = readColumn(text)
  const value = defaultOf(text)
  const isNull = value === null || /^null$/i.test(value)
  return isNull && clausesOf(column, 'not').length > 0 && !isComputed(column)
}

/** The default of a column, as SQL; null if it has none. */
export function defaultOf(text: string): string | null {
  const clause = clausesOf(readColumn(text), 'default').at(-1)
  return clause ? text.slice(clause.start + 'default'.length, clause.end).trim() : null
}

/** Whether SQLite can drop a column with this definition by ALTER TABLE. */
export const canBeDropped = (text: string): boolean => {
  const column = readColumn(text)
  return ['primary', 'unique', 'references'].every((kind) => clausesOf(column, kind).length === 0)
}
