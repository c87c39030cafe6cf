// Runs a replay pass and observes its steps: the statements they run, where, and the rows before they change them.
import type { Entry } from '../../sides/step-side.js'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import type { Driver } from '../../../../src/database/driver.js'
import { perform } from '../../../../src/database/outcome.js'
import { writeLog } from '../../../../src/run/ledger/write-ledger.js'
import { sideOf } from '../../../../src/plan/scripts.js'
import { splitStatements } from '../../../../src/sql/split-statements.js'
import type { CatalogTable } from '../../../model/catalog.js'
import type { Direction, StepPlace, Unproven } from '../../../model/evidence.js'
import { wholeSide } from '../../sides/whole-side.js'
import { wasCut } from '../../../wall/withheld.js'
import { beyondReach, otherDatabases, type BeyondReach } from '../../sides/beyond-reach.js'
import { placesHere } from '../../../project/stack-places.js'
import { frameAmong } from '../../sides/frame-of.js'
import { tablesAbout } from '../../sides/joined-versions.js'
import type { HandedCall } from '../../sides/handed-calls.js'
import { replayPass, type ReplayPass } from '../../sides/replay-pass.js'
import type { HistoryRun } from '../../sides/history-run.js'
import type { Connection } from '../fill/connection.js'
import { deletionWatch, type DeletedRows } from './deleted-rows.js'
import { externalIndexes, noteIndexes, type NotedIndex } from './external-indexes.js'
import { concerning } from './concerning.js'
import { keyingTables } from './keyed-by-rowid.js'
import { dropsColumns, isHarmless } from './cannot-change-rows.js'
import { reachOf, tableNamed, tablesOf, type TableGraph } from '../fill/table-graph.js'
import { namesIn } from '../../../sql/names-in.js'
import { effectOf, type Effect } from './statement-effect.js'
import { ownsRows } from '../../../check/changes/emptied-indexes.js'
import { takeImage, type TableImage } from './table-image.js'
import { foldCase } from '../../../../src/sql/names.js'

/** One side of a migration, before it runs. */
export interface StepSide {
  readonly entry: Entry
  readonly direction: Direction
  /** For `down`, what was observed of the `up` before it. */
  readonly undoes?: ObservedSide
  /** A DELETE to skip, to see what the other statements do without it. */
  readonly without?: string
}

/** What was observed of a side that ran. */
export interface ObservedSide extends StepSide {
  readonly before: TableGraph
  /** Every table that it may have touched, as it was; by name in lower case. */
  readonly images: ReadonlyMap<string, TableImage>
  /** The tables that it may have touched, new ones included, and views with triggers; in lower case. */
  readonly reached: ReadonlySet<string>
  /** The tables that its texts name. */
  readonly named: ReadonlySet<string>
  readonly effects: readonly Effect[]
  /** The rows that its DELETEs removed, statement by statement. */
  readonly deleted: readonly DeletedRows[]
  /** The statements that code ran on its handle. */
  readonly calls: readonly HandedCall[]
  /** The full-text indexes over tables that it may have touched, as they were. */
  readonly indexes: readonly NotedIndex[]
  /** Full-text indexes and R-Trees with rows of their own that its texts name, as they were; by name in lower case. */
  readonly held: ReadonlyMap<string, TableImage>
  /** The tables about which nothing can be known, because other databases are involved. */
  readonly isBeyond: BeyondReach
  /** What was left untried for that reason, if it did not run to its end. */
  readonly cut: Unproven | null
}

/** A pass, and a way to observe its steps. */
export interface ObservedRun {
  readonly pass: ReplayPass
  /** Observes a side from here to `end`. */
  attend(side: StepSide, before: TableGraph): { end(): ObservedSide }
}

/** Prepares a database for observation: a fresh one, or one that was prepared before. */
export function observedRun(
  connection: Connection,
  run: HistoryRun,
  is: 'fresh' | 'ready',
): ObservedRun {
  const pass = replayPass(connection.handle, run, is)
  // The first line creates the log table: if a step that is rolled back did so, SQLite would reread its whole schema.
  if (is === 'fresh') perform('sync', writeLog(pass.env, 'rollback', null, null))
  let listener: ((text: string) => void) | null = null
  const see = (text: string): void => {
    pass.keys.see(text)
    listener?.(text)
  }
  const deletions = deletionWatch(connection)
  const driver = deletions.over(pass.env.driver as Driver<Database, 'sync'>)
  return {
    pass: {
      ...pass,
      around: deletions.around,
      env: { ...pass.env, driver },
      keys: { ...pass.keys, see },
    },
    attend(side, before) {
      const { hear, attended } = attendance(connection, side, before)
      const deleted = deletions.begin(before, declaredKeys(side.entry), side.without)
      listener = hear
      pass.handed.tell(hear)
      run.wall?.told()
      return {
        end() {
          listener = null
          pass.handed.tell(null)
          const told = run.wall?.told() ?? []
          const cut = wasCut(told) ? otherDatabases(side.entry.version, told) : null
          const calls = [...pass.handed.calls.all]
          return { ...attended(), calls, deleted: deleted(), isBeyond: beyondReach(told), cut }
        },
      }
    },
  }
}

/** Whether foreign keys may be enforced while the side runs: code outside a transaction may switch them on. */
export const keysMayAct = ({ foreignKeys, transaction }: Entry): boolean =>
  foreignKeys === 'enforce' || transaction === false

/** Whether they are enforced because the migration says so. */
const declaredKeys = ({ foreignKeys }: Entry): 'cascades' | 'still' =>
  foreignKeys === 'enforce' ? 'cascades' : 'still'

interface StepHooks {
  hear(text: string): void
  attended(): Omit<ObservedSide, 'calls' | 'deleted' | 'isBeyond' | 'cut'>
}

/** Statements are reported before they run, in time to record the tables that they can touch. */
function attendance(connection: Connection, side: StepSide, before: TableGraph): StepHooks {
  const images = new Map<string, TableImage>()
  const held = new Map<string, TableImage>()
  const reached = new Set<string>()
  const named = new Set<string>()
  const effects = scriptEffects(side)
  const fromCode = effects.length === 0
  const isContracting = side.direction === 'up' && dropsColumns(effects)
  const harmless = !fromCode && isHarmless(effects) && !isContracting
  const heard = new Set<string>()
  const looker = lookerOn(connection)
  const keys = keysMayAct(side.entry) ? 'cascades' : 'still'
  const indexes = indexesNear(connection, side, before, effects)
  return {
    hear(text) {
      if (looker.isLooking() || heard.has(text)) return
      heard.add(text)
      const words = [...namesIn(text)]
      for (const word of words) named.add(word)
      hold(held, indexesIn(words, before), looker)
      for (const name of reachOf(
        [...words, ...countedIn(words, before), ...packedBy(words, before)],
        before,
        keys,
      ).reached) {
        if (reached.has(name)) continue
        reached.add(name)
        const table = harmless ? undefined : tableNamed(before, name)
        const image = table && looker.look(table)
        if (image) images.set(name, image)
      }
      if (fromCode) effects.push(...codeEffects(side, text))
    },
    attended() {
      const own = { before, images, held, reached, named, indexes }
      return { ...side, ...own, effects: lookedAt(side, effects) }
    },
  }
}

/** The virtual tables with rows of their own. */
const indexesIn = (words: readonly string[], { catalog }: TableGraph): CatalogTable[] =>
  words.flatMap((word) => {
    const index = catalog.get(`table ${word}`)
    return index?.type === 'table' && ownsRows(index) ? [index] : []
  })

/** Records images of tables, and knows whether it is doing so. */
function lookerOn(connection: Connection) {
  let isLooking = false
  return {
    isLooking: () => isLooking,
    look(table: CatalogTable): TableImage | null {
      isLooking = true
      const image = takeImage(connection, table)
      isLooking = false
      return image
    },
  }
}

/** Keeps the first image of each. */
function hold(
  held: Map<string, TableImage>,
  indexes: readonly CatalogTable[],
  { look }: ReturnType<typeof lookerOn>,
): void {
  for (const index of indexes) {
    const image = held.has(foldCase(index.name)) ? null : look(index)
    if (image) held.set(foldCase(index.name), image)
  }
}

/** The tables whose counters a text can set, if it names sqlite_sequence. */
const countedIn = (words: readonly string[], before: TableGraph): string[] =>
  words.includes('sqlite_sequence')
    ? tablesOf(before).flatMap(({ name, autoincrement }) => (autoincrement ? [foldCase(name)] : []))
    : []

/** The tables under full-text indexes, or with triggers that use rowids, which VACUUM may change. */
const packedBy = (words: readonly string[], before: TableGraph): string[] =>
  words.includes('vacuum')
    ? [...externalIndexes(before).flatMap(({ reads }) => [...reads]), ...keyingTables(before)]
    : []

/** The full-text indexes that the statements may concern; for code, all of them. */
function indexesNear(
  connection: Connection,
  { entry }: StepSide,
  before: TableGraph,
  effects: readonly Effect[],
): NotedIndex[] {
  const all = externalIndexes(before)
  if (all.length === 0 || effects.length === 0) return noteIndexes(connection, before, all)
  const words = new Set(effects.flatMap(({ tokens }) => tokens.flatMap((one) => [...namesIn(one)])))
  const keys = keysMayAct(entry) ? 'cascades' : 'still'
  const { reached } = reachOf(words, before, keys)
  const isNear = (name: string): boolean => reached.has(name) || words.has(name)
  const near = all.filter(
    ({ index, reads }) =>
      words.has('vacuum') || [foldCase(index.name), ...reads].some((name) => isNear(name)),
  )
  return noteIndexes(connection, before, near)
}

/** The statements of an SQL side; none for code. */
export function scriptEffects({ entry, direction }: StepSide): Effect[] {
  const side = sideOf(entry, direction)
  if (!side || !('scripts' in side)) return []
  const whole = wholeSide(entry.version, direction)
  const effects = side.scripts.flatMap((script, index) =>
    splitStatements(script).map(({ text, start }) =>
      effectOf(text, { ...whole, script: index, offset: start, statement: cut(text) }),
    ),
  )
  return lookedAt({ entry }, effects)
}

/** For versions that run as one, only the statements that concern certain tables. */
function lookedAt({ entry }: Pick<StepSide, 'entry'>, effects: Effect[]): Effect[] {
  const tables = tablesAbout(entry)
  return tables ? concerning(effects, tables) : effects
}

/** The statements of a text that code runs on its handle; the stack frame is computed only for the few that are reported. */
function codeEffects({ entry, direction }: StepSide, text: string): Effect[] {
  const places = placesHere()
  const whole = wholeSide(entry.version, direction)
  const placeOf = (statement: string): StepPlace => ({
    ...whole,
    statement: cut(statement),
    get frame() {
      return frameAmong(places(), entry, direction)
    },
  })
  return splitStatements(text).map((one) => effectOf(one.text, placeOf(one.text)))
}

/** The longest statement that is kept in full. */
const LONGEST = 2000

const cut = (statement: string): string => statement.slice(0, LONGEST)
