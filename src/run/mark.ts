// Marking a version by hand: what the ledger allows, and what the schema bears out. Never writes.
import type { Work } from '../database/outcome.js'
import { LockstepError } from '../errors/lockstep-error.js'
import { markRefused } from '../errors/recovery.js'
import { optionInvalid } from '../errors/usage.js'
import type { LedgerState } from '../model/ledger.js'
import type { Marking, MarkOptions } from '../model/recovery.js'
import type { SchemaDifference } from '../model/verification.js'
import { checkForce, type LedgerEdit } from '../plan/ledger-edit.js'
import { planMark } from '../plan/plan-mark.js'
import { renderDifferences } from '../schema/render-differences.js'
import { diffDigests, historyUpTo, isLeftBy } from '../schema/schema-digest.js'
import { readOwnSchema } from '../schema/schema-view.js'
import type { Environment } from './environment/environment.js'
import { exclusionsOf } from './verify.js'

/** The edit that marks a version. Throws what `planMark` throws, and `MARK_REFUSED` where what it makes is not there. */
export function* markWork<H>(
  env: Environment<H>,
  state: LedgerState,
  version: number,
  options: MarkOptions,
): Work<LedgerEdit<H, Marking>> {
  checkForce(options)
  if (options.force === true && options.as === 'pending')
    throw new LockstepError(optionInvalid('force', true, 'left out where a version is forgotten'))
  const edit = planMark(env.registry, state, { ...options, version, table: env.table })
  if (options.as === 'pending' || options.force === true) return edit
  const lines = renderDifferences(yield* differencesOf(env, edit.answer))
  if (lines.length === 0) return edit
  const reason = `what it makes is not in the schema: ${lines.join(', ')}`
  const fix =
    'Apply it with `lockstep migrate`, or bring the schema to what it makes. To record it all the same, add `--force --reason "<why>"`.'
  throw new LockstepError(markRefused(version, 'applied', reason, fix))
}

/**
 * Of the objects that the version changes; what else differs was there before, and what is as a later version leaves it
 * has been through this one. None where the registry does not tell.
 */
function* differencesOf<H>(
  env: Environment<H>,
  { version, to }: Marking,
): Work<readonly SchemaDifference[]> {
  const changes = env.registry[version - 1]?.schemaChanges ?? {}
  if (Object.keys(changes).length === 0 || to > env.registry.length) return []
  const { schema, ignores } = yield* readOwnSchema(env.driver, exclusionsOf(env))
  const history = historyUpTo(env.registry, to, ignores)
  const later = env.registry.slice(to)
  return (history ? diffDigests(history, schema) : []).filter(
    ({ object }) => object in changes && !isLeftBy(later, object, schema),
  )
}
