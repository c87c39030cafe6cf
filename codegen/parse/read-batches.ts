// Reads `batches`: walks over rows that a migration declares as data, with a statement or a function for each batch.
import type { Node } from 'ts-morph'
import { splitStatements, tokensOf } from '../../src/sql/split-statements.js'
import { isSameName, plainName } from '../../src/sql/names.js'
import type { Position } from '../model/diagnostic.js'
import type { BatchWalk } from '../model/migration.js'
import { mentions } from '../sql/names-in.js'
import { readStatement } from '../sql/read-statement.js'
import { constant, isText, items, membersOf, namedAt } from './declared-data.js'
import { batchesInvalid, wrongType } from './form-problems.js'
import { readSide } from './read-side.js'
import type { Reader } from './reader.js'
import type { Constant, Members } from './values.js'

/** The walks in a member. Null after reporting what cannot be read. */
export function readBatches(member: Node, reader: Reader): readonly BatchWalk[] | null {
  const before = reader.problems.length
  const walks = items('batches', member, reader).map((item) => readWalk(item, reader))
  if (walks.length === 0 && reader.problems.length === before)
    reader.report(wrongType(reader.place(member), 'batches', 'a list of one walk or more'))
  return reader.problems.length > before ? null : walks.filter((walk) => walk !== null)
}

const KEYS = new Set(['query', 'by', 'size', 'update', 'each'])

function readWalk(node: Node, reader: Reader): BatchWalk | null {
  const members = membersOf('batches', node, reader)
  if (members === null) return null
  const refuse = (at: Position, why: string): null => reader.report(batchesInvalid(at, why))
  const place = reader.place(node)
  for (const [key, member] of members)
    if (!KEYS.has(key)) refuse(reader.place(namedAt(member)), `\`${key}\` means nothing in it`)
  const said = <T extends Constant>(
    key: string,
    is: (value: Constant) => value is T,
    expected: string,
  ) => {
    const member = members.get(key)
    return member ? constant({ name: key, is, expected }, member, reader)[0] : undefined
  }
  const [query, by] = [said('query', isText, 'a text'), said('by', isText, 'a text')]
  const update = said('update', isText, 'a text')
  said('size', isCount, 'a positive integer')
  const each = members.has('each') ? readSide('each', members.get('each'), reader) : null
  const missing = missingIn(members)
  if (missing !== null) return refuse(place, missing)
  if (each && (each.kind !== 'code' || each.async))
    return refuse(
      each.position,
      each.kind === 'code'
        ? '`each` is async, and the work on a batch has to be done when it returns'
        : '`each` is not a function',
    )
  if (!query || !by) return null
  const walk = { query, by, update: update ?? null, each, size: members.get('size') ?? null }
  const wrong = wrongIn(walk)
  return wrong ? refuse(...wrong) : walk
}

function missingIn(members: Members): string | null {
  if (!members.has('query') || !members.has('by')) return 'it lacks `query` or `by`'
  return members.has('update') === members.has('each') ? 'it needs either `update` or `each`' : null
}

const isCount = (value: Constant): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value > 0

function wrongIn({ query, by, update }: BatchWalk): [Position, string] | null {
  if (!/^(?:SELECT|WITH)\b/i.test(onlyOne(query.value)))
    return [query.position, '`query` has to be one SELECT']
  const clause = clauseOf(query.value)
  if (clause) return [query.position, clause]
  const [open] = openNames(query.value)
  if (open !== undefined) return [query.position, `in \`query\`, \`${open}\` has no value`]
  if (!update) return null
  const why = wrongWith(update.value, query.value, by.value)
  return why === null ? null : [update.position, why]
}

/** The first ORDER BY, LIMIT, DISTINCT or GROUP BY of the query itself; those of a subquery only choose its rows. */
function clauseOf(query: string): string | null {
  let [depth, before] = [0, '']
  for (const { text } of tokensOf(query)) {
    depth += text === '(' ? 1 : text === ')' ? -1 : 0
    if (depth === 0 && /^select distinct$/i.test(`${before} ${text}`))
      return '`query` has DISTINCT, through which SQLite cannot find a row by its key; each row comes once without it, because `by` is a key'
    if (depth === 0 && /^group$/i.test(text))
      return '`query` has GROUP BY, and a batch is of rows of a table; choose them in its condition, as in `id IN (SELECT min(id) FROM … GROUP BY …)`'
    if (depth === 0 && /^order$/i.test(text))
      return '`query` has ORDER BY, but its rows come in the order of `by`'
    if (depth === 0 && /^limit$/i.test(text))
      return '`query` has LIMIT, but the step works on all its rows, of which a batch has at most `size`'
    before = text
  }
  return null
}

/** The text if it is exactly one statement; otherwise empty. */
function onlyOne(text: string): string {
  const [first, ...others] = splitStatements(text)
  return others.length === 0 && first ? first.text : ''
}

function wrongWith(update: string, query: string, by: string): string | null {
  const shape = readStatement(onlyOne(update))
  if (!['update', 'insert', 'delete'].includes(shape.kind))
    return '`update` must be one statement that changes rows'
  const named = openNames(update)
  const missing = ['from', 'to'].filter((name) => !named.includes(name))
  if (missing.length > 0)
    return `\`update\` does not use \`:${missing.join('` and `:')}\`, so each batch would change more than its own rows`
  const other = named.find((name) => name !== 'from' && name !== 'to')
  if (other !== undefined) return `in \`update\`, \`${other}\` has no value`
  const isMoved =
    shape.kind === 'update' &&
    mentions(query, plainName(shape.table.key)) &&
    shape.columns.some(({ key }) => isSameName(plainName(key), by))
  return isMoved ? `\`update\` changes ${by}, by which the batches follow each other` : null
}

/** The parameters of a statement: `from` for `:from`, and all other kinds as written. */
function openNames(sql: string): string[] {
  const tokens = [...tokensOf(sql)]
  return tokens.flatMap(({ text, start }, index) => {
    const next = tokens[index + 1]
    const name = next && next.start === start + 1 ? next.text : ''
    if (text === ':') return [name]
    return /^[?@$]/.test(text) ? [`${text}${text.length === 1 ? name : ''}`] : []
  })
}
