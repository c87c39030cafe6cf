// Converts the SQL that SQLite stores for an object into its canonical form.
import { canonicalTokens, joinTokens } from '../sql/canonical-tokens.js'
import type { Canonical, ObjectType } from './schema.js'
import { tableShape } from './table-shape.js'

/**
 * Reads one statement of `sqlite_master`. Never throws; what cannot be parsed is compared token by token. Two limits: column
 * names that differ only in case mean the same, and text in double quotes, which some builds of SQLite allow, is taken for a
 * name.
 */
export function canonical(type: ObjectType, sql: string): Canonical {
  const tokens = canonicalTokens(sql)
  const body = afterName(type, tokens)
  if (type === 'table') return canonicalTable(tokens, body)
  const text = joinTokens([...(tokens[1] === 'unique' ? ['unique'] : []), ...body])
  if (type === 'index') return { text, meaning: text.replace(/(?<![(,]) asc(?=[,)])/g, '') }
  return { text, meaning: type === 'trigger' ? triggerMeaning(body) : text }
}

/** What follows the object's name; the name itself is its identity, and is compared separately. */
function afterName(type: ObjectType, tokens: readonly string[]): readonly string[] {
  const first = tokens.indexOf(type) + 1
  // SQLite strips this; a schema written by hand may have it.
  const isGuarded = tokens.slice(first, first + 3).join(' ') === 'if not exists'
  const at = isGuarded ? first + 3 : first
  return tokens.slice(at + (tokens[at + 1] === '.' ? 3 : 1))
}

function canonicalTable(tokens: readonly string[], body: readonly string[]): Canonical {
  if (tokens[1] === 'virtual') {
    const text = joinTokens(['virtual', ...body])
    return { text, meaning: text }
  }
  const text = joinTokens(body)
  const shape = tableShape(body)
  if (!shape) return { text, meaning: text }
  const columns = shape.columns.map((column) => column.text)
  return { text, meaning: [...columns, '', ...shape.constraints].join('\n'), shape }
}

/** Triggers are FOR EACH ROW, whether stated or not, and BEFORE unless stated otherwise. */
function triggerMeaning(body: readonly string[]): string {
  const [time = ''] = body
  const begin = body.indexOf('begin')
  const head = joinTokens(body.slice(0, begin)).replace(' for each row', '')
  const timed = ['before', 'after', 'instead'].includes(time) ? head : `before ${head}`
  return `${timed} ${joinTokens(body.slice(begin))}`
}

/** The module of a virtual table and its arguments; undefined for other tables. */
export function virtualModule(sql: string): string | undefined {
  if (!/^create\s+virtual/i.test(sql)) return undefined
  const tokens = canonicalTokens(sql)
  return tokens[tokens.indexOf('using') + 1]
}

/** The event that fires a trigger: `insert`, `delete`, or `update` with its columns. */
export function triggerEvent({ meaning }: Pick<Canonical, 'meaning'>): {
  readonly event: string
  readonly columns: readonly string[]
} {
  const tokens = canonicalTokens(meaning)
  const at = tokens[0] === 'instead' ? 2 : 1
  const of = tokens[at + 1] === 'of' ? tokens.slice(at + 2, tokens.indexOf('on', at)) : []
  return { event: tokens[at] ?? '', columns: of.filter((token) => token !== ',') }
}
