// Waits for a step that another run does outside a transaction, according to its mark in the ledger.
import { settled, type Work } from '../../database/outcome.js'
import type { LedgerRow, LedgerState } from '../../model/ledger.js'
import { checkAborted, type Environment } from '../environment/environment.js'
import { patiently, rollBack, takeLock } from './lock.js'
import { readLedger } from './read-ledger.js'

/** How long to wait before looking again. */
const PAUSE_MS = 100

/** How long to watch a heartbeat that is old by the clock: clocks differ, and a living step writes one every second. */
const GRACE_MS = 2_000

/**
 * Reads the ledger once no other run is in the middle of such a step. A step whose heartbeat does not move for `lockTimeoutMs`
 * while nobody holds the lock is no longer waited for; throws `LOCK_TIMEOUT` if the lock is held for that long. The time is
 * counted here: the heartbeat uses another machine's clock, which may be ahead, behind, or unreadable.
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
      // Whoever holds the lock may be the step: after that, its next heartbeat is waited for.
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

/** Whether such a step may be running. One whose heartbeat was watched in vain is not. */
export const isRunningElsewhere = <H>(env: Environment<H>, state: LedgerState): boolean =>
  signOf(env, state) !== undefined

/** A value that changes while such a step lives; undefined if there is none, or it has recorded its failure. */
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
