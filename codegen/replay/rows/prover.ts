// Holds the database that carries rows through a history: runs sides on it, fills its tables, and judges rows and keys.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { Fact, RanStatements, Unseeded } from '../../model/evidence.js'
import type { HistoryRun } from '../sides/history-run.js'
import { ranBy } from '../sides/ran-by.js'
import { attempt } from '../sides/attempt.js'
import { withinReach } from '../sides/beyond-reach.js'
import { handedRun, type HandedRun } from '../sides/handed-calls.js'
import { runSide, runSideWithin, type SideFailure } from '../sides/run-side.js'
import { withForeignKeysOf } from '../sides/replay-pass.js'
import { isPrepared, tryAgain, type Again } from './try-again.js'
import {
  observedRun,
  type ObservedSide,
  type ObservedRun,
  type StepSide,
} from './watch/observed-run.js'
import { literalsOf } from './seed/compared-literals.js'
import { pairsCompared } from './seed/compared-pairs.js'
import { deleteDescendants } from './fill/delete-rows.js'
import { connectionTo, undoing, type Connection } from './fill/connection.js'
import { judgeSide } from './judge/judge-side.js'
import { keysMadeBy } from './judge/keys-made-by.js'
import { cutKeys } from './seed/cut-keys.js'
import type { CopiedFrom } from './seed/copied-from.js'
import { copyingBy, NO_COPYING } from './seed/copying.js'
import { keyCounts, type KeyCounts, type KeyMemory } from './judge/judge-keys.js'
import type { Knowledge } from './fill/knowledge.js'
import { addOutliving } from './seed/outliving.js'
import { addRowsForLiterals } from './seed/rows-for-literals.js'
import { addUnreached } from './seed/unreached.js'
import { seeder, type Seeder } from './seed/seeder.js'
import type { SeederMemory, SeederState } from './seed/seeder-state.js'
import type { TableMerge } from './seed/table-merges.js'
import type { Effect } from './watch/statement-effect.js'
import { indexesLeft, refillIndexes } from './watch/external-indexes.js'
import { seenAfter, type Judge, type Seen } from './seen.js'
import { situationReader, type SituationReader } from './situation-reader.js'
import { uniqueNext } from './watch/unique-made.js'
import { tablesNow } from './watch/tables-now.js'
import { tableNamed, tablesOf, type TableGraph } from './fill/table-graph.js'
import { foldCase } from '../../../src/sql/names.js'

/** The outcome of a side: a failure, or findings about the rows. */
export interface Outcome {
  readonly failure: SideFailure | null
  readonly facts: readonly Fact[]
  readonly attended: ObservedSide
  /** Whether the rows for it could not be made, so that it did not run. */
  readonly isUntried?: true
}

/** A database with rows under replay. */
export interface Prover extends Pick<HistoryRun, 'failedTrials'> {
  readonly connection: Connection
  /** The current schema. */
  situation(): TableGraph
  /** Runs a side for good and returns findings about the rows; with `carry`, none. */
  run(side: StepSide, purpose: 'prove' | 'carry'): Outcome
  /**
   * Runs a side after `prepare`, returns findings about the rows, or those of `judge`, and rolls everything back. Not for sides outside
   * transactions.
   */
  tryOut(side: StepSide, prepare?: () => void, judge?: Judge): Outcome
  /** The same, but returns what `look` makes of what is seen; null if the side cannot run, or fails. */
  lookAfter<T>(side: StepSide, prepare: (() => void) | undefined, look: (seen: Seen) => T): T | null
  /**
   * Lets `work` run a side again and again on the rows that `prepare` makes, and rolls everything back; undefined if they cannot be made.
   * The runs are not observed.
   */
  tryAgain<T>(side: StepSide, prepare: () => void, work: (again: Again) => T): T | undefined
  /** Runs a side within `tryOut`, before the side that is tried. */
  runWithin(side: StepSide): void
  /** The statements that the last side to run executed through its handle. */
  handed(): HandedRun
  /** What the last side to run executed. */
  ran(side: StepSide): RanStatements
  /** Adds rows that a side, which is about to run, looks for. */
  anticipate(work: AddingRows): void
  /** The same for a side that has been observed, only within `tryOut`; null if there is nothing for it to find. */
  rowsSought(seen: readonly Effect[]): (() => void) | null
  /** Adds rows for a trial; within `tryOut`. */
  onTrial(work: AddingRows): void
  /** The UNIQUE indexes that the version after a side creates. */
  uniqueNext(side: StepSide): readonly Effect[]
  /** The tables that a side with these effects merges; `before` is the schema that the side found. */
  merges(effects: readonly Effect[], before: TableGraph): TableMerge[]
  /** What versions read from a table in order to write. */
  copiedFrom(table: string): readonly CopiedFrom[]
  /**
   * Fills tables after a side, or all tables before the first one, and those that wait; with `apart`, no row references rows that the side
   * made.
   */
  fill(after: ObservedSide | null, how?: 'apart'): Unseeded[]
  /** Marks tables, in lower case, from which rows were removed: the next filling replaces them. */
  miss(tables: ReadonlySet<string>): void
  memory(): ProverMemory
  close(): void
}

/** Adds rows to tables that were filled. */
type AddingRows = (state: SeederState, situation: TableGraph) => void

/** What a prover knows, and its database. */
export interface ProverMemory {
  /** The serialized database. */
  readonly database: Uint8Array
  readonly seeder: SeederMemory
  readonly keys: KeyMemory
}

/** Takes over a fresh database, or the database of a memory. */
export function prover(
  handle: Database,
  run: HistoryRun,
  knowledge: Knowledge,
  memory?: ProverMemory,
): Prover {
  const connection = connectionTo(handle)
  const { pass, attend } = observedRun(connection, run, memory ? 'ready' : 'fresh')
  const reader = situationReader(connection, run)
  const { situation } = reader
  const keys = keyCounts(connection, memory?.keys)
  const seeding = seeder(connection, run, knowledge, memory?.seeder)
  const stage: Stage = { connection, run, pass, attend, ...reader, keys }
  return {
    ...(run.failedTrials && { failedTrials: run.failedTrials }),
    connection,
    situation,
    run: (side, purpose) =>
      runForGood(stage, side, purpose, (parents) => {
        const lacking = deleteDescendants(connection, situation(), parents)
        seeding.miss(new Set([...lacking].filter((name) => !parents.has(name))))
      }),
    tryOut: (side, prepare, judge) => tryOut(stage, side, prepare, judge),
    lookAfter: (side, prepare, look) => lookAfter(stage, side, prepare, look),
    tryAgain: (side, prepare, work) => tryAgain(stage, side, prepare, work),
    runWithin: ({ entry, direction }) => void runSideWithin(pass, entry, direction),
    handed: () => handedRun(pass.handed.calls),
    ran: (side) => ranBy({ ...side, pass }),
    fill: (after, how) => fill(stage, seeding, after, how),
    anticipate: (work) => seeding.anticipate((state) => work(state, situation())),
    rowsSought: (seen) => rowsSought(seeding, situation, seen),
    onTrial: (work) => seeding.onTrial((state) => work(state, situation())),
    uniqueNext: ({ entry }) => uniqueNext(run.registry[entry.version]),
    merges: seeding.merges,
    copiedFrom: seeding.copiedFrom,
    miss: seeding.miss,
    memory: () => ({ database: handle.serialize(), seeder: seeding.memory(), keys: keys.memory() }),
    close: () => handle.close(),
  }
}

function fill(
  { connection, situation, keys }: Stage,
  seeding: Seeder,
  after: ObservedSide | null,
  how?: 'apart',
): Unseeded[] {
  const avoid = how === 'apart' && after ? keysMadeBy(connection, after) : null
  const now = situation()
  const tables = tablesOf(now)
  const reached = after?.reached ?? new Set(tables.map(({ name }) => foldCase(name)))
  const filling = { avoid, ...(after ? copyingBy(after, now) : NO_COPYING) }
  const unseeded = seeding.topUp(now, reached, filling)
  keys.recount(tables)
  return unseeded
}

function rowsSought(
  seeding: Seeder,
  situation: () => TableGraph,
  seen: readonly Effect[],
): (() => void) | null {
  const all = literalsOf(seen)
  const isReplaced = (name: string): boolean => all.get(name)?.replaced === true
  const comparesPairs = (name: string): boolean => {
    const table = tableNamed(situation(), name)
    return table !== undefined && seen.some((one) => pairsCompared(one, table).length > 0)
  }
  const literals = new Map(
    [...all].filter(
      ([name, looked]) =>
        looked.evictions.length + looked.deletes.length > 0 ||
        looked.voided.size > 0 ||
        looked.indexed.length > 0 ||
        looked.levelled.length > 0 ||
        cutKeys(situation(), name, looked).length > 0 ||
        [...looked.beside].some(isReplaced) ||
        comparesPairs(name) ||
        seen.some(({ shape, table }) => shape.kind === 'drop-column' && table === name),
    ),
  )
  const seek = (state: SeederState): void => {
    addRowsForLiterals(state, situation(), literals)
    addUnreached(state, situation(), seen)
    addOutliving(state, situation(), literals)
  }
  return literals.size > 0 ? () => seeding.onTrial(seek) : null
}

/** What running a side needs. */
interface Stage extends ObservedRun, SituationReader {
  readonly connection: Connection
  readonly run: HistoryRun
  readonly keys: KeyCounts
}

/** Rows that lose their parents are removed by `takeOut`, so that later steps do not meet them. */
function runForGood(
  stage: Stage,
  side: StepSide,
  purpose: 'prove' | 'carry',
  takeOut: (parents: ReadonlySet<string>) => void,
): Outcome {
  const act = (): SideFailure | null => runSide(stage.pass, side.entry, side.direction)
  return looked(stage, side, act, (attended) => {
    stage.ran(side, stage.pass.texts)
    const now = tablesNow(stage.connection, attended)
    const verdict = stage.keys.judge(attended, now)
    verdict.settle()
    const { connection } = stage
    const facts =
      purpose === 'carry'
        ? []
        : attempt(stage.run, side, () => judgeSide(connection, attended, now), [])
    const broken = new Set(verdict.facts.map(({ parent }) => foldCase(parent)))
    if (broken.size > 0) takeOut(broken)
    const left = indexesLeft(connection, attended, stage.run.registry.slice(side.entry.version))
    refillIndexes(connection, [...attended.indexes, ...left])
    return purpose === 'carry' ? [] : [...facts, ...verdict.facts]
  })
}

function tryOut(
  stage: Stage,
  side: StepSide,
  prepare: () => void = () => {},
  judge: Judge = (seen) => seen.usual(),
): Outcome {
  const act = (): SideFailure | null => runSideWithin(stage.pass, side.entry, side.direction)
  return withForeignKeysOf(stage.pass, side.entry, () =>
    undoing(stage.connection, () => {
      if (!isPrepared(stage.connection, prepare)) {
        const attended = stage.attend(side, stage.situation()).end()
        return { failure: null, facts: [], attended, isUntried: true }
      }
      return looked(stage, side, act, (attended) =>
        judge(
          seenAfter(stage.connection, attended, (now, table) => [
            ...judgeSide(stage.connection, attended, now, table),
            ...(table === undefined ? stage.keys.judge(attended, now).facts : []),
          ]),
        ),
      )
    }),
  )
}

function lookAfter<T>(
  stage: Stage,
  side: StepSide,
  prepare: (() => void) | undefined,
  look: (seen: Seen) => T,
): T | null {
  let found: T | null = null
  tryOut(stage, side, prepare, (seen) => {
    found = look(seen)
    return []
  })
  return found
}

function looked(
  { attend, situation }: Stage,
  side: StepSide,
  act: () => SideFailure | null,
  judge: (attended: ObservedSide) => readonly Fact[],
): Outcome {
  const attendance = attend(side, situation())
  const failure = act()
  const attended = attendance.end()
  if (failure) return { failure, attended, facts: [] }
  const facts = withinReach(judge(attended), attended.isBeyond)
  return { failure, attended, facts: attended.cut ? [attended.cut] : facts }
}
