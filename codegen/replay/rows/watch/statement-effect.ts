// Reads from the text of a statement what it does to which table. Pure.
import { findOutside } from '../../../sql/brackets.js'
import { foldCase, isSameName, plainName } from '../../../../src/sql/names.js'
import { readStatement } from '../../../sql/read-statement.js'
import { sqlTokens } from '../../../sql/sql-tokens.js'
import type { Name, Statement } from '../../../sql/statement.js'
import type { StepPlace } from '../../../model/evidence.js'

/** What a statement does; `other` if it neither changes rows nor creates or drops tables. */
export type Verb =
  'insert' | 'update' | 'delete' | 'create' | 'drop' | 'rename' | 'rename-column' | 'other'

/** A statement and its effect. Names are in lower case, without quotes. */
export interface Effect {
  readonly verb: Verb
  /** The table that it concerns; '' if there is none. */
  readonly table: string
  /** The new name, for `rename`. */
  readonly to: string
  /** Whether it deletes or updates conflicting rows: REPLACE, ON CONFLICT DO UPDATE. */
  readonly replaces: boolean
  /** Whether it deletes conflicting rows: REPLACE, OR REPLACE. */
  readonly evicts: boolean
  readonly shape: Statement
  /** Words in upper case, quoted names as they are. */
  readonly tokens: readonly string[]
  readonly place: StepPlace
}

/** Reads a statement. */
export function effectOf(statement: string, place: StepPlace): Effect {
  const shape = readStatement(statement)
  const nothing = { verb: 'other', table: '', to: '', replaces: false, evicts: false } as const
  return { ...nothing, ...effectOn(shape), shape, tokens: firstTokens(statement), place }
}

/** Whether code queries rows, which it may copy. A query in an SQL script has no effect. */
export const isQuery = ({ verb, tokens, place }: Effect): boolean =>
  verb === 'other' && place.script === null && /^(?:SELECT|WITH)$/.test(tokens[0] ?? '')

/** The name of a table after these statements. */
export const nameBehind = (effects: readonly Effect[], name: string): string =>
  effects.reduce(
    (now, { verb, table, to }) => (verb === 'rename' && table === now ? to : now),
    name,
  )

/** Whether a statement inserts rows into a table. */
export const isFilling = ({ shape }: Effect): boolean =>
  shape.kind === 'insert' || (shape.kind === 'create-table' && shape.filled)

/** Whether an INSERT overwrites conflicting rows with all values that it gives; `all` are the columns of the table. */
export function putsWhole({ shape, tokens, evicts }: Effect, all: readonly string[]): boolean {
  if (shape.kind !== 'insert' || evicts) return evicts
  const [first, ...more] = tokens.flatMap((token, at) => (token === 'CONFLICT' ? [at] : []))
  const [key = '', sets = ''] = tokens.slice(first).join(' ').split(' DO UPDATE SET ')
  if (first === undefined) return shape.conflict === null
  if (shape.conflict !== null || more.length > 0 || / WHERE /.test(sets)) return false
  const taken = [...sets.matchAll(TAKEN)].filter(([, to, of]) =>
    isSameName(plainName(to!), plainName(of!)),
  )
  const kept = new Set([...key.split(' '), ...taken.map(([, to]) => to!)].map(plainName))
  const given = shape.columns?.map(({ key: name }) => plainName(name)) ?? all.map(foldCase)
  return given.every((name) => kept.has(name))
}

const TAKEN = /(\S+) = (?:(?:COALESCE|IFNULL) \( )?EXCLUDED \. (\S+)/g

/** Whether a statement merges several rows into one. */
export const groupsRows = ({ tokens }: Pick<Effect, 'tokens'>): boolean =>
  tokens.some(
    (token, at) =>
      token === 'DISTINCT' ||
      token === 'GROUP' ||
      (AGGREGATES.test(token) && tokens[at + 1] === '('),
  )

/** Whether a statement keeps only one of several rows that are equal in all that it reads of them. */
export const leavesEqual = ({ tokens }: Effect): boolean =>
  !tokens.includes('GROUP') &&
  tokens.some(
    (token, at) => token === 'DISTINCT' || (token === 'UNION' && tokens[at + 1] !== 'ALL'),
  )

const AGGREGATES = /^(?:MAX|MIN|SUM|TOTAL|AVG|COUNT|GROUP_CONCAT|STRING_AGG|JSONB?_GROUP_\w+)$/

/** Whether statements may compute something from a column: one that writes rows names it, or code reads rows. */
export function mayMakeOf(effects: readonly Effect[], column: string): boolean {
  const makers = effects.filter((effect) => isFilling(effect) || effect.verb === 'update')
  return (
    (makers.length > 0 && effects.some(isQuery)) ||
    makers.some(({ tokens }) => tokens.some((one) => isSameName(plainName(one), column)))
  )
}

/** Whether an UPDATE sets a column. */
export const sets = ({ shape }: Effect, column: string): boolean =>
  shape.kind === 'update' && shape.columns.some(({ key }) => plainName(key) === column)

/** The words after WHERE, its own rather than that of a subquery, without table names; empty if there is no WHERE. */
export function conditionIn(tokens: readonly string[]): string[] {
  const own = findOutside(tokens, (token) => token === 'WHERE')
  const at = own < 0 ? tokens.indexOf('WHERE') : own
  const words = at < 0 ? [] : tokens.slice(at + 1).filter((token) => token !== ';')
  return words.filter((_, place) => words[place] !== '.' && words[place + 1] !== '.')
}

/** A condition as SQL; operators are several tokens. */
export const conditionText = (words: readonly string[]): string =>
  words.join(' ').replace(/([-<>=!|]) (?=[<>=|])/g, '$1')

/** Tokens that end a condition outside parentheses. */
const CLAUSES: ReadonlySet<string> = new Set([
  'GROUP',
  'ORDER',
  'UNION',
  'EXCEPT',
  'INTERSECT',
  'LIMIT',
  'ON',
  'RETURNING',
  ';',
])

/** Which rows a statement selects, by its own conditions without subqueries: all; all in which a column is set; or some. */
export function takesRows({ tokens }: Effect): 'all' | 'held' | 'some' {
  const conditions = conditionsOf(tokens).filter((one) => !/^(?:1|TRUE)$/.test(one))
  const [first, ...others] = conditions
  if (first === undefined) return 'all'
  const isOne = first.split(' OR ').some(asksForAny) && others.every((one) => one === first)
  return isOne ? 'held' : 'some'
}

/** Whether a condition only requires a column to be set. */
function asksForAny(condition: string): boolean {
  const words = condition.split(' ').filter((word) => word !== '(' && word !== ')')
  const columns = words
    .join(' ')
    .split(' AND ')
    .map((one) => {
      const [, column = '', compared = ''] = /^(?:TRIM )?(\S+) (.+)$/.exec(one) ?? []
      return HELD.has(compared.replace(/^(?:< >|! =|!=)/, '<>')) ? column : undefined
    })
  return columns.every((one) => one !== undefined && one === columns[0])
}

const HELD: ReadonlySet<string> = new Set(['IS NOT NULL', "<> ''", "> ''"])

/** Each condition of a statement; LIMIT counts as one. */
function conditionsOf(tokens: readonly string[]): string[] {
  let [depth, isIn] = [0, false]
  const conditions: string[][] = []
  for (const token of tokens) {
    depth += token === '(' ? 1 : token === ')' ? -1 : 0
    const isTop = depth === 0
    if (isTop && CLAUSES.has(token)) isIn = false
    if (isIn) conditions.at(-1)?.push(token)
    if (isTop && (token === 'WHERE' || token === 'LIMIT')) {
      isIn = true
      conditions.push(token === 'LIMIT' ? [token] : [])
    }
  }
  return conditions.map((words) => conditionIn(['WHERE', ...words]).join(' '))
}

/** Beyond this many tokens, the statement is data. */
const MOST_TOKENS = 5000

function firstTokens(statement: string): string[] {
  const tokens: string[] = []
  for (const token of sqlTokens(statement)) {
    tokens.push(token)
    if (tokens.length === MOST_TOKENS) break
  }
  return tokens
}

function effectOn(shape: Statement): Partial<Effect> {
  switch (shape.kind) {
    case 'insert': {
      const evicts = shape.conflict === 'replace'
      const replaces = evicts || shape.updates.length > 0
      return { verb: 'insert', table: plain(shape.table), replaces, evicts }
    }
    case 'update': {
      const evicts = shape.conflict === 'replace'
      return { verb: 'update', table: plain(shape.table), replaces: evicts, evicts }
    }
    case 'delete':
      return { verb: 'delete', table: plain(shape.table) }
    case 'create-table':
      return shape.temporary ? {} : { verb: 'create', table: plain(shape.name) }
    case 'drop':
      return shape.object === 'table' ? { verb: 'drop', table: plain(shape.name) } : {}
    case 'rename-table':
      return { verb: 'rename', table: plain(shape.table), to: plain(shape.to) }
    case 'rename-column':
      return { verb: 'rename-column', table: plain(shape.table) }
    case 'add-column':
    case 'drop-column':
    case 'alter-column':
    case 'alter-constraint':
      return { table: plain(shape.table) }
    default:
      return {}
  }
}

const plain = ({ key }: Name): string => plainName(key)
