// Judges rows that lost their parent in a side.
import type { CatalogTable } from '../../../model/catalog.js'
import type { ForeignKeyBroken, StepPlace } from '../../../model/evidence.js'
import { wholeSide } from '../../sides/whole-side.js'
import type { ObservedSide } from '../watch/observed-run.js'
import type { Connection } from '../fill/connection.js'
import { heirsAfter } from './heirs.js'
import { rebuildOf } from './rebuild.js'
import { conditionIn, type Effect } from '../watch/statement-effect.js'
import type { TablesNow } from '../watch/tables-now.js'
import { tableNamed } from '../fill/table-graph.js'
import { foldCase, isSameName, plainName } from '../../../../src/sql/names.js'

/** How many rows of a table lack the parent of one of its foreign keys. */
interface Orphans {
  readonly parent: string
  readonly columns: readonly string[]
  readonly parentColumns: readonly string[]
  readonly rows: number
}

/** Counts orphans from side to side. */
export interface KeyCounts {
  /** The foreign keys with more orphans than before. */
  judge(side: ObservedSide, now: TablesNow): KeyVerdict
  /** To be called after rows may have been removed between sides: orphans of that moment no longer count. */
  recount(tables: readonly CatalogTable[]): void
  memory(): KeyMemory
}

/** The current orphans, by foreign key. */
export type KeyMemory = readonly (readonly [key: string, rows: number])[]

/** The findings, and a function that accepts the state as known, for a side whose work stays. */
export interface KeyVerdict {
  readonly facts: readonly ForeignKeyBroken[]
  settle(): void
}

/** Starts with a database that has no orphans except those remembered. */
export function keyCounts(connection: Connection, memory: KeyMemory = []): KeyCounts {
  const known = new Map(memory)
  const count = (tables: readonly CatalogTable[]) =>
    tables.flatMap((table) =>
      orphansIn(connection, table).map((orphans) => {
        const key = foldCase(JSON.stringify([table.name, orphans.parent, orphans.columns]))
        return { table, key, orphans, more: orphans.rows - (known.get(key) ?? 0) }
      }),
    )
  return {
    memory: () => [...known],
    recount(tables) {
      if (known.size === 0) return
      known.clear()
      for (const { key, orphans } of count(tables)) known.set(key, orphans.rows)
    },
    judge(side, now) {
      const counted = count(suspectTables(side, now))
      const facts = counted
        .filter(({ more, table, orphans }) => more > 0 && !wasDangling(side, table, orphans))
        .map(({ table, orphans: { parent, columns, parentColumns }, more: rows }) => {
          const at = causeOf(side, table, { parent, columns: [...columns, ...parentColumns] })
          const kind = 'foreign-key-broken' as const
          return { kind, at, table: table.name, columns, parent, rows, message: null }
        })
      return {
        facts,
        settle: () => counted.forEach(({ key, orphans }) => known.set(key, orphans.rows)),
      }
    },
  }
}

/** Whether the foreign key referenced a missing table before, which was reported: existing rows could have no parent. */
const wasDangling = ({ before }: ObservedSide, { name }: CatalogTable, { columns }: Orphans) =>
  tableNamed(before, foldCase(name))?.foreignKeys.some(
    (key) =>
      !tableNamed(before, foldCase(key.parent)) &&
      isSameName(key.columns.join('\n'), columns.join('\n')),
  ) === true

/** The tables that were touched, and those that reference one. */
const suspectTables = ({ effects }: ObservedSide, now: TablesNow): CatalogTable[] =>
  effects.every(isHarmless)
    ? []
    : [...now().values()].filter((table) => table.foreignKeys.length > 0)

/** Whether it changes neither rows nor foreign keys of tables with rows. */
const isHarmless = ({ verb, tokens }: Effect): boolean =>
  verb === 'rename-column' ||
  (verb === 'create' && !tokens.includes('SELECT')) ||
  (verb === 'other' && tokens[0] !== 'ALTER')

/** Empty if SQLite cannot check: a foreign key to columns that are not unique is found without rows as well. */
function orphansIn(connection: Connection, { name, foreignKeys }: CatalogTable): Orphans[] {
  try {
    const rows = connection.all(
      'SELECT fkid, count(*) FROM unshadowed.pragma_foreign_key_check(?) GROUP BY fkid',
      name,
    )
    return rows.flatMap(([id = 0, count = 0]) => {
      // SQLite numbers foreign keys from the last one.
      const key = foreignKeys[foreignKeys.length - 1 - Number(id)]
      return key ? [{ ...key, rows: Number(count) }] : []
    })
  } catch {
    return []
  }
}

/** The last statement that removed parents, or wrote child rows; an UPDATE of other columns does neither. */
function causeOf(
  side: ObservedSide,
  { name }: CatalogTable,
  { parent, columns }: Pick<Orphans, 'parent' | 'columns'>,
): StepPlace {
  const { entry, direction } = side
  const keys = new Set([...columns, 'rowid'].map(foldCase))
  const effects = side.effects.filter(
    ({ shape }) =>
      shape.kind !== 'update' ||
      shape.columns.some(({ key }) => keys.has(foldCase(plainName(key)))),
  )
  const about = (names: readonly string[], verbs: readonly Effect['verb'][]): Effect | undefined =>
    effects.findLast(({ table, to, verb }) => {
      return verbs.includes(verb) && (names.includes(table) || names.includes(to))
    })
  const [child, other] = [foldCase(name), foldCase(parent)]
  const heir = heirsAfter(side)(other)
  const copy = rebuildOf(heir)?.copy
  // A copy of all rows leaves it to a DELETE behind it which are removed.
  const removal = heir.heirs.findLast((one) => one.verb === 'delete' && effects.includes(one))
  const found =
    about([other], ['delete', 'update']) ??
    (copy && removal && conditionIn(copy.tokens).length === 0 ? removal : copy) ??
    // Of a table that the side makes, nothing went with a DROP … IF EXISTS before.
    (tableNamed(side.before, other) && about([other], ['drop', 'rename'])) ??
    rebuildOf(heirsAfter(side)(child))?.copy ??
    about([child], ['insert', 'update', 'rename', 'other']) ??
    about([other], ['insert'])
  return found?.place ?? wholeSide(entry.version, direction)
}
