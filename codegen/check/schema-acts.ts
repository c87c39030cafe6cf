// What the statements of a step do to the schema, by name. Only what can be read: texts put together in code are not.
import { plainName } from '../../src/sql/names.js'
import { canonicalTokens, cutAtCommas, insideOf } from '../../src/schema/canonical-tokens.js'
import type { FoundStatement } from './rule.js'

/** One thing that a statement does. All names are in lower case, without quotes. */
export type SchemaAct = { readonly statement: FoundStatement } & (
  | { readonly kind: 'create' | 'drop'; readonly type: string; readonly name: string }
  | { readonly kind: 'rename-table'; readonly table: string; readonly to: string }
  | {
      readonly kind: 'rename-column'
      readonly table: string
      readonly column: string
      readonly to: string
    }
  | { readonly kind: 'drop-column'; readonly table: string; readonly column: string }
  /** Any other ALTER TABLE. */
  | { readonly kind: 'alter'; readonly table: string }
  /**
   * INSERT … SELECT from one table, joined with others or not: by column of the new table the column of the source that is
   * copied as it is, null for anything else.
   */
  | {
      readonly kind: 'copy'
      readonly from: string
      readonly to: string
      readonly columns: ReadonlyMap<string, string | null>
    }
)

/** What the statements do, in their order. Statements that do nothing to the schema have no act. */
export function schemaActs(statements: readonly FoundStatement[]): SchemaAct[] {
  return statements.flatMap((statement) => {
    const read = READERS[statement.head[0] ?? '']
    if (read === readCopy && !/\bselect\b/i.test(statement.text)) return []
    const act = read?.(canonicalTokens(statement.text))
    return act ? [{ ...act, statement }] : []
  })
}

/** An INSERT … SELECT, see `SchemaAct`. */
export type Copy = Omit<Extract<SchemaAct, { readonly kind: 'copy' }>, 'statement'>

/** The copy that a statement is; null where it is something else, or cannot be read. */
export function copyIn(sql: string): Copy | null {
  const tokens = canonicalTokens(sql)
  const act = /^(?:insert|replace)$/.test(tokens[0] ?? '') ? readCopy(tokens) : null
  return act?.kind === 'copy' ? act : null
}

type Act<T = SchemaAct> = T extends SchemaAct ? Omit<T, 'statement'> : never
type Reader = (tokens: readonly string[]) => Act | null

const READERS: Readonly<Record<string, Reader>> = {
  CREATE: readCreate,
  DROP: readDrop,
  ALTER: readAlter,
  INSERT: readCopy,
  REPLACE: readCopy,
}

const BEFORE_TYPE = new Set(['temp', 'temporary', 'unique', 'virtual'])

function readCreate(tokens: readonly string[]): Act | null {
  const at = BEFORE_TYPE.has(tokens[1] ?? '') ? 2 : 1
  const named = nameAt(tokens, at + (tokens[at + 1] === 'if' ? 4 : 1))
  return named && { kind: 'create', type: tokens[at] ?? '', name: named.name }
}

function readDrop(tokens: readonly string[]): Act | null {
  const named = nameAt(tokens, tokens[2] === 'if' ? 4 : 2)
  return named && { kind: 'drop', type: tokens[1] ?? '', name: named.name }
}

function readAlter(tokens: readonly string[]): Act | null {
  const named = nameAt(tokens, 2)
  if (!named) return null
  const table = named.name
  const [verb, ...words] = tokens.slice(named.next)
  const [first = '', second = '', third = ''] = words[0] === 'column' ? words.slice(1) : words
  if (verb === 'rename' && first === 'to')
    return { kind: 'rename-table', table, to: plainName(second) }
  if (verb === 'rename')
    return { kind: 'rename-column', table, column: plainName(first), to: plainName(third) }
  if (verb === 'drop' && words[0] !== 'constraint')
    return { kind: 'drop-column', table, column: plainName(first) }
  return { kind: 'alter', table }
}

/** `INSERT INTO new (a, b) SELECT x, y FROM old …`. */
function readCopy(tokens: readonly string[]): Act | null {
  const target = nameAt(tokens, tokens.indexOf('into') + 1)
  if (!target || tokens[target.next] !== '(') return null
  const { inside, after } = insideOf(tokens, target.next)
  const from = topLevel(after, 'from')
  const source = after[0] === 'select' && from > 0 ? nameAt(after, from + 1) : null
  if (!source) return null
  const start = after[1] === 'distinct' || after[1] === 'all' ? 2 : 1
  const own = new Set([source.name, aliasAt(after, source.next)])
  const values = cutAtCommas(after.slice(start, from)).map((value) => plainColumn(value, own))
  const columns = cutAtCommas(inside).map(([name = ''], at) => {
    return [plainName(name), values[at] ?? null] as const
  })
  return { kind: 'copy', from: source.name, to: target.name, columns: new Map(columns) }
}

/** What the source is called in its own statement: `FROM users u`, `FROM users AS u`; '' when it has no such name. */
function aliasAt(tokens: readonly string[], at: number): string {
  const [first = '', second = ''] = tokens.slice(at)
  const alias = first === 'as' ? second : first
  return /^[a-z_"\x80-\uffff]/.test(alias) && !AFTER_SOURCE.has(alias) ? plainName(alias) : ''
}

const AFTER_SOURCE = new Set(
  ['where', 'join', 'left', 'right', 'full', 'inner', 'outer', 'cross', 'natural', 'on', 'using']
    .concat(['group', 'order', 'limit', 'having', 'window', 'indexed', 'not', 'returning'])
    .concat(['union', 'except', 'intersect']),
)

/** The column of the source that an expression is: `a`, `t.a`, `a AS b`; null for anything else. */
function plainColumn(expression: readonly string[], source: ReadonlySet<string>): string | null {
  const as = expression.indexOf('as')
  const value = as < 0 ? expression : expression.slice(0, as)
  const [first = '', dot, second = ''] = value
  const isOwn = value.length === 3 && dot === '.' && source.has(plainName(first))
  const name = value.length === 1 ? first : isOwn ? second : ''
  return /^[a-z_"\x80-\uffff]/.test(name) && !CONSTANTS.has(name) ? plainName(name) : null
}

const CONSTANTS = new Set(
  ['null', 'true', 'false'].concat(['current_date', 'current_time', 'current_timestamp']),
)

function topLevel(tokens: readonly string[], word: string): number {
  let depth = 0
  return tokens.findIndex((token) => {
    if (token === '(') depth += 1
    if (token === ')') depth -= 1
    return depth === 0 && token === word
  })
}

/** The name at a place, without the schema before it, and where the statement goes on. */
function nameAt(
  tokens: readonly string[],
  at: number,
): { readonly name: string; readonly next: number } | null {
  const qualified = tokens[at + 1] === '.'
  const name = tokens[qualified ? at + 2 : at]
  return name === undefined ? null : { name: plainName(name), next: at + (qualified ? 3 : 1) }
}
