// Finds conditions of SQL that are true for no row, whatever its content, or for none once another row has NULL.
import { plainName } from '../../../src/sql/names.js'
import type { Catalog } from '../../model/catalog.js'
import { columnOf as itemColumn, readSelects } from '../../sql/read-select.js'
import { clauseAround } from '../../sql/clause-around.js'
import type { Name, Word } from '../../sql/statement.js'
import { WordReader, wordsOf } from '../../sql/word-reader.js'
import { listed } from '../../diagnostics/listed.js'
import { columnIn } from '../../model/in-catalog.js'

/** A part of a statement, with its offset, why it is not true, and what to write. */
export interface NeverTrue {
  readonly start: number
  readonly why: string
  readonly instead: string
}

/** Checked first, so that scripts full of data need not be tokenized. */
const SUSPECT = /(?:=|<>)\s*null\b|\bnot\s+in\s*\(\s*select\b|\bor\s*'/i

/**
 * `a = NULL`, a text beside OR, and `a NOT IN (SELECT b …)`, also of several columns, for a nullable one; null if there is none. The catalog is only made
 * when a condition needs it.
 */
export function neverTrue(sql: string, catalog: () => Catalog): NeverTrue | null {
  if (!SUSPECT.test(sql)) return null
  const words = [...wordsOf(sql)]
  for (const at of words.keys()) {
    const found = isCondition(words, at)
      ? (nullAt(words, at) ?? textAt(words, at) ?? notInAt(words, at, catalog))
      : null
    if (found) return found
  }
  return null
}

/** Whether the innermost clause around a word selects rows. */
const isCondition = (words: readonly Word[], at: number): boolean =>
  /^(?:where|having)$/.test(clauseAround(words, at) ?? '')

function nullAt(words: readonly Word[], at: number): NeverTrue | null {
  const [operator, value, next] = words.slice(at, at + 3)
  const isNull = value?.kind === 'word' && value.key === 'null'
  if (!operator || !isNull || !/^(?:==?|<>|!=)$/.test(operator.key) || next?.key === 'collate')
    return null
  const not = operator.key.startsWith('=') ? '' : ' NOT'
  return {
    start: operator.start,
    why: `nothing is ${not === '' ? 'equal to NULL' : 'unequal to NULL'}, so \`${operator.text} NULL\` is never true`,
    instead: `Write \`IS${not} NULL\``,
  }
}

/** `state = 'a' OR 'b'`. A text that begins with a number may be true. */
function textAt(words: readonly Word[], at: number): NeverTrue | null {
  const [or, text, next] = words.slice(at, at + 3)
  const isText = text?.kind === 'string' && !/^'\s*[-+.]*\d/.test(text.text)
  if (or?.key !== 'or' || !isText || (next && !/^(?:and|or|\)|;)$/.test(next.key))) return null
  return {
    start: or.start,
    why: `\`OR ${text.text}\` does not compare the text with anything, and by itself it is not true`,
    instead: `Compare it as well, as in \`… IN (…, ${text.text})\``,
  }
}

function notInAt(words: readonly Word[], at: number, catalog: () => Catalog): NeverTrue | null {
  const keys = words.slice(at, at + 4).map(({ key }) => key)
  if (keys.join(' ') !== 'not in ( select') return null
  const inside = new WordReader(words.slice(at + 2)).inside()
  const found = columnsSelected(inside)
  if (!found) return null
  const { from, columns } = found
  const isAsked = ({ key }: Word): boolean => inside.filter((one) => one.key === key).length > 1
  const nulls = columns.filter((one) => !isAsked(one) && mayBeNull(from, one, catalog()))
  const [first] = nulls
  if (!first) return null
  const others = columns.filter((one) => one !== first).map(({ text }) => text)
  const which = others.length > 0 ? ` with the same ${listed(others)}` : ''
  const names = columns.map(({ text }) => text).join(', ')
  return {
    start: words[at]!.start,
    why: `one row of ${from.text} with NULL in ${first.text} is enough to make \`NOT IN (SELECT ${names} …)\` true of no row${which}`,
    instead: `Add \`WHERE ${nulls.map(({ text }) => `${text} IS NOT NULL`).join(' AND ')}\` to the inner SELECT, or write NOT EXISTS`,
  }
}

/** The columns that a SELECT takes unchanged from its table; null if it does anything else. */
function columnsSelected(
  words: readonly Word[],
): { readonly from: Name; readonly columns: readonly Word[] } | null {
  const [select, ...others] = readSelects(new WordReader(words))
  if (!select?.from || others.length > 0) return null
  const columns = select.items.flatMap((item) => itemColumn(item)?.column ?? [])
  return columns.length === select.items.length ? { from: select.from, columns } : null
}

function mayBeNull(from: Name, name: Word, catalog: Catalog): boolean {
  const column = columnIn(catalog, plainName(from.key), plainName(name.key))
  return column !== undefined && !column.notNull && column.primaryKey === 0
}
