// Follows the columns of one table through the statements of a side, as a name may stand for another column afterwards. Pure.
import { plainName } from '../../../../src/sql/names.js'
import type { Name } from '../../../sql/statement.js'
import type { Effect } from '../watch/statement-effect.js'
import type { Heir } from './heirs.js'

/** The columns of a table after the statements. Names are in lower case. */
export interface ColumnOrigins {
  /** The table's final name. */
  readonly table: string
  /** The former column behind a name; undefined for a new one. */
  of(column: string): string | undefined
  /** The statement that drops a former column. */
  dropOf(column: string): Effect | undefined
  /** The UPDATE, or the INSERT that restores rows, which fills a new column. */
  fillOf(column: string): Effect | undefined
}

/** Follows ALTER statements; not meant for rebuilt tables. */
export function columnOrigins(
  table: string,
  columns: readonly string[],
  effects: readonly Effect[],
): ColumnOrigins {
  const origins = new Map<string, string | undefined>(columns.map((name) => [name, name]))
  const drops = new Map<string, Effect>()
  const filled = new Map<string, Effect>()
  let now = table
  let isEmptied = false
  for (const effect of effects) {
    if (effect.table !== now) continue
    const { shape } = effect
    if (shape.kind === 'rename-table') now = effect.to
    isEmptied ||= shape.kind === 'delete' && !shape.limited
    for (const name of filledBy(effect, columns, isEmptied)) filled.set(name, effect)
    if (shape.kind === 'add-column') origins.set(plain(shape.column.name), undefined)
    if (shape.kind === 'rename-column') {
      origins.set(plain(shape.to), origins.get(plain(shape.column)))
      origins.delete(plain(shape.column))
      const fill = filled.get(plain(shape.column))
      filled.delete(plain(shape.column))
      if (fill) filled.set(plain(shape.to), fill)
    }
    if (shape.kind === 'drop-column') {
      const name = plain(shape.column)
      const origin = origins.get(name)
      if (origin !== undefined) drops.set(origin, effect)
      origins.delete(name)
      filled.delete(name)
    }
  }
  return {
    table: now,
    of: (column) => origins.get(column),
    dropOf: (column) => drops.get(column),
    fillOf: (column) => filled.get(column),
  }
}

/** The columns that a statement fills in existing rows, which includes an INSERT that restores rows after they were deleted. */
function filledBy(
  { shape, replaces }: Effect,
  columns: readonly string[],
  isEmptied: boolean,
): readonly string[] {
  if (shape.kind === 'update') return shape.columns.map(plain)
  if (shape.kind !== 'insert' || !(replaces || isEmptied)) return []
  return replaces ? columns : (shape.columns?.map(plain) ?? columns)
}

/** The names that stand for another column than before, or for none, after RENAME COLUMN in the table or its replacement. */
export function namesMoved({ effects }: Pick<Heir, 'effects'>): ReadonlySet<string> {
  const origins = new Map<string, string>()
  for (const { shape } of effects) {
    if (shape.kind !== 'rename-column') continue
    const [from, to] = [plain(shape.column), plain(shape.to)]
    origins.set(to, origins.get(from) ?? from)
    origins.delete(from)
  }
  return new Set([...origins].flatMap((names) => (names[0] === names[1] ? [] : names)))
}

const plain = ({ key }: Name): string => plainName(key)
