// Makes other rows on which declared batches are tried: each sort exposes errors that the previous ones do not.
import { orElse } from '../../../src/model/or-else.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { perform } from '../../../src/database/outcome.js'
import type { StrayKey } from '../../model/version-facts.js'
import { isSameName } from '../../../src/sql/names.js'
import { mentions } from '../../sql/names-in.js'
import { batchTexts, declaredBatches } from '../sides/declared-batches.js'
import { moderateNumbers } from './fill/delete-rows.js'
import { walkedRows } from '../sides/walked-rows.js'
import { replayPass } from '../sides/replay-pass.js'
import { wholeSide } from '../sides/whole-side.js'
import type { Prover } from './prover.js'
import { literalsOf } from './seed/compared-literals.js'
import { linksIn } from './seed/linked-keys.js'
import { capitalizeWalked, copyWalked } from './seed/more-walked.js'
import { addRowsForLiterals } from './seed/rows-for-literals.js'
import { SHUFFLES, shuffle, type Shuffling } from './seed/shuffled.js'
import { makeStray, strayColumns, type Walked } from './seed/stray-keys.js'
import { conditionsOfEach } from './seed/code-conditions.js'
import { boundsIn, momentsIn } from './seed/varied-values.js'
import { effectOf, type Effect } from './watch/statement-effect.js'
import { withViews } from './watch/views-read.js'
import type { BatchGround } from './work-off.js'

/** Makes rows in a copy of the database from before the step, and returns whether there are any. */
export interface OtherRows {
  make(copy: Prover): boolean
  /** The stray key that they have, if messages have to mention it. */
  readonly stray?: StrayKey
  /** Whether they stand for a second database: some rows as in the first, and others. */
  readonly isSecond?: boolean
}

/** What to try, by what the step was seen to run; `copy` has the current rows. */
export function otherRows(ground: BatchGround, copy: Prover): OtherRows[] {
  const walked = walkedIn(copy, ground)
  const work = workOf(ground, copy)
  const links = linksIn({ work, walked, ...ground })
  const strays = strayColumns(walked, ground.tables, ground.seen.texts)
  return [
    { make: (on) => addCopies(on, ground) },
    { make: (on) => addCopies(on, ground, 'others between') },
    {
      make: (on) => walkedIn(on, ground).some((one) => capitalizeWalked(handleOf(on), one)),
    },
    ...Array.from({ length: SHUFFLES }, (_, turn): OtherRows => {
      const some = links[turn % Math.max(1, links.length)] ?? []
      const isSecond = turn === 0
      return { make: (on) => addShuffled(on, ground, { work, links: some, turn }), isSecond }
    }),
    ...strays.map((stray): OtherRows => ({
      stray,
      make: (on) =>
        walked.some(
          (one) =>
            one.table === stray.parent &&
            one.column === stray.key &&
            makeStray(handleOf(on), ground.tables, stray, one),
        ),
    })),
  ]
}

const handleOf = ({ connection }: Prover): Database => connection.handle

/** Adds rows that match what the step looks for. */
const addCopies = (on: Prover, ground: BatchGround, between?: 'others between'): boolean =>
  walkedIn(on, ground).filter((one) => copyWalked(handleOf(on), ground.tables, one, between))
    .length > 0

interface Shuffled extends Pick<Shuffling, 'links' | 'turn'> {
  readonly work: readonly Effect[]
}

/** Changes values in the tables that the work names. */
function addShuffled(on: Prover, ground: BatchGround, { work, ...how }: Shuffled): boolean {
  const literals = literalsOf(work)
  if (declaredBatches(ground.entry, 'up').some(({ each }) => each))
    on.onTrial((state, situation) => addRowsForLiterals(state, situation, literals))
  const isBetween = how.turn % 2 !== 0
  // Extreme values would decide the result of a query that looks at other rows.
  if (isBetween && walkedIn(on, ground).some(({ looksAround }) => looksAround))
    on.onTrial(({ connection }, situation) =>
      ground.tables.forEach((table) => moderateNumbers(connection, situation, table)),
    )
  addCopies(on, ground, isBetween ? 'others between' : undefined)
  const walked = walkedIn(on, ground)
  const texts = [...batchTexts(ground.entry, 'up'), ...ground.seen.texts]
  const tables = ground.tables.filter(
    ({ name }) =>
      how.links.some(({ table }) => isSameName(table, name)) ||
      texts.some((text) => mentions(text, name)),
  )
  const about = { tables, walked, literals, moments: momentsIn(work), bounds: boundsIn(work) }
  let isMade = false
  on.onTrial((state, situation) => {
    isMade = shuffle(state, situation, { ...how, ...about })
  })
  return isMade
}

/** The statements of the step, those that code was seen to run, and the comparisons and calls of code. */
function workOf({ entry, seen }: BatchGround, copy: Prover): Effect[] {
  const side = { entry, direction: 'up' } as const
  const texts = new Set([...batchTexts(entry, 'up'), ...seen.texts])
  const effects = [...texts].map((text) => effectOf(text, wholeSide(entry.version, 'up')))
  const situation = copy.situation()
  return withViews([...conditionsOfEach(side, effects, situation), ...effects], situation)
}

/** The rows that the step walks, where its query succeeds. */
function walkedIn(on: Prover, { run, entry }: BatchGround): Walked[] {
  const { env } = replayPass(handleOf(on), run, 'ready')
  return declaredBatches(entry, 'up').flatMap((walk) => {
    const found = walkedRows({ env }, walk)
    if (!found) return []
    const { table, column, key, source, ask, looksAround } = found
    const from = `SELECT ${key} AS k FROM ${source}`
    // The query may fail on these rows.
    return orElse(() => {
      const rows = perform('sync', ask(`SELECT quote(k) AS k FROM (${from}) ORDER BY k`))
      return [{ table, column, from, keys: rows.map(({ k }) => String(k)), looksAround }]
    }, [])
  })
}
