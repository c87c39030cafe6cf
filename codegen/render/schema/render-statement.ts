// Renders the CREATE statement of one object in the style of schema.sql. The result creates the same object.
import type { CatalogIndex, CatalogObject, CatalogTrigger } from '../../model/catalog.js'
import { exactExpressions } from './exact-expressions.js'
import {
  cutAfterCommas,
  cutBefore,
  fit,
  isKeyword,
  isMark,
  layOut,
  onOneLine,
} from './sql-layout.js'
import { sureNameText } from '../../sql/sql-name.js'
import { sqlWords, type PlacedWord, type SqlWord } from './sql-words.js'
import { foldCase, foldUpper } from '../../../src/sql/names.js'
import { closingOf } from '../../sql/brackets.js'

/** The statement in lines, with its final `;`. */
export function renderStatement(object: CatalogObject): string {
  const lines = linesOf(object, sqlWords(object.sql))
  return `${lines.join('\n')};\n`
}

/** The columns and condition of an index, as SQL: everything after the name of its table. */
export function indexedBy({ sql }: CatalogIndex): string {
  const words = sqlWords(sql)
  return onOneLine(words.slice(words.findIndex((word) => isMark(word, '('))))
}

/** The event of a trigger, as SQL: everything between its name and its statements. */
export function eventOf({ sql }: CatalogTrigger): string {
  const words = sqlWords(sql)
  return onOneLine(
    words.slice(
      NAME_ENDS,
      words.findIndex((word) => isKeyword(word, 'BEGIN')),
    ),
  )
}

/** SQLite stores statements as `CREATE TRIGGER name …`, without the optional words between. */
const NAME_ENDS = 3

function linesOf(object: CatalogObject, words: readonly PlacedWord[]): string[] {
  switch (object.type) {
    case 'table':
      return object.module === null
        ? tableLines(words, object.sql)
        : virtualTableLines(words, object.sql)
    case 'index':
      return indexLines(words)
    case 'view':
      return viewLines(exactExpressions(words, object.sql))
    case 'trigger':
      return triggerLines(words.map(rowInSmallLetters))
  }
}

const INDENT = '  '

function tableLines(words: readonly PlacedWord[], sql: string): string[] {
  const open = words.findIndex((word) => isMark(word, '('))
  const close = closingOf(words, open)
  const definitions = cutAfterCommas(words.slice(open + 1, close)).map((definition) =>
    styleDefinition(definition as PlacedWord[], sql),
  )
  return [
    `${headLine(words.slice(0, open))} (`,
    ...definitions.flatMap((definition) => fit(definition, INDENT)),
    onOneLine(words.slice(close).map(inCapitals)),
  ]
}

/** The head up to the object's name. */
function headLine(words: readonly SqlWord[]): string {
  const name = words.at(-1)!
  return onOneLine([...words.slice(0, -1), sureName(name)])
}

const CONSTRAINTS = ['CONSTRAINT', 'PRIMARY', 'UNIQUE', 'CHECK', 'FOREIGN']

/** The first word is certainly the column name, and the type is written in upper case. */
function styleDefinition(definition: readonly PlacedWord[], sql: string): SqlWord[] {
  const [name, ...rest] = definition
  if (!name || isKeyword(name, ...CONSTRAINTS)) return [...definition]
  const clauses = rest.findIndex(({ kind }) => kind === 'keyword')
  const length = clauses < 0 ? rest.length : clauses
  const type = styleType(rest.slice(0, length), sql)
  return [sureName(name), ...type, ...rest.slice(length).map(styleGeneration)]
}

/** SQLite reads brackets as quotes, but `varchar[10]` is meant as written. */
function styleType(words: readonly PlacedWord[], sql: string): SqlWord[] {
  const end = words.findIndex((word) => isMark(word, ','))
  const own = end < 0 ? words : words.slice(0, end)
  const [first, last] = [own[0], own.at(-1)]
  const text = first && last ? sql.slice(first.start, last.end) : ''
  if (!/^\w+(?:\[\w*\])+$/.test(text)) return words.map(inCapitals)
  return [{ text: foldUpper(text), kind: 'name' }, ...words.slice(own.length)]
}

const inCapitals = (word: SqlWord): SqlWord =>
  /^\w+$/.test(word.text) ? { ...word, text: foldUpper(word.text) } : word

/** The storage of a generated column follows the parenthesis that closes its expression. */
const styleGeneration = (word: SqlWord, at: number, words: readonly SqlWord[]): SqlWord =>
  /^(?:stored|virtual)$/i.test(word.text) && isMark(words[at - 1], ')') ? inCapitals(word) : word

const sureName = ({ text }: SqlWord): SqlWord => ({
  text: sureNameText(text),
  kind: 'name',
})

/** The arguments belong to the module, which may depend on every space in them. */
function virtualTableLines(words: readonly PlacedWord[], sql: string): string[] {
  const open = words.findIndex((word) => isMark(word, '('))
  if (open < 0) return [onOneLine(words)]
  const close = closingOf(words, open)
  const parts = cutAfterCommas(words.slice(open + 1, close)) as PlacedWord[][]
  return [
    `${onOneLine(words.slice(0, open))} (`,
    ...parts.map((part) => INDENT + sql.slice(part[0]!.start, part.at(-1)!.end)),
    ')',
  ]
}

/** `CREATE INDEX name ON table (column, …) WHERE …` */
function indexLines(words: readonly SqlWord[]): string[] {
  const open = words.findIndex((word) => isMark(word, '('))
  const close = closingOf(words, open)
  const flat = `${headLine(words.slice(0, open))} ${onOneLine(words.slice(open, close + 1))}`
  const rest = words.slice(close + 1)
  if (rest.length === 0) return [flat]
  const line = `${flat} ${onOneLine(rest)}`
  return line.length <= 100 ? [line] : [flat, ...fit(rest, '')]
}

/** `CREATE VIEW name AS SELECT …` */
function viewLines(words: readonly SqlWord[]): string[] {
  const as = words.findIndex((word) => isKeyword(word, 'AS'))
  return [onOneLine(words.slice(0, as + 1)), ...layOut(words.slice(as + 1), '')]
}

/** The rows available in a trigger: `new.name`, `old.name`. */
const rowInSmallLetters = (word: SqlWord, at: number, words: readonly SqlWord[]): SqlWord =>
  /^(?:new|old)$/i.test(word.text) && isMark(words[at + 1], '.')
    ? { ...word, text: foldCase(word.text) }
    : word

/** The event on the first line, the condition on the next, the statements between BEGIN and END. */
function triggerLines(words: readonly SqlWord[]): string[] {
  const begin = words.findIndex((word) => isKeyword(word, 'BEGIN'))
  const [event, ...condition] = cutBefore(words.slice(0, begin), (word) => isKeyword(word, 'WHEN'))
  const end = words.findLastIndex((word) => isKeyword(word, 'END'))
  const statements = cutBefore(words.slice(begin + 1, end), (_, at) =>
    isMark(words[begin + at], ';'),
  )
  return [
    onOneLine(event!),
    ...condition.flatMap((words) => fit(words, '')),
    'BEGIN',
    ...statements.flatMap((statement) => layOut(statement, INDENT)),
    'END',
  ]
}
