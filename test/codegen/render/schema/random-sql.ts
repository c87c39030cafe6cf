// Random SQL of SQLite's grammar, as words without spaces between them: names of every kind, literals, expressions.
import { pick, type Random } from '../../../support/random.js'

/** Words of SQL; keywords are in capitals. */
export type Words = readonly string[]

/** Words as they are written down here, and those that are put in between. */
export const sql = (texts: TemplateStringsArray, ...parts: readonly (string | Words)[]): Words =>
  texts.flatMap((text, at) => {
    const part = parts[at] ?? []
    const own = text.split(' ').filter((word) => word !== '')
    return typeof part === 'string' ? [...own, part] : [...own, ...part]
  })

/** With commas between them. */
export const listed = (parts: readonly Words[]): Words =>
  parts.flatMap((part, at) => (at > 0 ? [',', ...part] : part))

/** A table or a view. */
export interface Source {
  readonly name: string
  readonly columns: readonly string[]
}

/** What there is to refer to. */
export interface Made {
  readonly random: Random
  readonly tables: Source[]
  readonly views: Source[]
}

/** A statement that SQLite may take, and what there is then. */
export interface Candidate {
  readonly words: Words
  readonly made?: () => void
}

/** Names that are hard to write, hard to read, or easily taken for something else. */
export const NAMES: readonly string[] = [
  ['a', 'b', 'id', 'Name', 'x$y', '_z', 'created_at', 'größe', '名前', 'É', 'é', '😀', 'A'],
  ['order', 'group', 'select', 'table', 'end', 'END', 'desc', 'key', 'row', 'rows', 'over'],
  ['filter', 'first', 'nulls', 'last', 'match', 'glob', 'true', 'False', 'null', 'if', 'not'],
  ['generated', 'always', 'stored', 'virtual', 'strict', 'without', 'rowid', 'oid', 'with'],
  ['recursive', 'materialized', 'window', 'partition', 'current_timestamp', 'values', 'begin'],
  ['primary', 'unique', 'check', 'constraint', 'foreign', 'references', 'collate', 'default'],
  ['new', 'old', 'excluded', 'replace', 'raise', 'cast', 'when', 'left', 'natural', 'cross'],
  ['a b', ' a', '1st', '', ' ', 'a;b', 'a--b', '/*a', 'a*/', 'say "hi"', "it's", '`', ']', '['],
  ['a.b', 'a,b', '(', ')', 'a\nb', 'a\tb', '%', '\\', '$', '?1', ':p', '@q', '#', '|', '<b>'],
  ['*', '-', "';", '`lockstep gen`', '<<<<<<< HEAD', '${x}', '__proto__', 'constructor', 'pk'],
].flat()

const BARE = /^[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*$/

/** A name in one of the ways in which it can be written. Where it cannot stand bare, SQLite refuses the statement. */
export function written(random: Random, name: string): string {
  if (BARE.test(name) && name !== 'current_timestamp' && random() < 0.6) return name
  const ways = [`"${name.replaceAll('"', '""')}"`, `\`${name.replaceAll('`', '``')}\``]
  return pick(random, name.includes(']') ? ways : [...ways, `[${name}]`])
}

/** Texts with everything in them that ends a text, a statement or a comment elsewhere. */
const TEXTS = ['', 'x', "it's", 'a;b', '--', '/* c */', "''", 'END;', '1', '1.0', 'a\nb', '"', 'ü']

const VALUES: readonly Words[] = [
  ['0', '1', '42', '1.5', '.5', '1e3', '2E-3', '0x1F', '1_000', '1.', '9007199254740993'],
  ["x'00ff'", "X''", 'NULL', 'TRUE', 'FALSE', 'CURRENT_TIMESTAMP', 'CURRENT_DATE'],
]
  .flat()
  .map((value): Words => [value])
  .concat([sql`- 1`, sql`-1`, sql`+ 2`])

/** A literal, with its sign. */
export const literal = (random: Random): Words =>
  random() < 0.4 ? [`'${pick(random, TEXTS).replaceAll("'", "''")}'`] : pick(random, VALUES)

/** What an expression may use. */
export interface Place {
  /** Columns, already written. */
  readonly operands: Words
  /** How deep expressions may still nest. */
  readonly depth: number
  /** Queries of one column, where there may be any. */
  readonly queries?: readonly Words[]
}

/** An expression over the operands. */
export function expression(random: Random, place: Place): Words {
  const { operands, depth, queries = [] } = place
  if (depth <= 0 || random() < 0.15)
    return random() < 0.65 && operands.length > 0 ? [pick(random, operands)] : literal(random)
  const inner = (): Words => expression(random, { ...place, depth: depth - 1 })
  if (queries.length === 0 || random() < 0.8) return pick(random, FORMS)(inner, random)
  return pick(random, QUERY_FORMS)(inner, pick(random, queries))
}

type Inner = () => Words

const QUERY_FORMS: readonly ((inner: Inner, query: Words) => Words)[] = [
  (_, query) => sql`( ${query} )`,
  (_, query) => sql`EXISTS ( ${query} )`,
  (_, query) => sql`NOT EXISTS ( ${query} )`,
  (inner, query) => sql`${inner()} NOT IN ( ${query} )`,
]

const OPERATORS =
  '+ - * / % || & | << >> < <= > >= = == <> != AND OR AND OR IS GLOB LIKE -> ->>'.split(' ')
const PREFIXES = ['-', '+', '~', 'NOT']
const SUFFIXES = [
  sql`ISNULL`,
  sql`NOTNULL`,
  sql`NOT NULL`,
  sql`COLLATE nocase`,
  sql`COLLATE "RTRIM"`,
]
const CALLS = ['lower', 'abs', 'typeof', 'Hex', '"quote"']
const CALLS_OF_TWO = ['coalesce', 'IFNULL', 'nullif', 'iif', '[max]', 'glob', 'like', 'printf']

const FORMS: readonly ((inner: Inner, random: Random) => Words)[] = [
  (inner, random) => sql`${inner()} ${pick(random, OPERATORS)} ${inner()}`,
  (inner, random) => sql`${inner()} ${pick(random, OPERATORS)} ${inner()}`,
  (inner, random) => sql`${pick(random, PREFIXES)} ${inner()}`,
  (inner, random) => sql`${inner()} ${pick(random, SUFFIXES)}`,
  (inner, random) => sql`${pick(random, CALLS)} ( ${inner()} )`,
  (inner, random) => sql`${pick(random, CALLS_OF_TWO)} ( ${inner()} , ${inner()} )`,
  (inner, random) => sql`CAST ( ${inner()} AS ${pick(random, TYPES)} )`,
  (inner) => sql`( ${inner()} )`,
  (inner) => sql`${inner()} IS NOT ${inner()}`,
  (inner) => sql`${inner()} IS DISTINCT FROM ${inner()}`,
  (inner) => sql`${inner()} IS NOT DISTINCT FROM ${inner()}`,
  (inner) => sql`${inner()} BETWEEN ${inner()} AND ${inner()}`,
  (inner) => sql`${inner()} NOT BETWEEN ${inner()} AND ${inner()}`,
  (inner) => sql`${inner()} NOT IN ( ${inner()} , ${inner()} )`,
  (inner) => sql`${inner()} IN ( ${inner()} )`,
  (inner) => sql`${inner()} NOT LIKE ${inner()} ESCAPE '\\'`,
  (inner) => sql`CASE WHEN ${inner()} THEN ${inner()} ELSE ${inner()} END`,
  (inner) => sql`CASE ${inner()} WHEN ${inner()} THEN ${inner()} END`,
  (inner) => sql`( ${inner()} , ${inner()} ) = ( ${inner()} , ${inner()} )`,
]

/** Types as they are declared. */
export const TYPES: readonly Words[] = [
  ['INTEGER', 'int', 'TEXT', 'real', 'Blob', 'NUMERIC', 'boolean', 'timestamp', 'JSON', 'any'],
]
  .flat()
  .map((type): Words => [type])
  .concat([sql`varchar ( 10 )`, sql`decimal ( 10 , -2 )`, sql`unsigned big int`, ['"my type"'], []])

const SPACES = [' ', ' ', ' ', '\n', '  ', '\t', " /* c; ' */ ", ' -- c; "\n']

/** The words with random spaces and comments between them, and keywords in random letters. */
export function spaced(random: Random, words: Words): string {
  const cased = (word: string): string =>
    /^[A-Z_]+$/.test(word) && random() < 0.4 ? word.toLowerCase() : word
  return words.map((word) => cased(word) + pick(random, SPACES)).join('')
}
