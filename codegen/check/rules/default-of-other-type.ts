// The default of a column is text where the type means numbers, or the quoted name of a clock function.
import { clauseOf } from '../../sql/column-clauses.js'
import { placeIn } from '../subject/place.js'
import type { Finding, FoundStatement, Rule } from '../subject/rule.js'
import type { ColumnDefinition } from '../../sql/statement.js'
import { foldUpper, unquote } from '../../../src/sql/names.js'

/**
 * Silent for quoted numbers, which SQLite stores as numbers, for texts that a CHECK mentions, for letters for yes and no, and for
 * types whose name means neither a number nor a boolean, except for a quoted clock function, which is wrong in any.
 */
export const defaultOfOtherType: Rule = {
  code: 'DEFAULT_OF_OTHER_TYPE',
  severity: 'warning',
  *check({ upSteps }) {
    const strict = new Set<string>()
    for (const statement of upSteps.flatMap(({ statements }) => statements)) {
      for (const defined of columnsIn(statement, strict)) {
        const finding = judge(statement, defined)
        if (finding) yield finding
      }
      noteStrict(statement, strict)
    }
  },
}

interface Defined {
  readonly column: ColumnDefinition
  /** The words of the constraints of its table. */
  readonly limits: readonly (readonly string[])[]
  readonly isStrict: boolean
}

function columnsIn({ shape }: FoundStatement, strict: ReadonlySet<string>): readonly Defined[] {
  if (shape.kind === 'add-column')
    return [{ column: shape.column, limits: [], isStrict: strict.has(shape.table.key) }]
  if (shape.kind !== 'create-table') return []
  const table = { limits: shape.constraints, isStrict: shape.options.includes('strict') }
  return (shape.columns ?? []).map((column) => ({ column, ...table }))
}

/** Keeps the names of the STRICT tables that there are. */
function noteStrict({ shape }: FoundStatement, strict: Set<string>): void {
  if (shape.kind === 'create-table' && shape.options.includes('strict')) strict.add(shape.name.key)
  if (shape.kind === 'drop') strict.delete(shape.name.key)
  if (shape.kind === 'rename-table' && strict.delete(shape.table.key)) strict.add(shape.to.key)
}

function judge(statement: FoundStatement, { column, limits, isStrict }: Defined): Finding | null {
  const literal = quotedDefault(column)
  if (literal === null) return null
  const text = unquote(literal)
  if (CLOCK.test(text) && column.type[0] !== 'blob') return judgeClock(statement, column, literal)
  if (isStrict) return judgeStrict(statement, column, literal)
  const meant = meantBy(column)
  const isSpokenOf = [...column.clauses, ...limits].some(
    (words) => words[0] !== 'default' && words.includes(literal),
  )
  if (meant === null || NUMBER.test(text) || isSpokenOf) return null
  if (meant === 'boolean' && /^[a-z]$/i.test(text)) return null
  const at = placeIn(statement, column.start)
  const name = column.name.text
  return {
    at,
    message: `${at.file} declares ${name} as ${foldUpper(column.type.join(' '))} with the default ${literal}, which SQLite cannot convert to a number: it stores the text. ${consequence(name, text, meant)}.`,
    fix: `Write ${sampleFor(text, meant)} without quotes, or declare ${name} as TEXT.`,
  }
}

function judgeClock(statement: FoundStatement, column: ColumnDefinition, literal: string): Finding {
  const at = placeIn(statement, column.start)
  const text = unquote(literal).trim()
  const [sample, where] = text.includes('(')
    ? ['the expression', ' in parentheses']
    : [`\`DEFAULT ${foldUpper(text)}\``, '']
  const isAdded = statement.shape.kind === 'add-column'
  return {
    at,
    message: `${at.file} gives ${column.name.text} the default ${literal}, in quotes: each row gets this text instead of the time.`,
    fix: `Write ${sample} without quotes${where}${isAdded ? ', in a rebuild of the table: the default of an added column must be constant' : ''}.`,
  }
}

function judgeStrict(
  statement: FoundStatement,
  column: ColumnDefinition,
  literal: string,
): Finding | null {
  const [type = ''] = column.type
  const [takes, sample] = STRICT[type] ?? []
  if (!takes || !sample || takes(unquote(literal))) return null
  const at = placeIn(statement, column.start)
  const name = column.name.text
  return {
    at,
    message: `${at.file} declares ${name} as ${foldUpper(type)} of a STRICT table with the default ${literal}, which SQLite cannot convert to that: it rejects every row that gets it.`,
    fix: `Write a value of the type, as in \`DEFAULT ${sample}\`, or declare ${name} as TEXT.`,
  }
}

/** `DEFAULT 'a'`, with parentheses or without. */
function quotedDefault(column: ColumnDefinition): string | null {
  const words = clauseOf(column, 'default')?.filter((word) => word !== '(' && word !== ')') ?? []
  const [, literal = ''] = words
  return words.length === 2 && literal.startsWith("'") ? literal : null
}

const CLOCK =
  /^\s*(?:current_(?:timestamp|date|time)|(?:now|datetime|date|time|unixepoch|strftime|julianday)\s*\(.*\))\s*$/is

/** Text that SQLite converts to a number. */
const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i

const isWhole = (text: string): boolean => NUMBER.test(text) && Number.isInteger(Number(text))

/** Which texts the types accept in a STRICT table, and what to write instead. */
const STRICT: Readonly<Record<string, readonly [(text: string) => boolean, string]>> = {
  int: [isWhole, '0'],
  integer: [isWhole, '0'],
  real: [(text) => NUMBER.test(text), '0'],
  blob: [() => false, "x''"],
}

type Meant = 'boolean' | 'number'

function meantBy({ type }: ColumnDefinition): Meant | null {
  const end = type.indexOf('(')
  const words = end < 0 ? type : type.slice(0, end)
  if (words.some((word) => BOOLEANS.has(word))) return 'boolean'
  return words.length > 0 && words.every((word) => NUMBERS.has(word)) ? 'number' : null
}

const BOOLEANS = new Set(['bool', 'boolean'])

const NUMBERS = new Set(
  (
    'int int2 int4 int8 integer tinyint smallint mediumint bigint unsigned signed big long real float ' +
    'double precision decimal dec number numeric'
  ).split(' '),
)

function consequence(name: string, text: string, meant: Meant): string {
  const [begins = '0'] = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)/.exec(text) ?? []
  return meant === 'boolean' && Number(begins) === 0
    ? `\`WHERE ${name}\` treats it as false, and neither \`${name} = 1\` nor \`${name} = 0\` finds it`
    : `In comparisons it is greater than any number, in calculations it counts as ${Number(begins)}`
}

function sampleFor(text: string, meant: Meant): string {
  const isNone = foldUpper(text) === 'NULL'
  const number = meant === 'boolean' && /^(?:true|yes|on)$/i.test(text) ? 1 : 0
  return isNone ? '`DEFAULT NULL`' : `a number, as in \`DEFAULT ${number}\`,`
}
