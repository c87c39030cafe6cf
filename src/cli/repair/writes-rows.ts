// Whether a migration may have written rows, of which a schema tells nothing: it has, unless its statements show that it has
// not. Pure.
import { readStatement } from '../../../codegen/sql/read-statement.js'
import type { OtherStatement, Pragma } from '../../../codegen/sql/statement.js'
import { wordsOf } from '../../../codegen/sql/word-reader.js'
import type { RegistryEntry } from '../../model/registry.js'
import type { Direction } from '../../model/report.js'
import { sideOf } from '../../plan/scripts.js'
import { splitStatements } from '../../sql/split-statements.js'

/** What a step was seen to run on empty tables; null for something that could not be seen. */
export type SeenTexts = readonly (string | null)[]

/** What is known of a step's code. */
export interface SeenCode {
  /** What it was seen to run; null where it could not be run. */
  readonly seen: SeenTexts | null
  /** All that it is made of; its own function where nothing is known of the rest. */
  readonly text?: string | undefined
}

/**
 * By the statements of SQL; of code, by those that were seen, if it asked nothing of which the answer depends on what is in the
 * database, and has no other that writes: elsewhere its environment may be another.
 */
export function mayWriteRows(entry: RegistryEntry<never>, code: SeenCode): boolean {
  return some(entry, 'up', code, (text, by) => !isHarmless(text, by))
}

/** The same of a side that was begun and did not end, but for what the schema shows of it. */
export const mayLeaveRows = (
  entry: RegistryEntry<never>,
  direction: Direction,
  code: SeenCode,
): boolean =>
  some(entry, direction, code, (text, by) => !isHarmless(text, by) && !isShown(text, by))

type Writer = 'sql' | 'code'

/** Whether anything that a side runs is of a kind, or nobody can tell. */
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

/** Whether the code of a side has anything that writes rows, be it that nothing was seen of it. */
function hasWrites(entry: RegistryEntry<never>, direction: Direction, text?: string): boolean {
  const other = functionText(entry, direction === 'up' ? 'down' : 'up')
  const code = text?.replace(other, () => '') ?? functionText(entry, direction)
  return WRITES.test(code.replace(/\\[nrt]/g, ' ').replace(TRIGGERS, ''))
}

function functionText(entry: RegistryEntry<never>, direction: Direction): string {
  const side = sideOf(entry, direction)
  return side && 'code' in side ? String(side.code) : ''
}

const TRIGGERS = /\bcreate\s+(?:temp\w*\s+)?trigger\b[^]*?\bend\b/gi

/** In SQL, and by the names that query builders have for it. */
const WRITES =
  /\b(?:(?:insert|replace)\b[^;'"`(]{0,40}?\binto|delete\s+from|update\s+[^;]{1,200}?\bset|insertInto|replaceInto|updateTable|deleteFrom)\b/i

/** Whether the schema shows that a statement has run, or nothing of any row depends on it. */
function isShown(text: string, by: Writer): boolean {
  const statement = readStatement(text)
  if (statement.kind === 'other') return statement.words[0] === 'vacuum'
  return (
    /^(?:drop|rename|alter)(?:$|-)/.test(statement.kind) ||
    (statement.kind === 'pragma' && by === 'sql')
  )
}

/** Names that change places take their rows with them, and what cannot be read may do anything. */
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

/** Neither kept in the file nor told from what is in it. */
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

/** Whether a SELECT reads from nothing but what the schema says. */
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
