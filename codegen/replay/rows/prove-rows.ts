// Proves what happens to rows: carries one database through the history, in which every table has rows before each step.
import type { Entry } from '../sides/step-side.js'
import {
  applyWith,
  beginJourney,
  carryOn,
  endJourney,
  goOn,
  PATIENCE,
  type Applied,
  type Journey,
} from './journey.js'
import { sideOf } from '../../../src/plan/scripts.js'
import type { Fact } from '../../model/evidence.js'
import type { HistoryRun, ProveRows } from '../sides/history-run.js'
import type { VersionFacts } from '../sides/results.js'
import { scriptEffects, type ObservedSide, type StepSide } from './watch/observed-run.js'
import { hasFailed, judgeFailure, succeedsEmptied, type Failed } from './judge-failure.js'
import { removeConflictingRows, type Clearance } from './remove-conflicting-rows.js'
import { processFacts, rehearse, secondFacts } from './process-dependence.js'
import { attempt, attemptLater } from '../sides/attempt.js'
import { withinReach } from '../sides/beyond-reach.js'
import { isRepeatableCode } from '../sides/is-code.js'
import { lateCalls } from '../sides/late-calls.js'
import { inNewProcess } from '../sides/new-process.js'
import { judgeIndexTriggers } from './judge/judge-index-triggers.js'
import { judgeLayouts } from './layout/judge-layouts.js'
import { onlyTakesAway } from './watch/cannot-change-rows.js'
import { tamingOf } from './tame-rows.js'
import { behindRepair, told, trialsOf, tryScripts, withoutExplained } from './trials.js'
import { cutInBatches } from './prove-batches.js'
import type { Judge } from './seen.js'
import { onCopy } from './on-copy.js'
import { proveTogether } from './prove-together.js'
import { runTogether } from './run-together.js'
import { tryDoubling } from './try-doubling.js'
import { tryReturn } from './try-return.js'
import { tryUpAgain } from './try-up-again.js'
import { tryLeftAlone } from './try-left-alone.js'
import { addFreed } from './seed/orphans.js'
import { changesBetween, type TableGraph } from './fill/table-graph.js'

/**
 * Carries a database with rows through the history and returns the findings about rows and schema. Ends quietly at a version that cannot be
 * applied without generated rows either. Rejects only on defects.
 */
export const proveRows: ProveRows = async (run) => {
  const { journey, store, versions } = await beginJourney(run, behindRepair)
  const all = [...versions]
  try {
    for (const entry of run.registry.slice(all.length)) {
      const proven = await proveVersion(journey, entry)
      if (proven === null) break
      all.push(proven)
      store?.keep(journey, all)
    }
  } finally {
    endJourney(journey)
  }
  return all
}

/** Applies a version and tries it, unless an earlier build has; null if the history ends here. */
async function proveVersion(journey: Journey, entry: Entry): Promise<VersionFacts | null> {
  const isKnown = entry.version <= journey.run.provenTo
  const proven = await (isKnown ? carryVersion(journey, entry) : tryVersion(journey, entry))
  if (proven === null) return null
  const { facts, written, ran } = proven
  return {
    version: entry.version,
    facts: [...facts, ...(journey.run.failedTrials?.splice(0) ?? [])],
    written,
    ...(ran && Object.keys(ran).length > 0 && { ran }),
  }
}

/** What a version has led to, and which rows it has written. */
type Proven = Omit<VersionFacts, 'version' | 'ran'> & {
  readonly ran: VersionFacts['ran'] | undefined
}

async function carryVersion(journey: Journey, entry: Entry): Promise<Proven | null> {
  const before = journey.rows.situation()
  const up = await carryOn(journey, entry)
  if (up === null) return null
  journey.rows.fill(up.attended, 'apart')
  const written = writtenSince(before, journey.rows.situation(), journey.run.others)
  journey.rows.fill(up.attended)
  return { facts: [], written, ran: up.ran }
}

/** Applies a version, fills the tables again, and tries `down`. */
async function tryVersion(journey: Journey, entry: Entry): Promise<Proven | null> {
  const before = journey.rows.situation()
  const side = { entry, direction: 'up' } as const
  const up = await applyWith(journey, side, () => applyProving(journey, side))
  if (up === null) return null
  const own = await lossesTogether(journey, up)
  const behind = await rightBehind(journey, entry, up)
  const unseeded = journey.rows.fill(up.attended, 'apart')
  const kept = await keptBehind(journey, up.attended)
  const written = writtenSince(before, journey.rows.situation(), journey.run.others)
  const down = await proveDown(journey, entry, up.attended)
  unseeded.push(...journey.rows.fill(up.attended))
  const late = await lateCalls(journey.run, entry)
  const losses = withoutExplained([...own, ...behind], down.facts)
  const facts = [...losses, ...kept, ...unseeded, ...down.facts, ...late]
  return { facts, written, ran: { ...up.ran, ...down.ran } }
}

/** Losses caused together with earlier versions, which copied values that this one removes. */
const lossesTogether = (journey: Journey, up: Applied): Promise<readonly Fact[]> =>
  attemptLater(
    journey.run,
    up.attended,
    () =>
      proveTogether(journey, up, (versions, tables) =>
        runTogether(journey, versions, { tables, prove: applyAndReturn }),
      ),
    up.facts,
  )

/** Also tries what `down` does not restore right after it. */
async function applyAndReturn(journey: Journey, side: StepSide): Promise<Applied | null> {
  const applied = await applyProving(journey, side)
  if (!applied || applied.isEmpty || !sideOf(side.entry, 'down')) return applied
  const { attended: undoes, facts } = applied
  const back = { entry: side.entry, direction: 'down', undoes } as const
  const { rows } = journey
  return {
    ...applied,
    facts: [...facts, ...attempt(rows, back, () => tryReturn(rows, back, facts), [])],
  }
}

/** Tries triggers, views and triggers over rearranged tables on the current rows. */
async function keptBehind({ run, rows }: Journey, attended: ObservedSide): Promise<Fact[]> {
  const { connection } = rows
  const now = rows.situation()
  const layouts = await attemptLater<Fact[]>(
    run,
    attended,
    () => judgeLayouts(run, connection, attended, now),
    [],
  )
  return [
    ...attempt(rows, attended, () => judgeIndexTriggers(connection, attended, now), []),
    ...withinReach(layouts, attended.isBeyond),
  ]
}

async function applyProving(journey: Journey, side: StepSide): Promise<Applied | null> {
  const { run, rows } = journey
  const trying = <T>(work: () => Promise<T>, otherwise: T): Promise<T> =>
    attemptLater(run, side, work, otherwise)
  const memory = run.reopen && isRepeatableCode(side) ? rows.memory() : null
  const scripts = scriptEffects(side)
  const tried = tryScripts({ rows, side, effects: scripts, prepare: () => {} })
  const isTame = tamingOf(run, side) !== null
  const cut = await trying(() => cutInBatches(journey, side.entry), [])
  // A step that fails because it is cut also fails here, where batches have one row.
  const differs = cut.some(({ kind }) => kind === 'batches-differ')
  const isNew = ({ kind }: Fact): boolean => !differs || kind !== 'step-failed'
  const rehearsal = memory && run.anew ? rehearse(journey, side, memory) : null
  const outcome = rows.run(side, 'prove')
  const trials = trialsOf(rows, outcome)
  if (hasFailed(outcome)) {
    const applied = await goOn(journey, outcome)
    const facts = [...cut, ...(applied?.facts.filter(isNew) ?? [])]
    return applied && { ...applied, facts, ran: journey.rows.ran(side) }
  }
  const ran = rows.ran(side)
  const others = rehearsal
    ? [
        ...(await trying(() => processFacts(journey, rehearsal), [])),
        ...(await trying(() => secondFacts(journey, side, rehearsal.memory), [])),
      ]
    : []
  const isTried = memory && !isTame && trials.areAny()
  const copied = isTried
    ? await trying(() => onCopy(journey, memory, (copy) => trials.run(copy)), null)
    : null
  const found = copied ?? told(outcome.facts, tried)
  return { attended: outcome.attended, facts: [...others, ...cut, ...found], ran }
}

/** The findings of `down`. */
type Undone = Pick<VersionFacts, 'facts' | 'ran'>

const NOTHING: Undone = { facts: [] }

/** Objects of other histories also exist in a replaced database, so they do not count as written. */
function writtenSince(
  before: TableGraph,
  now: TableGraph,
  others: HistoryRun['others'],
): VersionFacts['written'] {
  const changes = changesBetween(before, now)
  return Object.fromEntries(
    Object.entries(changes).flatMap(([key, object]) => {
      const isSame = object?.sql === before.catalog.get(key)?.sql
      return isSame && others?.ownerOf(key) !== undefined ? [] : [[key, object?.sql ?? null]]
    }),
  )
}

/** Null if there is no `down`, or it must not be tried. */
const downOf = ({ run }: Journey, entry: Entry, undoes: ObservedSide) =>
  sideOf(entry, 'down') &&
  entry.effects === undefined &&
  (entry.transaction !== false || entry.resumable)
    ? ({ entry: inNewProcess(run, entry, 'down'), direction: 'down', undoes } as const)
    : null

/** The findings of `down` run right after `up`. */
async function rightBehind(
  journey: Journey,
  entry: Entry,
  { attended, facts }: Applied,
): Promise<Fact[]> {
  const side = tamingOf(journey.run, { entry, direction: 'down' })
    ? null
    : downOf(journey, entry, attended)
  if (!side) return []
  const { rows } = journey
  return [
    ...attempt<Fact[]>(rows, side, () => tryDoubling(rows, side), []),
    ...attempt<Fact[]>(rows, side, () => tryUpAgain(rows, side), []),
    ...attempt<Fact[]>(rows, side, () => tryReturn(rows, side, facts), []),
    ...(await attemptLater<Fact[]>(
      journey.run,
      side,
      () => tryLeftAlone(journey, side, facts),
      [],
    )),
  ]
}

/** Tries `down` on the current rows and rolls it back. */
async function proveDown(journey: Journey, entry: Entry, undoes: ObservedSide): Promise<Undone> {
  const { rows, run } = journey
  const side = downOf(journey, entry, undoes)
  if (!side || onlyTakesAway(scriptEffects(side), rows.situation())) return NOTHING
  run.report(entry.version, 'down')
  const cleared: Clearance[] = []
  const taming = tamingOf(run, side)
  const prepare = (): void => {
    taming?.tame(rows)
    cleared.forEach((clear) => clear())
    rows.onTrial((state, situation) => addFreed(state, situation, undoes.before))
  }
  const judge: Judge = (seen) => attempt(rows, side, seen.usual, [])
  let outcome = rows.tryOut(side, prepare, judge)
  while (hasFailed(outcome)) {
    const trouble = { rows, bare: journey.bare, failed: outcome, prepare }
    const clear = cleared.length < PATIENCE ? await removeConflictingRows(trouble) : null
    if (!clear) return { facts: await blameRows(journey, outcome, prepare) }
    cleared.push(clear)
    outcome = rows.tryOut(side, prepare, judge)
  }
  const ran = rows.ran(side)
  if (taming) return { facts: [...outcome.facts, taming.fact], ran }
  return { facts: trialsOf(rows, outcome).run(rows, prepare), ran }
}

/** Empty if it fails without rows as well. */
async function blameRows(
  { rows, bare }: Journey,
  failed: Failed,
  prepare: () => void,
): Promise<readonly Fact[]> {
  const { entry, direction } = failed.attended
  const reached = await bare.reach(entry.version)
  const innocent =
    reached === 'unknown'
      ? !succeedsEmptied(rows, failed)
      : reached === null || reached.tryOut({ entry, direction }).failure !== null
  return innocent ? [] : judgeFailure(rows, failed, prepare).facts
}
