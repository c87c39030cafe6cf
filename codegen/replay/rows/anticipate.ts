// Adds rows that a side which is about to run looks for. SQL shows it; code is run before, and that is rolled back.
import { attempt } from '../sides/attempt.js'
import { declaredBatches } from '../sides/declared-batches.js'
import type { HistoryRun } from '../sides/history-run.js'
import { isRepeatableCode } from '../sides/is-code.js'
import { inNewProcess } from '../sides/new-process.js'
import { sideKey } from '../sides/runaways.js'
import { replayPass } from '../sides/replay-pass.js'
import { walkedRows } from '../sides/walked-rows.js'
import { wholeSide } from '../sides/whole-side.js'
import type { TableGraph } from './fill/table-graph.js'
import type { Outcome, Prover } from './prover.js'
import { addAlongKeys } from './seed/along-keys.js'
import { seenIn } from './seed/code-conditions.js'
import { comparedLiterals, literalsOf } from './seed/compared-literals.js'
import { addFitting } from './seed/fitting-rows.js'
import { addJoined, joinsIn } from './seed/joined-rows.js'
import { addOutliving } from './seed/outliving.js'
import { addRowsForLiterals } from './seed/rows-for-literals.js'
import type { SeederState } from './seed/seeder-state.js'
import { addUnreached } from './seed/unreached.js'
import { scriptEffects, type StepSide } from './watch/observed-run.js'
import { effectOf, type Effect } from './watch/statement-effect.js'

/** The database with rows and its history. */
interface Ground {
  readonly run: HistoryRun
  readonly rows: Prover
}

/** Adds rows that a side looks for. */
export const anticipate = (ground: Ground, side: StepSide): void =>
  attempt(ground.run, side, () => addSought(ground, side), undefined)

function addSought({ run, rows }: Ground, side: StepSide): void {
  const before = rows.situation()
  // What ran away before would run away again.
  const isRun =
    isRepeatableCode(side) && !run.runaways?.[sideKey(side.entry.version, side.direction)]
  const alone = isRun ? rehearsed({ run, rows }, side) : null
  const effects = alone ? seenIn(alone.attended) : scriptEffects(side)
  const literals = alone ? literalsOf(effects) : comparedLiterals(side, before)
  const walks = declaredBatches(side.entry, side.direction)
  const joins = joinsIn(effects, before)
  if (literals.size + walks.length + joins.length === 0) return
  const add = (state: SeederState, situation: TableGraph): void => {
    addRowsForLiterals(state, situation, literals)
    addUnreached(state, situation, effects)
    addJoined(state, situation, joins, literals)
    addAlongKeys(state, situation, effects)
    addOutliving(state, situation, literals)
    const pass = replayPass(rows.connection.handle, run, 'ready')
    for (const walk of walks) {
      const found = walkedRows(pass, walk)
      const query = effectOf(walk.query, wholeSide(side.entry.version, side.direction))
      if (found) addFitting(state, situation, query, found)
    }
  }
  const beside = alone && rehearsed({ run, rows }, side, () => rows.onTrial(add))
  if (!beside || doesAll(beside, alone)) rows.anticipate(add)
}

/** Runs code as in a process of its own, and rolls it back. */
function rehearsed({ run, rows }: Ground, side: StepSide, prepare?: () => void): Outcome {
  const entry = inNewProcess(run, side.entry, side.direction)
  return rows.tryOut({ ...side, entry }, prepare, () => [])
}

/** Code that finds a row may do less than without it, as where it only inserts what is missing. A failure is told by itself. */
function doesAll({ failure, attended }: Outcome, { attended: before }: Outcome): boolean {
  const texts = new Set(attended.effects.map(textOf))
  return failure !== null || before.effects.every((one) => texts.has(textOf(one)))
}

const textOf = ({ tokens }: Effect): string => tokens.join(' ')
