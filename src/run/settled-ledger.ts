// Waiting for a step that another run does outside a transaction, as its mark in the ledger tells.
import { settled, type Work } from '../database/outcome.js'
import type { LedgerState } from '../model/ledger.js'
import { checkAborted, type Environment } from './environment.js'
import { patiently } from './lock.js'
import { readLedger } from './read-ledger.js'

/** How long to wait before looking again. */
const PAUSE_MS = 100

/** Reads the ledger when no other run is in the middle of such a step; one without sign of life is not waited for. */
export function* readSettledLedger<H>(env: Environment<H>): Work<LedgerState> {
  for (;;) {
    const state = yield* patiently(env, () => readLedger(env))
    if (!(yield* isRunningElsewhere(env, state))) return state
    yield* settled(env.driver.pause(PAUSE_MS))
  }
}

/** Whether such a step is under way and has given a sign of life within `lockTimeoutMs`. */
export function* isRunningElsewhere<H>(env: Environment<H>, state: LedgerState): Work<boolean> {
  const marked = state.kind === 'ours' && state.rows.find((row) => row.startedBy !== null)
  if (!marked || marked.heartbeatAt === null) return false
  const waitedMs = (yield* settled(env.driver.now())) - Date.parse(marked.heartbeatAt)
  if (waitedMs >= env.lockTimeoutMs) return false
  checkAborted(env)
  env.emit({ type: 'waiting', waitedMs })
  return true
}
