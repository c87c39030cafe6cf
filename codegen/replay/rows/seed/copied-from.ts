// Finds columns that a side may have copied elsewhere, so that a later version may drop them. Pure.
import { foldCase, plainName } from '../../../../src/sql/names.js'
import { namesIn } from '../../../sql/names-in.js'
import { columnOf } from '../../../sql/read-select.js'
import { tableNamed } from '../fill/table-graph.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { isFilling, isQuery, nameBehind, sets, type Effect } from '../watch/statement-effect.js'
import { withViews } from '../watch/views-read.js'
import { isCode } from '../../sides/is-code.js'

/** Columns of a table that a version read in order to write. Names are in lower case. */
export interface CopiedFrom {
  readonly version: number
  readonly table: string
  readonly columns: readonly string[]
  /** Those that it does not assign, and that may decide what it copies. */
  readonly asked: readonly string[]
}

/** Only tables that existed before, by the names they had then. Reading a table to rebuild it does not count. */
export function copiedFrom(side: ObservedSide): CopiedFrom[] {
  const { version } = side.entry
  const effects = withViews(side.effects, side.before)
  const writing = effects.filter((one) => isFilling(one) || one.verb === 'update')
  if (writing.length === 0) return []
  // Code may write what it has read without naming its source.
  const reading = isCode(side) ? [...writing, ...effects.filter(isQuery)] : writing
  const found = new Map<string, Set<string>>()
  const asked = new Map<string, Set<string>>()
  for (const effect of reading) {
    const later = side.effects.slice(effects.indexOf(effect) + 1)
    const words = new Set(effect.tokens.flatMap((token) => [...namesIn(token)]))
    for (const name of words) {
      const table = tableNamed(side.before, name)
      const isHeir = isFilling(effect) && nameBehind(later, effect.table) === name
      if (!table || isHeir || isOnlyFilled(effect, name)) continue
      const columns = table.columns.map((one) => foldCase(one.name))
      const read = columns.filter((one) => isReadBy(effect, one))
      const others = read.filter((one) => !sets(effect, one) && !isHandedOn(effect, one))
      found.set(name, new Set([...(found.get(name) ?? []), ...read]))
      asked.set(name, new Set([...(asked.get(name) ?? []), ...others]))
    }
  }
  return [...found].flatMap(([table, columns]) =>
    columns.size > 0
      ? [{ version, table, columns: [...columns], asked: [...(asked.get(table) ?? [])] }]
      : [],
  )
}

/** Whether the statement only writes to the table. */
const isOnlyFilled = ({ verb, table, tokens }: Effect, source: string): boolean =>
  verb === 'insert' &&
  table === source &&
  tokens.filter((token) => plainName(token) === source).length === 1

/** `SELECT *` and `p.*`, but neither a multiplication nor `count(*)`. */
const takesWhole = (tokens: readonly string[]): boolean =>
  tokens.some(
    (token, at) => token === '*' && /^(?:SELECT|DISTINCT|ALL|,|\.)$/.test(tokens[at - 1] ?? ''),
  )

/** Whether a copy takes the column as it is, and asks for nothing by it. */
function isHandedOn({ shape, tokens }: Effect, column: string): boolean {
  if (!('selects' in shape)) return false
  const items = shape.selects.flatMap((one) => one.items)
  const plain = items.filter((item) => plainName(columnOf(item)?.column.text ?? '') === column)
  const targets = shape.kind === 'insert' ? (shape.columns ?? []) : []
  const own = targets.filter(({ key }) => plainName(key) === column)
  const named = tokens.filter((token) => plainName(token) === column)
  return named.length === plain.length + own.length
}

/** Assigned columns are not read. */
function isReadBy(effect: Effect, column: string): boolean {
  const { tokens } = effect
  const isSet = sets(effect, column)
  const named = tokens.filter((token) => [...namesIn(token)].includes(column))
  return takesWhole(tokens) || named.length > (isSet ? 1 : 0)
}
