// The state of a run: the remaining tasks, what the ledger should hold, and taking the lock with both checked.
import { settled, type Work } from '../database/outcome.js'
import type { LedgerRow, LedgerState } from '../model/ledger.js'
import type { Plan } from '../model/plan.js'
import type { RegistryEntry } from '../model/registry.js'
import type { DoneStep } from '../model/report.js'
import { isMarked } from '../plan/compare.js'
import type { Environment } from './environment/environment.js'
import { keyWatch, type KeyWatch } from './keys/key-watch.js'
import { keepDown } from './ledger/kept-downs.js'
import { rollBack, takeLock } from './ledger/lock.js'
import { expectRow, readHead, readLedger } from './ledger/read-ledger.js'
import { refuseNoJournal } from './environment/refuse-unsafe.js'
import { isRunningElsewhere, readSettledLedger } from './ledger/settled-ledger.js'
import { taskOf, type Task } from './environment/task.js'
import { createLedger, restamp, writeLog } from './ledger/write-ledger.js'

/**
 * Makes the plan again from the current ledger, with the same target; `known` is the version at which this run last saw or left
 * the database.
 */
export type Replan<H> = (state: LedgerState, known: number) => Plan<H>

/** What a run starts from. */
export interface RunStart<H> {
  readonly plan: Plan<H>
  /** The state of the ledger from which the plan was made. */
  readonly state: LedgerState
  /** The database's data version before that; undefined if application code may have written since. */
  readonly seen: unknown
  readonly replan: Replan<H>
}

/** A run and its progress. */
export interface Run<H> {
  readonly env: Environment<H>
  readonly keys: KeyWatch<H>
  readonly replan: Replan<H>
  /** The steps this run has committed. */
  readonly done: DoneStep[]
  /** All tasks of the plan, and how many of them are done. */
  tasks: readonly Task<H>[]
  position: number
  restamps: readonly RegistryEntry<H>[]
  /** What the ledger holds as far as this run knows, in ascending order. */
  rows: Pick<LedgerRow, 'version' | 'lineage'>[]
  /** The database's data version when the ledger was last seen. */
  seen: unknown
  /** Whether there is no ledger yet. */
  isNew: boolean
  /** Whether the database was seen without any table. */
  blank: boolean
  /** The copy made for this run, and whether its line in the log is committed. */
  backup?: { readonly file: string; noted: boolean }
}

/** Starts a run of a plan. */
export function startRun<H>(
  env: Environment<H>,
  { plan, state, seen, replan }: RunStart<H>,
): Run<H> {
  const run: Run<H> = {
    env,
    keys: watchOf(env),
    replan,
    done: [],
    tasks: [],
    position: 0,
    restamps: [],
    rows: [],
    seen,
    isNew: false,
    blank: false,
  }
  know(run, state)
  follow(run, plan)
  return run
}

function know<H>(run: Run<H>, state: LedgerState): void {
  run.isNew = state.kind === 'absent'
  run.blank = state.kind === 'absent' && !state.unmanaged && !state.others
}

/** The watch over foreign keys, wrapped in the gates of the options. */
const watchOf = <H>(env: Environment<H>): KeyWatch<H> =>
  [env.guard ?? [], env.options.gates ?? []]
    .flat()
    .reduce((watch, gate) => gate(env as never, watch as never) as KeyWatch<H>, keyWatch(env))

/** The next task; undefined when all are done. */
export const nextTask = <H>(run: Run<H>): Task<H> | undefined => run.tasks[run.position]

function follow<H>(run: Run<H>, { steps, rows }: Plan<H>): void {
  run.tasks = steps.flatMap(({ kind, entry }) =>
    kind === 'restamp' ? [] : [taskOf(entry, kind === 'apply' ? 'up' : 'down')],
  )
  run.position = 0
  run.restamps = steps.flatMap(({ kind, entry }) => (kind === 'restamp' ? [entry] : []))
  run.rows = [...rows]
}

/** Records that the next task is committed. */
export function advance<H>(run: Run<H>, task: Task<H>, done: DoneStep): void {
  run.done.push(done)
  run.position += 1
  if (task.direction === 'up') run.rows.push(task.entry)
  else run.rows.pop()
}

/**
 * Takes the lock; plans again if the ledger has moved; waits for a step that another run does outside a transaction; prepares the
 * ledger for writing. Leaves a transaction open.
 */
export function* enter<H>(run: Run<H>): Work<void> {
  while (!(yield* takeTurn(run))) {
    yield* rollBack(run.env)
    run.seen = undefined
    yield* readSettledLedger(run.env)
  }
}

function* takeTurn<H>(run: Run<H>): Work<boolean> {
  const { env } = run
  yield* takeLock(env)
  try {
    if (yield* hasMoved(run)) {
      const state = yield* readLedger(env)
      if (isRunningElsewhere(env, state)) return false
      know(run, state)
      follow(run, run.replan(state, run.rows.at(-1)?.version ?? 0))
    }
    if (run.isNew && nextTask(run)) yield* createLedger(env)
    run.isNew = false
    for (const entry of run.restamps) yield* renew(run, entry)
    run.restamps = []
    return true
  } catch (error) {
    yield* rollBack(env)
    throw error
  }
}

/** Also logs the repair of a row that an earlier edit had marked: until now the ledger said that the history was a different one. */
function* renew<H>({ env, rows }: Run<H>, entry: RegistryEntry<H>): Work<void> {
  const before = rows[entry.version - 1]
  yield* restamp(env, entry)
  if (env.options.keepDowns) yield* keepDown(env, entry)
  yield* expectRow(env, entry, rows.length)
  if (before && isMarked(before))
    yield* writeLog(
      env,
      'repair',
      entry,
      `lineage ${before.lineage} → ${entry.lineage}: the edit before it was taken back`,
    )
}

/**
 * Whether the ledger may differ from what the run knows. While no other connection has committed since this run last saw it, only
 * a listener on this connection can have changed it; otherwise its head and row count decide.
 */
function* hasMoved<H>(run: Run<H>): Work<boolean> {
  const { env, seen } = run
  run.seen = yield* settled(env.driver.dataVersion())
  const isAlone = seen !== undefined && seen === run.seen
  const isTrusted = isAlone && !env.options.onEvent
  if (!isTrusted || run.done.length === 0) yield* refuseNoJournal(env)
  if (isTrusted) return false
  const moved = yield* isAnother(run)
  if (isAlone && !moved) return false
  run.keys.forget()
  env.triggered = env.hidden = undefined
  return moved
}

/** Whether the ledger is not as this run left it. One without rows may not exist yet and is read again. */
function* isAnother<H>({ env, rows }: Run<H>): Work<boolean> {
  const last = rows[rows.length - 1]
  if (!last) return true
  try {
    const head = yield* readHead(env, last.version)
    return head.lineage !== last.lineage || head.count !== rows.length
  } catch {
    // Either the ledger is gone, or reading it in full will name the fault.
    return true
  }
}
