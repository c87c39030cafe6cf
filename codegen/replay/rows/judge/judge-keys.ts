// Judges rows that lost their parent in a side.
import { orElse } from '../../../../src/model/or-else.js'
import type { CatalogTable } from '../../../model/catalog.js'
import type { ForeignKeyBroken } from '../../../model/evidence.js'
import type { ObservedSide } from '../watch/observed-run.js'
import type { Connection } from '../fill/connection.js'
import type { Effect } from '../watch/statement-effect.js'
import type { TablesNow } from '../watch/tables-now.js'
import { tableNamed } from '../fill/table-graph.js'
import { orphanCause, type Orphans } from './orphan-cause.js'
import { foldCase, isSameName } from '../../../../src/sql/names.js'

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
        .map(({ table, orphans, more: rows }) => {
          const { parent, columns } = orphans
          const at = orphanCause(connection, side, table, orphans)
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
  return orElse(() => {
    const rows = connection.all(
      'SELECT fkid, count(*) FROM unshadowed.pragma_foreign_key_check(?) GROUP BY fkid',
      name,
    )
    return rows.flatMap(([id = 0, count = 0]) => {
      // SQLite numbers foreign keys from the last one.
      const key = foreignKeys[foreignKeys.length - 1 - Number(id)]
      return key ? [{ ...key, rows: Number(count) }] : []
    })
  }, [])
}
