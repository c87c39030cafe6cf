// Other rows on which declared batches are tried: each sort tells work that is wrong where those before do not.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { perform } from '../../../src/database/outcome.js'
import type { StrayKey } from '../../model/version-facts.js'
import { mentions } from '../../sql/names-in.js'
import { batchTexts, declaredBatches } from '../sides/declared-batches.js'
import { walkedRows } from '../sides/walked-rows.js'
import { replayPass } from '../sides/replay-pass.js'
import { wholeSide } from '../sides/whole-side.js'
import type { Prover } from './prover.js'
import { literalsOf } from './seed/compared-literals.js'
import { chain, linksIn, makeLinks } from './seed/linked-keys.js'
import { LADDERS, makeLadder } from './seed/laddered.js'
import { copyWalked } from './seed/more-walked.js'
import { addRowsForLiterals } from './seed/rows-for-literals.js'
import { makeStray, strayColumns, type Walked } from './seed/stray-keys.js'
import { unwrite } from './seed/unwritten.js'
import { giveWorked } from './seed/worked-values.js'
import { conditionsOfEach } from './seed/code-conditions.js'
import { effectOf, type Effect } from './watch/statement-effect.js'
import { withViews } from './watch/views-read.js'
import type { BatchGround } from './work-off.js'

/** Makes them in a copy of the database before the step, and answers whether there are any. */
export interface OtherRows {
  make(copy: Prover): boolean
  /** What they are, where that has to be said. */
  readonly stray?: StrayKey
}

/** What to try, by what the step was seen to run; `copy` has the rows that there are. */
export function otherRows(ground: BatchGround, copy: Prover): OtherRows[] {
  const walked = walkedIn(copy, ground)
  const work = workOf(ground, copy)
  const links = linksIn({ work, walked, ...ground })
  const strays = strayColumns(walked, ground.tables, ground.seen.texts)
  return [
    { make: (on) => addCopies(on, ground) },
    { make: (on) => addCopies(on, ground, 'others between') },
    { make: (on) => addUnwritten(on, ground, work) },
    { make: (on) => addWorked(on, ground, work) },
    { make: (on) => addChained(on, ground) },
    ...LADDERS.map((steps): OtherRows => ({ make: (on) => addLadder(on, ground, steps) })),
    ...links.map((some): OtherRows => ({
      make(on) {
        addCopies(on, ground)
        return makeLinks(handleOf(on), ground.tables, some, walkedIn(on, ground))
      },
    })),
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

/** More rows that fit what the step asks for. */
const addCopies = (on: Prover, ground: BatchGround, between?: 'others between'): boolean =>
  walkedIn(on, ground).filter((one) => copyWalked(handleOf(on), ground.tables, one, between))
    .length > 0

/** Rows of which each refers to the one before it. */
function addChained(on: Prover, ground: BatchGround): boolean {
  addCopies(on, ground)
  return walkedIn(on, ground).filter((one) => chain(handleOf(on), ground.tables, one)).length > 0
}

/** Rows with values that rise, in the tables that the work names. */
function addLadder(on: Prover, ground: BatchGround, steps: readonly number[]): boolean {
  addCopies(on, ground)
  const walked = walkedIn(on, ground)
  const texts = [...batchTexts(ground.entry, 'up'), ...ground.seen.texts]
  const made = ground.tables
    .filter(({ name }) => texts.some((text) => mentions(text, name)))
    .map((table) => makeLadder(handleOf(on), table, { walked, steps }))
  return made.includes(true)
}

/** Rows of which none is done. */
function addUnwritten(on: Prover, ground: BatchGround, work: readonly Effect[]): boolean {
  addCopies(on, ground)
  return (
    walkedIn(on, ground).filter((one) => unwrite(handleOf(on), ground.tables, one, work)).length > 0
  )
}

/** Rows with values that the work changes, or asks for. */
function addWorked(on: Prover, ground: BatchGround, work: readonly Effect[]): boolean {
  const literals = literalsOf(work)
  if (literals.size === 0) return false
  if (declaredBatches(ground.entry, 'up').some(({ each }) => each))
    on.onTrial((state, situation) => addRowsForLiterals(state, situation, literals))
  addCopies(on, ground)
  const walked = walkedIn(on, ground)
  on.onTrial((state, situation) =>
    walked.forEach((one) => giveWorked(state, situation, one, literals)),
  )
  return true
}

/** The statements of the step, those that code was seen to run, and what code compares and calls. */
function workOf({ entry, seen }: BatchGround, copy: Prover): Effect[] {
  const side = { entry, direction: 'up' } as const
  const texts = new Set([...batchTexts(entry, 'up'), ...seen.texts])
  const effects = [...texts].map((text) => effectOf(text, wholeSide(entry.version, 'up')))
  const situation = copy.situation()
  return withViews([...conditionsOfEach(side, effects, situation), ...effects], situation)
}

/** What the step walks, as far as it can be walked. */
function walkedIn(on: Prover, { run, entry }: BatchGround): Walked[] {
  const { env } = replayPass(handleOf(on), run, 'ready')
  return declaredBatches(entry, 'up').flatMap((walk) => {
    const found = walkedRows({ env }, walk)
    if (!found) return []
    const { table, column, key, source, ask } = found
    const from = `SELECT ${key} AS k FROM ${source}`
    try {
      const rows = perform('sync', ask(`SELECT quote(k) AS k FROM (${from}) ORDER BY k`))
      return [{ table, column, from, keys: rows.map(({ k }) => String(k)) }]
    } catch {
      // What the query calculates fails with these rows.
      return []
    }
  })
}
