// Statements that the runtime does not bear: of scripts, replay goes on without them and says so; code may have its reasons.
import { ignoreComment } from '../wording/describe-step.js'
import type { FoundStatement, Subject } from '../subject/rule.js'

/** What replaying leaves out: of code, which has to be run as it is, nothing. */
export const inScript = (statement: FoundStatement): FoundStatement | null =>
  statement.origin === 'script' ? statement : null

/** What code may be excused by: a condition or a handler that a reader knows and replay does not. */
export const orSayWhy = (code: string, { origin, migration }: FoundStatement): string =>
  origin === 'script'
    ? ''
    : `; or, where the code sees to it that it does no harm, say how: ${ignoreComment(code, migration)}`

/** A sentence to be appended where a replay has gone on; where the settings make it no error, the runtime has refused the step. */
export function wayOn({ origin, migration }: FoundStatement, replay: Subject['replay']): string {
  const step = replay?.steps.find(({ version }) => version === migration.version)
  const isRefused = step?.facts.some(
    ({ kind, ...fact }) => kind === 'step-failed' && 'refusal' in fact,
  )
  return origin === 'script' && step && !isRefused ? ' The replay went on without it.' : ''
}
