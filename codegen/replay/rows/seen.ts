// Gathers what a trial can see after a side has run: the tables then, what became of those before, and the usual findings.
import type { Fact } from '../../model/evidence.js'
import { once } from '../../model/once.js'
import type { Connection } from './fill/connection.js'
import { endingsOf, imagesOf } from './judge/endings.js'
import type { Ending, Fate } from './judge/fate.js'
import type { Written } from './judge/written.js'
import { writtenBy } from './judge/written-tables.js'
import type { ObservedSide } from './watch/observed-run.js'
import type { TableImage } from './watch/table-image.js'
import { tablesNow, type TablesNow } from './watch/tables-now.js'
import { foldCase } from '../../../src/sql/names.js'

/** Judges the state after a side. */
export type Judge = (seen: Seen) => readonly Fact[]

/** A side that has run, and the tables after it. */
export interface Seen {
  readonly side: ObservedSide
  readonly now: TablesNow
  /** The image of a table, by its name in lower case. */
  imageNow(name: string): TableImage | null
  /** What became of the tables. */
  endings(): readonly Ending[]
  /** What became of one table; empty if it is gone. */
  fates(table: string): readonly Fate[]
  /** The tables that the side has written to. */
  written(): readonly Written[]
  /** The usual findings. */
  usual(): readonly Fact[]
  /** Those about one table, in lower case, which take less time. */
  usualOf(table: string): readonly Fact[]
}

/** Each part is read on first use; `judge` returns the usual findings, of one table if it is given. */
export function seenAfter(
  connection: Connection,
  side: ObservedSide,
  judge: (now: TablesNow, table?: string) => readonly Fact[],
): Seen {
  const now = tablesNow(connection, side)
  const imageNow = imagesOf(connection, now)
  const endings = once(() => endingsOf(side, imageNow))
  return {
    side,
    now,
    imageNow,
    endings,
    fates: (table) =>
      endings().filter((one): one is Fate => one.after !== null && one.name === foldCase(table)),
    written: once(() => writtenBy(connection, side, imageNow)),
    usual: once(() => judge(now)),
    usualOf: (table) => judge(now, table),
  }
}
