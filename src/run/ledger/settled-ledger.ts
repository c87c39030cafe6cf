// Waiting for a step that another run does outside a transaction, as its mark in the ledger tells.
import { settled, type Work } from '../../database/outcome.js'
import type { LedgerRow, LedgerState } from '../../model/ledger.js'
import { checkAborted, type Environment } from '../environment/environment.js'
import { patiently, rollBack, takeLock } from './lock.js'
import { readLedger } from './read-ledger.js'

/** How long to wait before looking again. */
const PAUSE_MS = 100

/** How long a sign of life is watched that is old by the clock: clocks differ, and the living give one every second. */
const GRACE_MS = 2_000

/**
 * Reads the ledger when no other run is in the middle of such a step. One whose sign of life does not move for
 * `lockTimeoutMs` while nobody holds the lock is not waited for any more; throws `LOCK_TIMEOUT` where it is held for so long. That time is counted here: what the sign of
 * life says is the clock of another, which may be ahead, behind, or unreadable.
 */
export function* readSettledLedger<H>(env: Environment<H>): Work<LedgerState> {
  let last: string | undefined
  let waitedMs = 0
  for (;;) {
    const state = yield* patiently(env, () => readLedger(env))
    const sign = signOf(env, state)
    if (sign === undefined) return state
    if (sign !== last) waitedMs = 0
    last = sign
    if (waitedMs >= (yield* patienceFor(env, state))) {
      // Whoever holds the lock may be the step: after that, its next sign of life is waited for.
      if (env.driver.readonly || (yield* settled(env.driver.begin()))) env.silent.add(sign)
      else {
        yield* takeLock(env)
        waitedMs = 0
      }
      yield* rollBack(env)
      continue
    }
    checkAborted(env)
    env.emit({ type: 'waiting', waitedMs, version: markedRow(state)!.version })
    yield* settled(env.driver.pause(PAUSE_MS))
    waitedMs += PAUSE_MS
  }
}

/** Whether such a step may be under way. One whose sign of life was watched in vain is not. */
export const isRunningElsewhere = <H>(env: Environment<H>, state: LedgerState): boolean =>
  signOf(env, state) !== undefined

/** What moves while such a step lives; undefined where there is none, or it has said that it failed. */
function signOf<H>({ silent }: Environment<H>, state: LedgerState): string | undefined {
  const marked = markedRow(state)
  if (!marked || marked.heartbeatAt === null) return undefined
  const sign = `${marked.startedBy} ${marked.heartbeatAt}`
  return silent.has(sign) ? undefined : sign
}

const markedRow = (state: LedgerState): LedgerRow | undefined =>
  state.kind === 'ours' ? state.rows.find((row) => row.startedBy !== null) : undefined

function* patienceFor<H>(env: Environment<H>, state: LedgerState): Work<number> {
  const ageMs = (yield* settled(env.driver.now())) - Date.parse(markedRow(state)?.heartbeatAt ?? '')
  return Math.min(env.lockTimeoutMs, ageMs >= env.lockTimeoutMs ? GRACE_MS : Infinity)
}
