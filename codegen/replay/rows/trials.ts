// Runs the trials of a side: on rows that it was seen to look for, on large integers, and by what its statements do.
import { attempt } from '../sides/attempt.js'
import type { Fact } from '../../model/evidence.js'
import type { ValueLoss } from '../../model/value-loss.js'
import { hasFailed, type BehindRepair } from './judge-failure.js'
import type { Outcome, Prover } from './prover.js'
import type { ScriptTrial, Trial } from './script-trial.js'
import { seenIn } from './seed/code-conditions.js'
import { vastIntegers } from './seed/vast-integers.js'
import { tryAlikeColumns } from './try-alike-columns.js'
import { tryArchiving } from './try-archiving.js'
import { withoutOverruled } from './judge/overruled.js'
import { isBesideNull, isPartOf } from './judge/part-gone.js'
import { tryCollidingKeys } from './try-colliding-keys.js'
import { tryBesideNulls } from './try-beside-nulls.js'
import { doneWithRows, isHalfSeen, tryDepartingRows } from './try-departing-rows.js'
import { tryEarlyDeletes } from './try-early-deletes.js'
import { tryForgotten } from './try-forgotten.js'
import { tryIntegers } from './try-integers.js'
import { tryLookups } from './try-lookups.js'
import { tryDoubledParts, tryMembers } from './try-examples.js'
import { tryMergedParents } from './try-merged-parents.js'
import { tryMerges } from './try-merges.js'
import { tryMovedColumns } from './try-moved-columns.js'
import { tryMadePartners } from './try-made-partners.js'
import { tryNamesakes } from './try-namesakes.js'
import { tryNarrowGroups } from './try-narrow-groups.js'
import { tryOnlyChildren } from './try-only-children.js'
import { tryOtherValues } from './try-other-values.js'
import { tryLookedUp, tryOrphans } from './try-orphans.js'
import { tryOwnReads } from './try-own-reads.js'
import { tryRefills } from './try-refills.js'
import { tryRowsAlong } from './try-rows-along.js'
import { tryPassing } from './try-passing.js'
import { tryWorkedColumns } from './try-worked-columns.js'
import { tryUnpartnered } from './try-unpartnered.js'
import { trySetParts } from './try-set-parts.js'
import { tryTablesApart } from './try-tables-apart.js'
import { tryWayBack } from './try-way-back.js'
import { tryTriggerLinks } from './try-trigger-links.js'
import { tryTakenKeys } from './try-taken-keys.js'
import type { Effect } from './watch/statement-effect.js'

/** What to try a side on besides the existing rows. */
export interface Trials {
  areAny(): boolean
  /**
   * Rolls everything back. Returns the findings with the trials, or else those without. `prepare` removes the rows that were in the way
   * before.
   */
  run(rows: Prover, prepare?: () => void): readonly Fact[]
}

/** For any side, by its statements, which SQL shows before it runs. */
const SCRIPT_TRIALS: readonly ScriptTrial[] = [
  tryMerges,
  tryCollidingKeys,
  tryLookups,
  tryTakenKeys,
  trySetParts,
  tryRefills,
  tryNamesakes,
  tryMadePartners,
  tryNarrowGroups,
  tryMergedParents,
  tryRowsAlong,
  tryOrphans,
  tryLookedUp,
  tryOnlyChildren,
  tryWorkedColumns,
  tryOtherValues,
  tryMovedColumns,
  tryTablesApart,
  tryBesideNulls,
  tryUnpartnered,
  tryArchiving,
  tryDepartingRows,
  tryEarlyDeletes,
  tryForgotten,
  tryTriggerLinks,
  tryAlikeColumns,
  tryOwnReads,
  tryMembers,
  tryDoubledParts,
  tryWayBack,
]

/** Trials that also consider what code compares. */
const BY_CODE: ReadonlySet<ScriptTrial> = new Set([tryRefills, tryOtherValues, tryDepartingRows])

/** Trials that also consider what code binds, on rows that it looks for. */
const BY_BOUND: ReadonlySet<ScriptTrial> = new Set([
  tryWorkedColumns,
  tryTakenKeys,
  tryForgotten,
  tryCollidingKeys,
])

/** Trials that also consider the UNIQUE indexes of the next version. */
const BY_KEYS: ReadonlySet<ScriptTrial> = new Set([tryNarrowGroups, tryMergedParents, tryRowsAlong])

/** What is additionally known about code. */
interface OfCode {
  /** What the side does, and what it compares. */
  readonly seen: readonly Effect[]
  /** Makes rows that it looks for by value. */
  readonly ask: (() => void) | undefined
}

/** The findings of all trials. */
export function tryScripts(trial: Trial, { seen, ask }: Partial<OfCode> = {}): readonly Fact[] {
  const byCode = { ...trial, effects: seen ?? trial.effects }
  const bound = byCode.effects
  const effects = [...trial.effects, ...trial.rows.uniqueNext(trial.side)]
  const asking = ask ? ({ ...trial, prepare: ask, asks: true } as const) : trial
  return SCRIPT_TRIALS.flatMap((one) => {
    if (BY_BOUND.has(one)) return one.run({ ...asking, bound })
    if (BY_KEYS.has(one)) return one.run({ ...trial, effects })
    return one.run(BY_CODE.has(one) ? byCode : trial)
  })
}

/** The trials of the last side to run. */
export function trialsOf(rows: Prover, { attended: side, facts }: Outcome): Trials {
  const { effects, before } = side
  const seen = seenIn(side)
  const integers = vastIntegers(before, seen, side.calls)
  return {
    areAny: () =>
      rows.rowsSought(seen) !== null ||
      integers.length > 0 ||
      isHalfSeen(effects) ||
      SCRIPT_TRIALS.some((one) => one.isDue([...effects, ...rows.uniqueNext(side)], before, rows)),
    run(on, prepare = () => {}) {
      const seek = on.rowsSought(seen)
      const begin = (): void => (prepare(), seek?.())
      const sought = seek && attempt(on, side, () => on.tryOut(side, begin), null)
      const isSought = seek && sought && !hasFailed(sought)
      const found = isSought ? sought.facts : facts
      // Code may do more if it finds the rows it looks for.
      const rest = isHalfSeen(effects)
        ? attempt(on, side, () => doneWithRows({ rows: on, side, prepare }, seen), null)
        : null
      const ask = isSought ? begin : rest?.begin
      const done = rest?.effects ?? effects
      const all = rest ? seenIn(side, done) : seen
      return told(found, [
        ...tryScripts({ rows: on, side, effects: done, prepare }, { seen: all, ask }),
        ...attempt(on, side, () => tryIntegers(on, side, { integers, facts: found, prepare }), []),
      ])
    },
  }
}

/** For any side. */
export const behindRepair: BehindRepair = (rows, { facts, attended, repair }) => {
  const prepare = (): void => void repair()
  const { effects } = attended
  const tried = tryScripts({ rows, side: attended, effects, prepare })
  const passing = attempt(rows, attended, () => tryPassing(rows, attended, effects, prepare), [])
  return told(facts, [...tried, ...passing])
}

/**
 * Merges in the findings of trials. A column with mixed-up values gets no other finding; lost rows of a table and a broken key are reported
 * once.
 */
export function told(known: readonly Fact[], tried: readonly Fact[]): readonly Fact[] {
  const mixed = new Set(tried.flatMap((fact) => (isLost(fact, 'mixed') ? columnIn(fact) : [])))
  const shared = new Set(tried.flatMap((fact) => (isLost(fact, 'shared') ? columnIn(fact) : [])))
  const isTold = (fact: Fact): boolean =>
    columnIn(fact).some((one) => mixed.has(one) || (isVague(fact) && shared.has(one)))
  const isKept = (fact: Fact): boolean =>
    fact.kind !== 'values-kept' ||
    fact.column !== null ||
    !tried.some((one) => one.kind === 'values-gone' && one.table === fact.table)
  const moved = new Set(tried.flatMap(tableMoved))
  const isMoved = (fact: Fact): boolean =>
    fact.kind === 'values-gone' && fact.rest === undefined && moved.has(fact.table)
  const others = known.filter((fact) => !isTold(fact) && isKept(fact) && !isMoved(fact))
  const lost = new Set(known.flatMap(losing))
  const forgotten = new Set(known.filter((fact) => isLost(fact, 'left-out')).flatMap(columnIn))
  const isLeftOut = (fact: Fact): boolean =>
    isLost(fact, 'left-out') && columnIn(fact).some((one) => forgotten.has(one))
  const failures = new Set(known.flatMap(failing))
  const all = withPartsGone(withoutOverruled([...others, ...tried]))
  const sound = tried.filter((fact) => all.has(fact))
  const first = new Map(
    sound.flatMap((fact) => losing(fact).map((one) => [one, fact] as const)).reverse(),
  )
  const better = sound.flatMap(columnsTold)
  return [
    ...others.filter((fact) => all.has(fact)).flatMap((fact) => withoutTold(fact, better)),
    ...sound.filter(
      (fact) =>
        !isLeftOut(fact) &&
        !known.some((one) => isOfMoved(one, fact)) &&
        !losing(fact).some((one) => lost.has(one) || first.get(one) !== fact) &&
        !failing(fact).some((one) => failures.has(one)),
    ),
  ]
}

/** The table whose rows a trial has found elsewhere, most of them. */
const tableMoved = (fact: Fact): string[] =>
  fact.kind === 'values-kept' && fact.column === null && fact.tried ? [fact.table] : []

/** If all but some values of a column are kept, only the missing ones are reported; if none is kept, that alone. */
function withPartsGone(facts: readonly Fact[]): ReadonlySet<Fact> {
  const gone = facts.filter((fact) => fact.kind === 'values-gone')
  const idle = gone.filter((one) => isBesideNull(one) && !facts.some((fact) => isPartOf(fact, one)))
  const told = new Set<Fact>(facts)
  for (const fact of facts) if (gone.some((one) => isPartOf(fact, one))) told.delete(fact)
  for (const fact of idle) told.delete(fact)
  return told
}

/** The columns whose values are known to be kept, or known to be partly lost. */
function columnsTold(fact: Fact): string[] {
  if (fact.kind === 'values-kept') return [`${fact.table}\n${fact.column}`]
  const isCertain = fact.kind === 'values-gone' && fact.tried === true
  return isCertain ? Object.keys(fact.row).map((name) => `${fact.table}\n${name}`) : []
}

/** Whether a value is kept of a table that is dropped, and whose other columns stand elsewhere. */
const isOfMoved = (gone: Fact, fact: Fact): boolean =>
  gone.kind === 'values-gone' &&
  gone.rest !== undefined &&
  fact.kind === 'values-kept' &&
  fact.table === gone.table

/** A finding about lost values, without columns that another finding covers better; if that covers all, a dropped table is kept. */
function withoutTold(fact: Fact, better: readonly string[]): Fact[] {
  if (fact.kind !== 'values-gone' || better.length === 0) return [fact]
  const { version, table, rest } = fact
  const row = Object.entries(fact.row).filter(([name]) => !better.includes(`${table}\n${name}`))
  if (row.length > 0) return [{ ...fact, row: Object.fromEntries(row) }]
  return rest === undefined ? [] : [{ kind: 'values-kept', version, table, column: null, in: rest }]
}

/**
 * Drops findings about values that do not come back, if another finding explains how: `up` truncates them, or `down` divides them or drops
 * their table. Drops `mistaken` if the column has any other finding.
 */
export function withoutExplained(facts: readonly Fact[], down: readonly Fact[]): readonly Fact[] {
  const columns = (losses: readonly ValueLoss[], fact: Fact): string[] =>
    fact.kind === 'values-changed' && fact.lost && losses.includes(fact.lost) ? columnIn(fact) : []
  const known = new Set([...facts, ...down].flatMap((fact) => columns(EXPLAINED, fact)))
  const told = new Set(
    [...facts, ...down].flatMap((fact) => (isLost(fact, 'mistaken') ? [] : columnIn(fact))),
  )
  return facts.filter(
    (fact) =>
      !columns(['unreturned', 'withheld'], fact).some((one) => known.has(one)) &&
      !columns(['mistaken'], fact).some((one) => told.has(one)),
  )
}

const EXPLAINED: readonly ValueLoss[] = ['cast', 'divided', 'forsaken']

/** The lost rows or broken key, which is reported once. */
function losing(fact: Fact): string[] {
  if (fact.kind === 'rows-lost') return fact.merged === undefined ? [fact.table] : []
  return fact.kind === 'foreign-key-broken' ? [[fact.table, ...fact.columns].join('\n')] : []
}

/** The failure of a statement, which is reported once, whichever rows it is about. */
const failing = (fact: Fact): string[] =>
  fact.kind === 'step-failed' ? [JSON.stringify([fact.at, fact.message])] : []

/** `shared` says it better. */
const isVague = (fact: Fact): boolean => isLost(fact, 'untied') || isLost(fact, 'levelled')

const isLost = (fact: Fact, by: ValueLoss): boolean =>
  fact.kind === 'values-changed' && fact.lost === by

const columnIn = (fact: Fact): string[] =>
  fact.kind === 'values-changed' ? [`${fact.table}\n${fact.column}`] : []
