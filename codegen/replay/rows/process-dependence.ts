// Judges whether code behaves differently if earlier versions, or the code itself on another database, have run in the same process. Only
// statements and resulting rows are compared: caches, counters and logs in memory do not matter.
import type { BoundStatement, ProcessDependent } from '../../model/evidence.js'
import { tokensOf } from '../../../src/sql/split-statements.js'
import type { ChanceGone } from '../../model/version-facts.js'
import { shownValues, type HandedCall, type HandedRun } from '../sides/handed-calls.js'
import type { HistoryRun } from '../sides/history-run.js'
import { inNewProcess } from '../sides/new-process.js'
import { wholeSide } from '../sides/whole-side.js'
import type { Knowledge } from './fill/knowledge.js'
import { prover, type Prover, type ProverMemory } from './prover.js'
import { REPEATS } from '../sides/repeats.js'
import { rowDigests } from './row-digests.js'
import type { StepSide } from './watch/observed-run.js'

/** A history with the prover that carries it. */
export interface Carrying {
  readonly run: HistoryRun
  readonly knowledge: Knowledge
  readonly rows: Prover
}

/** A side that ran alone and was rolled back, and the database from before it. */
export interface Rehearsal {
  readonly side: StepSide
  readonly memory: ProverMemory
  readonly alone: HandedRun
}

/** Runs a side of code as in a process of its own; must be called before it runs for good. */
export function rehearse({ run, rows }: Carrying, side: StepSide, memory: ProverMemory): Rehearsal {
  const entry = inNewProcess(run, side.entry, side.direction)
  const { failure } = rows.tryOut({ ...side, entry }, undefined, () => [])
  const alone = { ...rows.handed(), failure: failure?.message ?? null }
  return { side, memory, alone }
}

/** Must be called after the side. Differences that occur on every run have other causes, and may leave no trace. */
export async function processFacts(
  carrying: Carrying,
  { side, memory, alone }: Rehearsal,
): Promise<(ChanceGone | ProcessDependent)[]> {
  const { run, knowledge, rows } = carrying
  const together = rows.handed()
  if (!run.reopen || isSame(alone, together)) return []
  const copy = prover(await run.reopen(memory.database), run, knowledge, memory)
  try {
    const again = (): HandedRun => rehearse({ ...carrying, rows: copy }, side, memory).alone
    const other = firstThat(again, (one) => !isSame(alone, one))
    const entry = inNewProcess(run, side.entry, side.direction)
    const { failure } = copy.run({ ...side, entry }, 'carry')
    const leavesSame = !failure && printOf(copy) === printOf(rows)
    if (!other) return leavesSame ? [] : [describe(side, alone, together)]
    const isOfNames = leavesSame && differInNames(alone.all, other.all)
    return isOfNames ? [{ kind: 'chance-gone', version: entry.version }] : []
  } finally {
    copy.close()
  }
}

/** The same for code that has run on another database before: its variables keep what they held. */
export async function secondFacts(
  { run, knowledge }: Carrying,
  side: StepSide,
  memory: ProverMemory,
): Promise<ProcessDependent[]> {
  const open: Prover[] = []
  const loaded = (): StepSide => ({ ...side, entry: inNewProcess(run, side.entry, side.direction) })
  const ending = async (of: StepSide): Promise<string> => {
    const copy = prover(await run.reopen!(memory.database), run, knowledge, memory)
    open.push(copy)
    const { failure } = copy.run(of, 'carry')
    return `${failure?.message ?? ''}\n${printOf(copy)}`
  }
  try {
    const kept = loaded()
    const first = await ending(kept)
    if ((await ending(kept)) === first) return []
    for (let turn = 0; turn < REPEATS; turn++) if ((await ending(loaded())) !== first) return []
    const at = wholeSide(side.entry.version, side.direction)
    const nothing = { together: null, alone: null, failure: null }
    return [{ kind: 'process-dependent', at, ...nothing, twice: true }]
  } finally {
    for (const copy of open) copy.close()
  }
}

function firstThat<T>(next: () => T, isSought: (one: T) => boolean): T | undefined {
  for (let turn = 0; turn < REPEATS; turn++) {
    const one = next()
    if (isSought(one)) return one
  }
  return undefined
}

const isSame = (one: HandedRun, other: HandedRun): boolean =>
  one.print === other.print && one.failure === other.failure

/** Whether statements differ only in names: the values written may differ for rows that do not exist here. */
function differInNames(one: readonly HandedCall[], other: readonly HandedCall[]): boolean {
  const wordsOf = (calls: readonly HandedCall[]): string[] =>
    calls.flatMap(({ text, values }) => [
      ...Array.from(tokensOf(text), (token) => token.text),
      `'${shownValues(values)}`,
    ])
  const [words, others] = [wordsOf(one), wordsOf(other)]
  const isName = (word = ''): boolean => !/^(?:['\d.]|x'|true$|false$|null$)/i.test(word)
  return (
    words.length === others.length &&
    words.every((word, at) => word === others[at] || (isName(word) && isName(others[at])))
  )
}

function printOf(rows: Prover): string {
  const objects = [...rows.situation().catalog].map(([key, { sql }]) => [key, sql])
  return JSON.stringify([objects.sort(), Object.entries(rowDigests(rows)).sort()])
}

function describe(
  { entry, direction }: StepSide,
  alone: HandedRun,
  together: HandedRun,
): ProcessDependent {
  const [ownCalls, calls] = [alone, together].map(({ all }) => all.filter(({ reads }) => !reads))
  const at = calls!.findIndex((call, index) => keyOf(call) !== keyOf(ownCalls![index]))
  const first = at < 0 ? calls!.length : at
  return {
    kind: 'process-dependent',
    at: wholeSide(entry.version, direction),
    together: shown(calls![first]),
    alone: shown(ownCalls![first]),
    failure: alone.failure,
  }
}

const keyOf = (call: HandedCall | undefined): string =>
  call ? `${call.text}\0${shownValues(call.values)}` : ''

const shown = (call: HandedCall | undefined): BoundStatement | null =>
  call
    ? { text: call.text.slice(0, LONGEST), values: shownValues(call.values).slice(0, LONGEST) }
    : null

const LONGEST = 2000
