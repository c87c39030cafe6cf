// Parses the definition of one column as text, and prints it with another type, default or NOT NULL. Pure.
import { unquote } from '../../src/sql/names.js'
import { cutClauses } from '../../src/schema/cut-clauses.js'
import { keysOf, wordsOf } from '../sql/word-reader.js'

/** A clause of a column, as written in the text; `words` are in lower case. */
export interface ColumnClause {
  readonly kind: string
  readonly words: readonly string[]
  readonly start: number
  readonly end: number
}

/** The places of the parts of a definition in its text. */
export interface ColumnText {
  readonly text: string
  /** The end of the name. */
  readonly named: number
  /** The end of the type; if it has none, that of the name. */
  readonly typed: number
  readonly type: string
  readonly clauses: readonly ColumnClause[]
}

/** Takes a definition apart. */
export function readColumn(text: string): ColumnText {
  const [first, ...rest] = [...wordsOf(text)]
  const { head, clauses } = cutClauses(keysOf(rest))
  const endOf = (index: number): number => {
    const word = index < 0 ? first : rest[index]
    return word ? word.start + word.text.length : 0
  }
  let at = head.length
  const placed = clauses.map((words): ColumnClause => {
    const start = rest[at]!.start
    at += words.length
    return { kind: words[0] ?? '', words, start, end: endOf(at - 1) }
  })
  const typed = endOf(head.length - 1)
  return {
    text,
    named: endOf(-1),
    typed,
    type: text.slice(endOf(-1), typed).trim(),
    clauses: placed,
  }
}

/** The clauses of a kind. */
export const clausesOf = ({ clauses }: ColumnText, kind: string): readonly ColumnClause[] =>
  clauses.filter((clause) => clause.kind === kind)

/** A constraint, or another clause, with its name. */
export interface Limit {
  readonly kind: string
  readonly name: string | null
  /** Without the name. */
  readonly text: string
}

/** The clauses of a column, each with its name. */
export const limitsOf = ({ text, clauses }: ColumnText): readonly Limit[] =>
  clauses.flatMap(({ kind, start, end }, at) => {
    const before = clauses[at - 1]
    const named = before?.kind === 'constraint' ? text.slice(before.start, before.end) : null
    const name = named && unquote(named.slice('constraint'.length).trim())
    return kind === 'constraint' ? [] : [{ kind, name, text: text.slice(start, end) }]
  })

/** Whether it is computed from other columns. */
export const isComputed = (column: ColumnText): boolean =>
  clausesOf(column, 'as').length + clausesOf(column, 'generated').length > 0

/** With another type, or without a type. */
export function withType(text: string, type: string): string {
  const { named, typed } = readColumn(text)
  return text.slice(0, named) + (type === '' ? '' : ` ${type}`) + text.slice(typed)
}

/** With NOT NULL, or without. */
export function withNotNull(text: string, wanted: boolean | null): string {
  if (wanted === null) return text
  const known = clausesOf(readColumn(text), 'not')
  if (wanted && known.length > 0) return text
  const bare = without(without(text, 'not'), 'null')
  return wanted ? inserted(bare, 'NOT NULL') : bare
}

/** With another default, or without a default. */
export function withDefault(text: string, value: string | null): string {
  const bare = without(text, 'default')
  if (value === null) return bare
  const column = readColumn(bare)
  const [notNull] = clausesOf(column, 'not')
  return inserted(bare, `DEFAULT ${value}`, notNull?.end)
}

const inserted = (text: string, clause: string, at = readColumn(text).typed): string =>
  `${text.slice(0, at)} ${clause}${text.slice(at)}`

const without = (text: string, kind: string): string =>
  withoutClause({ text }, (clause) => clause.kind === kind).text

/** Without the given clauses and their names. Returns the same object if it has none of them. */
export function withoutClause<P extends { readonly text: string }>(
  part: P,
  isGone: (clause: ColumnClause) => boolean,
): P {
  const { clauses } = readColumn(part.text)
  if (!clauses.some(isGone)) return part
  const text = clauses.reduceRight((left, clause, at) => {
    if (!isGone(clause)) return left
    const name = clauses[at - 1]
    const kept = left.slice(0, name?.kind === 'constraint' ? name.start : clause.start)
    // A comment that runs to the end of its line must not swallow the following text.
    return (kept.includes('--') ? kept : kept.trimEnd()) + left.slice(clause.end)
  }, part.text)
  return { ...part, text }
}
