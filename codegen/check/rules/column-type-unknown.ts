// A column's type is misspelled.
import { placeIn } from '../subject/place.js'
import type { Rule } from '../subject/rule.js'
import type { ColumnDefinition, Statement } from '../../sql/statement.js'
import { foldUpper } from '../../../src/sql/names.js'
import { distance } from 'fastest-levenshtein'
import { affinityOf, type Affinity } from '../changes/affinity.js'

/**
 * Only doubts names that resemble a known type (INTERGER, TEX, BOLEAN) and STRING, which SQLite takes for a number. No type at
 * all, and custom names, are fine. Silent for STRICT tables, where SQLite itself refuses unknown types.
 */
export const columnTypeUnknown: Rule = {
  code: 'COLUMN_TYPE_UNKNOWN',
  severity: 'warning',
  *check({ upSteps }) {
    for (const statement of upSteps.flatMap(({ statements }) => statements)) {
      for (const column of columnsIn(statement.shape)) {
        const doubt = doubtfulType(column.type)
        if (!doubt) continue
        const at = placeIn(statement, column.start)
        const message = `${at.file} ${whatIsWrong(column, doubt)}`
        yield { at, message, fix: fixOf(column, doubt) }
      }
    }
  },
}

function columnsIn(shape: Statement): readonly ColumnDefinition[] {
  if (shape.kind === 'add-column') return [shape.column]
  if (shape.kind !== 'create-table' || shape.options.includes('strict')) return []
  return shape.columns ?? []
}

function whatIsWrong({ name }: ColumnDefinition, { word, reason, affinity }: DoubtfulType): string {
  const declares = `declares ${name.text} as ${foldUpper(word)}`
  if (reason === 'typo')
    return `${declares}, which no database knows; SQLite silently guesses from the letters what to store in it, here ${affinity}.`
  return affinity === 'TEXT' || affinity === 'BLOB'
    ? `${declares}, which SQLite does not know; it stores the values as ${affinity} only because of another word in the type.`
    : `${declares}, which SQLite does not know and treats as a number (${affinity}): the text '007' becomes 7.`
}

function fixOf({ name }: ColumnDefinition, { meant, reason }: DoubtfulType): string {
  const type = foldUpper(meant)
  return reason === 'number'
    ? `Write \`${name.text} ${type}\`.`
    : `Did you mean ${type}? Write \`${name.text} ${type}\`.`
}

/** The type names of SQLite, the SQL standard and common other databases, word by word. */
const KNOWN: readonly string[] = (
  'int integer tinyint smallint mediumint bigint long short byte unsigned signed big real float double precision ' +
  'decimal dec number numeric money currency fixed char character nchar varchar nvarchar varying native text ' +
  'tinytext mediumtext longtext ntext citext clob nclob blob tinyblob mediumblob longblob bytes bytea binary ' +
  'varbinary bit bool boolean date datetime datetimeoffset smalldatetime time timetz timestamp timestamptz interval ' +
  'year with without zone local uuid guid uniqueidentifier ulid cuid json jsonb xml hstore array object enum set ' +
  'f i u uint any null inet cidr point geometry geography vector serial bigserial smallserial rowid id name email url list map'
).split(' ')

const KNOWN_WORDS = new Set(KNOWN)

/** Suffixes of a known word: `int64`, `f32_blob`, `uuid_v4`, `timestamp_ms`. */
const SUFFIX = /(?:_?v?\d+)?(?:_\w+)?$/

/** Words that SQLite does not know, though they mean text: on their own they are numeric, so that '007' becomes 7. */
const TEXT_BY_NAME = new Set(['string', 'str'])

/** A doubtful type. `meant` is the nearest known word. */
interface DoubtfulType {
  readonly word: string
  readonly meant: string
  readonly reason: 'typo' | 'number'
  /** The affinity of the whole type that contains the word. */
  readonly affinity: Affinity
}

/**
 * Checks the words of a type in lower case. Only names that resemble a known one are doubted, and STRING, which does not mean
 * what it says; any other unknown name is assumed to be intended.
 */
function doubtfulType(type: readonly string[]): DoubtfulType | null {
  const affinity = affinityOf(type.join(' '))
  for (const word of type.slice(0, type.includes('(') ? type.indexOf('(') : undefined)) {
    if (TEXT_BY_NAME.has(word)) return { word, meant: 'text', reason: 'number', affinity }
    if (!/^[a-z]\w*$/.test(word) || isKnown(word)) continue
    const meant = KNOWN.find((known) => resembles(word, known))
    if (meant !== undefined) return { word, meant, reason: 'typo', affinity }
    if (resembles(word, 'string')) return { word, meant: 'text', reason: 'number', affinity }
  }
  return null
}

const isKnown = (word: string): boolean =>
  KNOWN_WORDS.has(word) || KNOWN_WORDS.has(word.replace(SUFFIX, ''))

/** One wrong letter in words of four or five letters, two in longer ones, or the same letters in another order. */
function resembles(word: string, known: string): boolean {
  if (word.length < 3 || known.length < 3) return false
  const shorter = Math.min(word.length, known.length)
  return distance(word, known) <= (shorter > 5 ? 2 : 1) || sorted(word) === sorted(known)
}

const sorted = (word: string): string => [...word].sort().join('')
