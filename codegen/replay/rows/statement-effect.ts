// What one statement does to which table, as far as its text tells. Pure.
import { plainName } from '../../../src/sql/names.js'
import { sqlTokens } from '../../sql/sql-tokens.js'
import type { StepPlace } from '../../model/evidence.js'

/** What a statement does; `other` for what neither changes rows nor makes or removes tables. */
export type Verb =
  'insert' | 'update' | 'delete' | 'create' | 'drop' | 'rename' | 'rename-column' | 'other'

/** A statement by what it does. Names are in lower case, without quotes. */
export interface Effect {
  readonly verb: Verb
  /** The table that it is about; '' when it is about none. */
  readonly table: string
  /** The new name, of `rename`. */
  readonly to: string
  /** Whether rows that are in the way are deleted or changed: REPLACE, ON CONFLICT DO UPDATE. */
  readonly replaces: boolean
  /** Whether rows that are in the way are deleted: REPLACE, OR REPLACE. */
  readonly evicts: boolean
  /** Words in upper case, quoted names as they are. */
  readonly tokens: readonly string[]
  readonly place: StepPlace
}

/** Reads a statement. */
export function effectOf(statement: string, place: StepPlace): Effect {
  const tokens = firstTokens(statement)
  const start = mainVerb(tokens)
  const found = readVerb(tokens, start)
  return { table: '', to: '', replaces: false, evicts: false, ...found, tokens, place }
}

/** More than these are rows of data. */
const MOST_TOKENS = 5000

function firstTokens(statement: string): string[] {
  const tokens: string[] = []
  for (const token of sqlTokens(statement)) {
    tokens.push(token)
    if (tokens.length === MOST_TOKENS) break
  }
  return tokens
}

/** Names that a text mentions, in lower case; also texts in quotes, which SQLite may take for names. */
export function* namesIn(text: string): Generator<string> {
  const seen = new Set<string>()
  for (const token of sqlTokens(text)) {
    if (token.length > 130 || seen.has(token) || !/^[A-Z_$"'`[\x80-\uffff]/.test(token)) continue
    seen.add(token)
    yield plainName(token)
  }
}

/** Where the statement proper begins, after EXPLAIN has no effect and WITH has named its tables. */
function mainVerb(tokens: readonly string[]): number {
  if (tokens[0] !== 'WITH') return 0
  let depth = 0
  for (const [index, token] of tokens.entries()) {
    if (token === '(') depth++
    else if (token === ')') depth--
    else if (depth === 0 && MAIN.has(token)) return index
  }
  return 0
}

const MAIN = new Set(['INSERT', 'REPLACE', 'UPDATE', 'DELETE', 'SELECT', 'VALUES'])

type Found = Pick<Effect, 'verb'> & Partial<Effect>

function readVerb(tokens: readonly string[], start: number): Found {
  const at = (index: number): string => tokens[start + index] ?? ''
  switch (at(0)) {
    case 'INSERT':
    case 'REPLACE':
    case 'UPDATE':
      return changing(tokens, start)
    case 'DELETE':
      return { verb: 'delete', table: nameAt(tokens, start + 2) }
    case 'CREATE':
      return creating(tokens, start)
    case 'DROP':
      return at(1) === 'TABLE'
        ? { verb: 'drop', table: nameAt(tokens, start + (at(2) === 'IF' ? 4 : 2)) }
        : { verb: 'other' }
    case 'ALTER':
      return altering(tokens, start)
    default:
      return { verb: 'other' }
  }
}

function changing(tokens: readonly string[], start: number): Found {
  const verb = tokens[start] === 'UPDATE' ? 'update' : 'insert'
  const or = tokens[start + 1] === 'OR'
  const name = start + (or ? 3 : 1) + (verb === 'insert' ? 1 : 0)
  const upserts = tokens.some((token, index) => token === 'DO' && tokens[index + 1] === 'UPDATE')
  const evicts = tokens[start] === 'REPLACE' || (or && tokens[start + 2] === 'REPLACE')
  return { verb, table: nameAt(tokens, name), replaces: evicts || upserts, evicts }
}

function creating(tokens: readonly string[], start: number): Found {
  const table = tokens.indexOf('TABLE', start)
  if (table < 0 || table > start + 2 || tokens[start + 1]?.startsWith('TEMP'))
    return { verb: 'other' }
  return { verb: 'create', table: nameAt(tokens, table + (tokens[table + 1] === 'IF' ? 4 : 1)) }
}

function altering(tokens: readonly string[], start: number): Found {
  const table = nameAt(tokens, start + 2)
  const action = start + (tokens[start + 3] === '.' ? 5 : 3)
  if (tokens[action] !== 'RENAME') return { verb: 'other', table }
  return tokens[action + 1] === 'TO'
    ? { verb: 'rename', table, to: nameAt(tokens, action + 2) }
    : { verb: 'rename-column', table }
}

/** The name at an index, after its schema where it has one. */
const nameAt = (tokens: readonly string[], index: number): string =>
  plainName(tokens[index + 1] === '.' ? (tokens[index + 2] ?? '') : (tokens[index] ?? ''))

/** The table or view that a CREATE TRIGGER statement puts its trigger on; '' of other statements. */
export function triggerTable(tokens: readonly string[]): string {
  const trigger = tokens[0] === 'CREATE' ? tokens.indexOf('TRIGGER') : -1
  if (trigger < 1 || trigger > 2) return ''
  const on = tokens.indexOf('ON', trigger)
  return on < 0 ? '' : nameAt(tokens, on + 1)
}
