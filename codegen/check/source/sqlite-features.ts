// Determines since which version SQLite supports a feature. From the release notes at https://sqlite.org/changes.html.
import { keysOf, wordsOf } from '../../sql/word-reader.js'
import { readStatement } from '../../sql/read-statement.js'
import { findOutside, insideOf } from '../../sql/brackets.js'
import { compareVersions } from '../../sql/compare-sqlite.js'
import type { ColumnDefinition, Statement, Word } from '../../sql/statement.js'

/** Something that a statement uses; `since` is the first version that has it, as `3.35`. */
export interface Feature {
  readonly what: string
  readonly since: string
}

/** The features of a statement that SQLite has not always had, newest first. */
export function featuresOf(sql: string): Feature[] {
  if (!SUSPECT.test(sql)) return []
  const words = [...wordsOf(sql)]
  const found = [...shapeFeatures(readStatement(sql)), ...wordFeatures(words)]
  return [...new Map(found.map((one) => [one.what, one])).values()].sort((a, b) =>
    compareVersions(b.since, a.since),
  )
}

/** Those of them that an older SQLite does not have. */
export const newerIn = (sql: string, oldest: string): Feature[] =>
  featuresOf(sql).filter(({ since }) => compareVersions(since, oldest) > 0)

const FUNCTIONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '3.32': 'iif',
    '3.34': 'substring',
    '3.35':
      'acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh degrees exp floor ln log log10 log2 mod pi pow ' +
      'power radians sign sin sinh sqrt tan tanh trunc',
    '3.38': 'unixepoch format',
    '3.41': 'unhex',
    '3.43': 'octet_length timediff',
    '3.44': 'concat concat_ws string_agg',
    '3.45':
      'jsonb jsonb_array jsonb_extract jsonb_insert jsonb_object jsonb_patch jsonb_remove jsonb_replace jsonb_set ' +
      'jsonb_group_array jsonb_group_object',
    '3.46': 'json_pretty',
    '3.48': 'if',
    '3.53': 'json_array_insert jsonb_array_insert',
  }).flatMap(([since, names]) => names.split(' ').map((name) => [name, since] as const)),
)

/** Sequences of words and the feature they indicate. The last word may be one of several. */
const PHRASES: readonly (Feature & { readonly words: readonly (readonly string[])[] })[] = [
  { what: 'ON CONFLICT … DO (upsert)', since: '3.24', words: [['on'], ['conflict'], ['(', 'do']] },
  { what: 'a window function', since: '3.25', words: [[')'], ['over']] },
  { what: 'NULLS FIRST and NULLS LAST', since: '3.30', words: [['nulls'], ['first', 'last']] },
  { what: 'FILTER after an aggregate function', since: '3.30', words: [[')'], ['filter'], ['(']] },
  { what: 'RETURNING', since: '3.35', words: [['returning']] },
  { what: 'the hint MATERIALIZED', since: '3.35', words: [['as', 'not'], ['materialized'], ['(']] },
  { what: 'the operator ->', since: '3.38', words: [['->']] },
  { what: 'the operator ->>', since: '3.38', words: [['->>']] },
  { what: 'RIGHT JOIN', since: '3.39', words: [['right'], ['join', 'outer']] },
  { what: 'FULL JOIN', since: '3.39', words: [['full'], ['join', 'outer']] },
  { what: 'IS DISTINCT FROM', since: '3.39', words: [['is'], ['distinct'], ['from']] },
  { what: 'IS NOT DISTINCT FROM', since: '3.39', words: [['is'], ['not'], ['distinct'], ['from']] },
]

/** Checked first, so that scripts full of data need not be tokenized. */
const SUSPECT = new RegExp(
  'conflict|over|nulls|order\\s|filter|returning|materialized|->|right|full|distinct|update|alter|strict|as\\s*\\(|\\d_\\d|' +
    [...FUNCTIONS.keys()].map((name) => `${name}\\s*\\(`).join('|'),
  'i',
)

function wordFeatures(words: readonly Word[]): Feature[] {
  const keys = keysOf(words)
  const phrases = PHRASES.filter(({ words: sign }) =>
    keys.some((_, at) => sign.every((choice, offset) => choice.includes(keys[at + offset] ?? ''))),
  ).map(({ what, since }) => ({ what, since }))
  return [...phrases, ...words.flatMap((word, at) => wordFeature(word, words, at))]
}

function wordFeature(word: Word, words: readonly Word[], at: number): Feature[] {
  if (word.kind === 'number' && word.text.includes('_'))
    return [{ what: `an underscore in a number (${word.text})`, since: '3.46' }]
  const since = word.kind === 'word' ? FUNCTIONS.get(word.key) : undefined
  const isCall = words[at + 1]?.key === '(' && !NAMES.has(words[at - 1]?.key ?? '')
  const ordered = isCall && word.kind === 'word' && ordersArguments(word, words, at + 2)
  return [
    ...(since !== undefined && isCall ? [{ what: `${word.key}()`, since }] : []),
    ...(ordered ? [{ what: 'ORDER BY inside an aggregate function', since: '3.44' }] : []),
  ]
}

/** Whether the parentheses opened by a word contain an ORDER BY that does not belong to a query or a window. */
function ordersArguments({ key }: Word, words: readonly Word[], from: number): boolean {
  if (BEFORE_ORDERED.has(key) || QUERIES.has(words[from]?.key ?? '')) return false
  const inside = insideOf(words, from - 1)
  return (
    findOutside(inside, ({ key: own }, at) => own === 'order' && inside[at + 1]?.key === 'by') >= 0
  )
}

/** Words before parentheses that are no functions, but may be followed by ORDER BY. */
const BEFORE_ORDERED = new Set(['over', 'as'])
const QUERIES = new Set(['select', 'with', 'values'])

/** After these, a word before parentheses is the name of a table or an index. */
const NAMES = new Set([
  'table',
  'into',
  'exists',
  'on',
  'references',
  'index',
  'view',
  '.',
  'with',
  'as',
])

function shapeFeatures(shape: Statement): Feature[] {
  switch (shape.kind) {
    case 'rename-column':
      return [{ what: 'ALTER TABLE … RENAME COLUMN', since: '3.25' }]
    case 'drop-column':
      return [{ what: 'ALTER TABLE … DROP COLUMN', since: '3.35' }]
    case 'alter-column':
      return [{ what: 'ALTER TABLE … ALTER COLUMN', since: '3.53' }]
    case 'alter-constraint':
      return [{ what: 'ALTER TABLE … ADD or DROP CONSTRAINT', since: '3.53' }]
    case 'update':
      return shape.from ? [{ what: 'UPDATE … FROM', since: '3.33' }] : []
    case 'add-column':
      return columnFeatures([shape.column])
    case 'create-table':
      return [
        ...(shape.options.includes('strict') ? [{ what: 'a STRICT table', since: '3.37' }] : []),
        ...columnFeatures(shape.columns ?? []),
      ]
    default:
      return []
  }
}

const columnFeatures = (columns: readonly ColumnDefinition[]): Feature[] =>
  columns.some(({ clauses }) => clauses.some(([first]) => first === 'as' || first === 'generated'))
    ? [{ what: 'a generated column', since: '3.31' }]
    : []
