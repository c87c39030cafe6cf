// The database that carries rows through a history: its schema, its rows, its keys.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { Exclusions } from '../../../src/schema/not-ours.js'
import type { Catalog } from '../../model/catalog.js'
import type { Fact, RanStatements, Unseeded } from '../../model/evidence.js'
import type { HistoryRun } from '../sides/history-run.js'
import { reachOfHalf } from '../sides/half-reach.js'
import {
  catalogChanges,
  catalogReader,
  type CatalogLook,
  type ChangeSince,
} from '../catalog/read-catalog.js'
import { ranBy } from '../sides/ran-by.js'
import { withinReach } from '../sides/beyond-reach.js'
import { handedRun, type HandedRun } from '../sides/handed-calls.js'
import { runHalf, runHalfWithin, type HalfFailure } from '../sides/run-half.js'
import { withForeignKeysOf } from '../sides/replay-line.js'
import {
  observedRun,
  type ObservedSide,
  type ObservedRun,
  type Half,
} from './watch/observed-run.js'
import { comparedLiterals, literalsOf } from './seed/compared-literals.js'
import { connectionTo, undoing, type Connection } from './fill/connection.js'
import { judgeSide } from './judge/judge-side.js'
import { keysMadeBy } from './judge/keys-made-by.js'
import { copyPairs } from './seed/copy-sources.js'
import { keyCounts, type KeyCounts } from './judge/judge-keys.js'
import type { Knowledge } from './fill/knowledge.js'
import type { RowImage } from './row-images.js'
import { seeder, type Seeder } from './seed/seeder.js'
import type { TableMerge } from './seed/table-merges.js'
import type { Effect } from './watch/statement-effect.js'
import { tablesNow, type TablesNow } from './watch/tables-now.js'
import { tableGraphOf, type TableGraph } from './fill/table-graph.js'

/** What became of a half: it failed, or what there is to say about the rows. */
export interface Outcome {
  readonly failure: HalfFailure | null
  readonly facts: readonly Fact[]
  readonly attended: ObservedSide
}

/** A database with rows under replay. */
export interface Prover {
  readonly connection: Connection
  /** The schema as it is now. */
  situation(): TableGraph
  /** Runs a half for good and says what became of the rows; with `carry`, says nothing. */
  run(half: Half, purpose: 'prove' | 'carry'): Outcome
  /**
   * Runs a half after `prepare`, says what became of the rows, or of what else `judge` looks at, and takes everything back. Not
   * for halves outside transactions.
   */
  tryOut(half: Half, prepare?: () => void, judge?: Judge): Outcome
  /** Runs a half of code, takes everything back, and answers what it ran. Not for halves outside transactions. */
  rehearse(half: Half): HandedRun
  /** What the half ran with the handle that was the last to run. */
  handed(): HandedRun
  /** What the half ran that was the last to run. */
  ran(half: Half): RanStatements
  /** Gives tables rows that a half of SQL, which is about to run, looks for. */
  anticipate(half: Half): void
  /** The same for good only in `tryOut`, of what a half was seen to do; null where it replaces no table by a filtered copy. */
  rowsSought(seen: readonly Effect[]): (() => void) | null
  /** The tables that a half which does that puts into one; `before` is the schema as the half found it. */
  merges(effects: readonly Effect[], before: TableGraph): TableMerge[]
  /** Gives them rows with the same numbers; in `tryOut`. */
  shareKeys(merges: readonly TableMerge[]): void
  /** Fills what the half has left to fill, and what waits; with `apart`, no row points at rows that the half has made. */
  fill(after: ObservedSide, how?: 'apart'): Unseeded[]
  /** Told of tables, in lower case, that rows were taken out of: the next filling brings such rows back. */
  miss(tables: ReadonlySet<string>): void
  memory(): ProverMemory
  close(): void
}

/** Looks at what a half has left behind. */
type Judge = (seen: { readonly half: ObservedSide; readonly now: TablesNow }) => readonly Fact[]

/** What a prover knows, and its database. */
export type ProverMemory = Pick<RowImage, 'database' | 'seeder' | 'keys'>

/** Takes a fresh database over, or one with the database of a memory. */
export function prover(
  handle: Database,
  run: HistoryRun,
  knowledge: Knowledge,
  memory?: ProverMemory,
): Prover {
  const connection = connectionTo(handle)
  const { line, attend } = observedRun(connection, run, memory ? 'ready' : 'fresh')
  const reader = situationReader(connection, run)
  const { situation } = reader
  const keys = keyCounts(connection, memory?.keys)
  const seeding = seeder(connection, run.seeds, knowledge, memory?.seeder)
  const stage: Stage = { connection, line, attend, ...reader, keys, copied: seeding.copied }
  return {
    connection,
    situation,
    run: (half, purpose) => runForGood(stage, half, purpose),
    tryOut: (half, prepare, judge) => tryOut(stage, half, prepare, judge),
    rehearse: (half) => rehearse(stage, half),
    handed: () => handedRun(line.handed.calls),
    ran: (half) => ranBy({ ...half, line }),
    fill(after, how) {
      const avoid = how === 'apart' ? keysMadeBy(connection, after) : null
      const now = situation()
      const filling = { version: after.entry.version, avoid, kin: copyPairs(after, now) }
      return seeding.topUp(now, after.reached, filling)
    },
    anticipate: (half) => seeding.anticipate(situation(), comparedLiterals(half)),
    rowsSought: (seen) => rowsSought(seeding, situation, seen),
    merges: seeding.merges,
    shareKeys: (merges) => seeding.shareKeysOnTrial(situation(), merges),
    miss: seeding.miss,
    memory: () => ({
      database: handle.serialize(),
      seeder: seeding.memory(),
      keys: keys.memory(),
    }),
    close: () => handle.close(),
  }
}

function rowsSought(
  seeding: Seeder,
  situation: () => TableGraph,
  seen: readonly Effect[],
): (() => void) | null {
  const all = literalsOf(seen)
  const isReplaced = (name: string): boolean => all.get(name)?.replaced === true
  const literals = new Map([...all].filter(([, { beside }]) => [...beside].some(isReplaced)))
  return literals.size > 0 ? () => seeding.anticipateOnTrial(situation(), literals) : null
}

/** What running a half needs. */
interface Stage extends ObservedRun, SituationReader {
  readonly connection: Connection
  readonly keys: KeyCounts
  readonly copied: Seeder['copied']
}

function runForGood(stage: Stage, half: Half, purpose: 'prove' | 'carry'): Outcome {
  const act = (): HalfFailure | null => runHalf(stage.line, half.entry, half.direction)
  return looked(stage, half, act, (attended) => {
    stage.ran(half, stage.line.texts)
    const now = tablesNow(stage.connection, attended)
    const verdict = stage.keys.judge(attended, now)
    verdict.settle()
    if (purpose === 'carry') return []
    return [...judgeSide(stage.connection, attended, now, stage.copied), ...verdict.facts]
  })
}

function tryOut(
  stage: Stage,
  half: Half,
  prepare: () => void = () => {},
  judge: Judge = (seen) => judgeAll(stage, seen),
): Outcome {
  const act = (): HalfFailure | null => runHalfWithin(stage.line, half.entry, half.direction)
  return withForeignKeysOf(stage.line, half.entry, () =>
    undoing(stage.connection, () => {
      prepare()
      return looked(stage, half, act, (attended) =>
        judge({ half: attended, now: tablesNow(stage.connection, attended) }),
      )
    }),
  )
}

const judgeAll: (stage: Stage, seen: Parameters<Judge>[0]) => Fact[] = (
  { connection, keys, copied },
  { half, now },
) => [...judgeSide(connection, half, now, copied), ...keys.judge(half, now).facts]

function rehearse({ line, connection }: Stage, half: Half): HandedRun {
  return withForeignKeysOf(line, half.entry, () =>
    undoing(connection, () => {
      const failure = runHalfWithin(line, half.entry, half.direction)
      return handedRun(line.handed.calls, failure?.message ?? null)
    }),
  )
}

function looked(
  { attend, situation }: Stage,
  half: Half,
  act: () => HalfFailure | null,
  judge: (attended: ObservedSide) => readonly Fact[],
): Outcome {
  const attendance = attend(half, situation())
  const failure = act()
  const attended = attendance.end()
  if (failure) return { failure, attended, facts: [] }
  const facts = withinReach(judge(attended), attended.isBeyond)
  return { failure, attended, facts: attended.cut ? [attended.cut] : facts }
}

/** Reads the schema only when it has changed, and only as far as a half can have changed it. */
interface SituationReader {
  situation(): TableGraph
  /** Told that a half has run for good: nothing else has changed the schema since it was read. */
  ran(half: Half, texts: readonly string[]): void
}

function situationReader(connection: Connection, run: HistoryRun): SituationReader {
  const exclusions: Exclusions = { ledger: run.table, ignoreTables: run.ignoreTables }
  const reader = catalogReader(connection.handle, exclusions)
  let version: unknown
  let known: TableGraph | undefined
  let look: CatalogLook | undefined
  let since: ChangeSince | undefined
  return {
    situation() {
      const now = connection.single('PRAGMA schema_version')
      if (known && now === version) return known
      version = now
      look = reader.read(since)
      since = undefined
      if (known?.catalog === look.catalog) return known
      return (known = followed(known, look.catalog))
    },
    ran({ entry, direction }, texts) {
      // Such an edit leaves the number of the schema alone.
      if (texts.some((text) => /writable_schema|sqlite_(?:master|schema)/i.test(text)))
        version = null
      const { schema: by } = reachOfHalf(entry, direction)
      since = look && (by === 'adds' || by === 'removes') ? { from: look, by } : undefined
    },
  }
}

/** Without what led to the situation before, so that not all of the past is kept. */
function followed(known: TableGraph | undefined, catalog: Catalog): TableGraph {
  if (!known) return tableGraphOf(catalog)
  const { last: _, ...from } = known
  return tableGraphOf(catalog, { from, changes: catalogChanges(from.catalog, catalog) })
}
