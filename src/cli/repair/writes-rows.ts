// Decides whether a migration may have written rows, which a schema does not show: assumed unless its statements prove otherwise.
// Pure.
import { readStatement } from '../../../codegen/sql/read-statement.js'
import type { OtherStatement, Pragma } from '../../../codegen/sql/statement.js'
import { wordsOf } from '../../../codegen/sql/word-reader.js'
import type { RegistryEntry } from '../../model/registry.js'
import type { Direction } from '../../model/report.js'
import { sideOf, codeIn } from '../../plan/scripts.js'
import { splitStatements } from '../../sql/split-statements.js'

/** What a step was seen to run on empty tables; null for anything that could not be seen. */
export type SeenTexts = readonly (string | null)[]

/** What is known about a step's code. */
export interface SeenCode {
  /** What it was seen to run; null if it could not be run. */
  readonly seen: SeenTexts | null
  /** All the code it consists of; only its own function if the rest is unknown. */
  readonly text?: string | undefined
}

/**
 * For SQL, decided by its statements; for code, by the observed ones, if it made no query whose result depends on the content of
 * the database, and contains no others that write: its environment may differ elsewhere.
 */
export function mayWriteRows(entry: RegistryEntry<never>, code: SeenCode): boolean {
  return some(entry, 'up', code, (text, by) => !isHarmless(text, by))
}

/** The same for a side that was begun and did not end, except for what the schema shows of it. */
export const mayLeaveRows = (
  entry: RegistryEntry<never>,
  direction: Direction,
  code: SeenCode,
): boolean =>
  some(entry, direction, code, (text, by) => !isHarmless(text, by) && !isShown(text, by))

type Writer = 'sql' | 'code'

/** Whether anything that a side runs is of this kind, or that is unknown. */
function some(
  entry: RegistryEntry<never>,
  direction: Direction,
  { seen, text }: SeenCode,
  isOfKind: (statement: string, by: Writer) => boolean,
): boolean {
  const side = sideOf(entry, direction)
  if (!side) return false
  const by = 'scripts' in side ? 'sql' : 'code'
  const texts = 'scripts' in side ? side.scripts : seen
  if (texts === null || (by === 'code' && hasWrites(entry, direction, text))) return true
  const statements = texts.flatMap((one) => (one === null ? [null] : splitStatements(one)))
  return statements.some((statement) => statement === null || isOfKind(statement.text, by))
}

/** Whether the code of a side contains anything that writes rows, even if nothing of it was observed. */
function hasWrites(entry: RegistryEntry<never>, direction: Direction, text?: string): boolean {
  const other = codeIn(entry, direction === 'up' ? 'down' : 'up') ?? ''
  const code = text?.replace(other, () => '') ?? codeIn(entry, direction) ?? ''
  return WRITES.test(code.replace(/\\[nrt]/g, ' ').replace(TRIGGERS, ''))
}

const TRIGGERS = /\bcreate\s+(?:temp\w*\s+)?trigger\b[^]*?\bend\b/gi

/** In SQL, and by the method names of query builders. */
const WRITES =
  /\b(?:(?:insert|replace)\b[^;'"`(]{0,40}?\binto|delete\s+from|update\s+[^;]{1,200}?\bset|insertInto|replaceInto|updateTable|deleteFrom)\b/i

/** Whether the schema shows that a statement has run, or no row depends on it. */
function isShown(text: string, by: Writer): boolean {
  const statement = readStatement(text)
  if (statement.kind === 'other') return statement.words[0] === 'vacuum'
  return (
    /^(?:drop|rename|alter)(?:$|-)/.test(statement.kind) ||
    (statement.kind === 'pragma' && by === 'sql')
  )
}

/** Swapping names swaps rows with them, and an unparsed statement may do anything. */
function isHarmless(text: string, by: Writer): boolean {
  const statement = readStatement(text)
  switch (statement.kind) {
    case 'create-index':
    case 'create-view':
    case 'create-trigger':
    case 'add-column':
      return true
    case 'create-table':
      return !statement.filled
    case 'drop':
      return statement.object !== 'table'
    case 'pragma':
      return isPassing(statement, by)
    case 'other':
      return isReading(statement, text, by)
    default:
      return false
  }
}

/** Neither stored in the file nor derived from its content. */
const isPassing = ({ name, sets }: Pragma, by: Writer): boolean =>
  PASSING.test(name.key) || (by === 'sql' && !sets)

const PASSING =
  /^(?:(?:table|index)_x?info|(?:table|index|foreign_key|database|collation|function|module)_list|compile_options|foreign_keys|defer_foreign_keys|legacy_alter_table|recursive_triggers|case_sensitive_like|busy_timeout|cache_size|temp_store|synchronous)$/

function isReading({ words: [first = ''] }: OtherStatement, text: string, by: Writer): boolean {
  if (first === 'select') return by === 'sql' || readsSchema(text)
  return IDLE.has(first)
}

const IDLE = new Set(
  ['', 'explain', 'analyze', 'reindex', 'savepoint', 'release', 'begin', 'commit'].concat('end'),
)

/** Whether a SELECT reads nothing but the schema. */
function readsSchema(text: string): boolean {
  const words = [...wordsOf(text)].map(({ key }) => key)
  return words.every((word, at) => {
    if (word === 'join') return false
    if (word !== 'from') return true
    const from = words.slice(at + 1).join(' ')
    return /^(?:\(|(?:main \. )?(?:sqlite_(?:master|schema)|pragma_\w+)\b(?!(?: as)?(?: \w+)? ,))/.test(
      from,
    )
  })
}
