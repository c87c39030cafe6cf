// Carries a database with rows through a history, and goes on when a step fails only because of the rows.
import type { Entry } from '../sides/step-side.js'
import type { ImageStore } from './image-store.js'
import type { HistoryRun } from '../sides/history-run.js'
import type { VersionFacts } from '../sides/results.js'
import { isHarmless } from './watch/cannot-change-rows.js'
import { scriptEffects, type StepSide } from './watch/observed-run.js'
import {
  emptyAll,
  hasFailed,
  identityOf,
  judgeFailure,
  succeedsEmptied,
  type Failed,
  type BehindRepair,
} from './judge-failure.js'
import { removeConflictingRows, tamings } from './remove-conflicting-rows.js'
import { imageStore } from './image-store.js'
import { anticipate } from './anticipate.js'
import { attempt } from '../sides/attempt.js'
import { knowledgeOf, type Knowledge } from './fill/knowledge.js'
import { copiedFrom } from './seed/copied-from.js'
import { prover, type Outcome, type Prover, type ProverMemory } from './prover.js'
import { tamingOf } from './tame-rows.js'
import { emptyControl, type EmptyControl } from './empty-control.js'

/** The database with rows, which is replaced if it gets stuck, and the history without rows. */
export interface Journey {
  readonly run: HistoryRun
  readonly knowledge: Knowledge
  rows: Prover
  readonly bare: EmptyControl
  readonly behindRepair: BehindRepair | null
  /** The state before each version; absent where nothing goes back to it. */
  readonly before?: Map<number, ProverMemory>
}

/** Starts a history after the last proven version if its database was cached, otherwise at the beginning. */
export async function beginJourney(
  run: HistoryRun,
  behindRepair: BehindRepair | null = null,
): Promise<{
  readonly journey: Journey
  readonly store: ImageStore | undefined
  readonly versions: readonly VersionFacts[]
}> {
  const knowledge = knowledgeOf(run.registry)
  const store = run.images && imageStore(run, run.images, knowledge)
  const start = await store?.recall()
  const journey: Journey = {
    run,
    knowledge,
    rows: start?.rows ?? prover(await run.open(), run, knowledge),
    bare: emptyControl(run, knowledge, start?.given),
    behindRepair,
    before: new Map(),
  }
  if (!start && run.others) journey.rows.fill(null)
  return { journey, store, versions: start?.versions ?? [] }
}

/** Closes its databases. */
export function endJourney({ rows, bare }: Journey): void {
  rows.close()
  bare.close()
}

/** The findings of a version, what its step touched, and what it ran. */
export type Applied = Pick<Outcome, 'facts' | 'attended'> &
  Pick<VersionFacts, 'ran'> & {
    /** Whether it could only be applied without any rows. */
    readonly isEmpty?: true
  }

/** Prepares a step, applies it with `applyTo`, and reports what was done to rows to make it possible. */
export async function applyWith(
  journey: Journey,
  side: StepSide,
  applyTo: () => Promise<Applied | null>,
): Promise<Applied | null> {
  const { version } = side.entry
  journey.run.report(version, 'up')
  const effects = scriptEffects(side)
  const isLasting = effects.length === 0 || !isHarmless(effects)
  if (journey.run.reopen && isLasting) journey.before?.set(version, journey.rows.memory())
  anticipate(journey, side)
  // Code that has closed the database does so each time.
  if (!journey.rows.connection.handle.open) return null
  const taming = tamingOf(journey.run, side)
  const tamed = taming?.tame(journey.rows)
  const applied = await applyTo()
  // Nothing goes back to a step that copied nothing.
  if (applied && copiedFrom(applied.attended).length === 0) journey.before?.delete(version)
  if (!applied || !taming || !tamed) return applied
  journey.rows.miss(tamed)
  return { ...applied, facts: [...applied.facts, taming.fact] }
}

/** Applies a version without judging the rows; null if the history ends here. */
export function carryOn(journey: Journey, entry: Entry): Promise<Applied | null> {
  const side = { entry, direction: 'up' } as const
  return applyWith(journey, side, async () => {
    const outcome = journey.rows.run(side, 'carry')
    return hasFailed(outcome) ? await goOn(journey, outcome) : outcome
  })
}

/**
 * Finds out whether the rows are to blame, and applies the version anyway: without rows that no application needs to have, or else on the
 * history without rows, which then replaces this one. Null if the history ends here.
 */
export async function goOn(
  journey: Journey,
  failed: Failed,
  patience = PATIENCE,
): Promise<Applied | null> {
  const { rows, bare, run } = journey
  const { attended } = failed
  const { entry } = attended
  const purpose = entry.version <= run.provenTo ? 'carry' : 'prove'
  const again = await withTameNumbers(journey, failed, { purpose, patience })
  if (again) return hasFailed(again) ? await goOn(journey, again, 0) : again
  const clear =
    patience > 0 ? await removeConflictingRows({ rows, bare, failed, prepare() {} }) : null
  if (clear) {
    const concerned = clear()
    const outcome = rows.run(attended, purpose)
    rows.miss(concerned)
    return hasFailed(outcome) ? await goOn(journey, outcome, patience - 1) : outcome
  }
  const reached = await bare.reach(entry.version)
  if (reached === null) return null
  if (reached === 'unknown' && !succeedsEmptied(rows, failed)) return null
  const { facts, repair } = judged(journey, failed, purpose)
  if (repair) {
    rows.miss(repair())
    const outcome = rows.run(attended, 'carry')
    if (!hasFailed(outcome)) return { facts, attended: outcome.attended }
  }
  if (reached !== 'unknown') {
    rows.close()
    journey.rows = reached
    bare.handOver()
    return { facts, attended, isEmpty: true }
  }
  emptyAll(rows)
  const applied = rows.run(attended, 'carry')
  return hasFailed(applied) ? null : { ...applied, facts, isEmpty: true }
}

/**
 * Batches cannot be tried and rolled back, so they run on a copy of the database from before them, with numbers away from SQLite's limits;
 * the copy replaces the database. Null if they fail in the same way.
 */
async function withTameNumbers(
  journey: Journey,
  failed: Failed,
  { purpose, patience }: { readonly purpose: 'carry' | 'prove'; readonly patience: number },
): Promise<Outcome | null> {
  const { run, knowledge, rows } = journey
  const { entry, direction } = failed.attended
  const memory = patience > 0 && journey.before?.get(entry.version)
  if (!entry.resumable || entry.effects !== undefined || !memory || !run.reopen) return null
  for (const way of tamings(failed, rows).keys()) {
    const copy = prover(await run.reopen(memory.database), run, knowledge, memory)
    anticipate({ run, rows: copy }, { entry, direction })
    const concerned = tamings(failed, copy)[way]!()
    const outcome = copy.run({ entry, direction }, purpose)
    if (!hasFailed(outcome) || identityOf(outcome.failure) !== identityOf(failed.failure)) {
      copy.miss(concerned)
      rows.close()
      journey.rows = copy
      return outcome
    }
    copy.close()
  }
  return null
}

/** What is found on rows without those that a side fails on. */
function judged({ rows, run, behindRepair }: Journey, failed: Failed, purpose: 'prove' | 'carry') {
  const { facts, repair, attended } = judgeFailure(rows, failed)
  const isTried = purpose === 'prove' && !tamingOf(run, attended)
  if (!repair || !isTried || !behindRepair) return { facts, repair }
  const trial = { facts, repair, attended }
  return { facts: attempt(rows, attended, () => behindRepair(rows, trial), facts), repair }
}

/** How often conflicting rows are removed for one side. */
export const PATIENCE = 8
