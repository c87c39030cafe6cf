// Plans marking a version by hand, checking it against the ledger and the schema. Never writes.
import type { Work } from '../database/outcome.js'
import { LockstepError } from '../errors/lockstep-error.js'
import { markRefused } from '../errors/recovery.js'
import { optionInvalid } from '../errors/usage.js'
import type { LedgerState } from '../model/ledger.js'
import type { Marking, MarkOptions } from '../model/recovery.js'
import { versionId } from '../model/version.js'
import { checkForce, type LedgerEdit } from '../plan/ledger-edit.js'
import { planMark } from '../plan/plan-mark.js'
import { renderDifferences } from '../schema/render-differences.js'
import { readOwnSchema } from '../schema/schema-view.js'
import type { Environment } from './environment/environment.js'
import { lackingObjects, touchedObjects } from './compare-schema.js'
import { refuseUnmet } from './histories/dependencies.js'
import { refuseNeeded } from './histories/refuse-needed.js'
import { exclusionsOf } from './verify.js'

/**
 * The edit that marks a version. Throws what `planMark` throws, `MARK_REFUSED` if the objects it creates are missing,
 * `NEEDS_UNMET` if a version it needs is not applied, and `NEEDED_ELSEWHERE` if the version to forget is needed by others.
 */
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
  if (options.as === 'pending') yield* refuseNeeded(env, [edit.answer])
  if (options.as === 'pending' || options.force === true) return edit
  yield* refuseUnmet(env, edit.written, 'record')
  const refusal = yield* refusalOf(env, state, edit.answer)
  if (refusal) throw refusal
  return edit
}

/**
 * Refuses if any object that the version changes differs from what the version leaves; other differences were there before. Null
 * if none differs or the registry has no digests.
 */
function* refusalOf<H>(
  env: Environment<H>,
  state: LedgerState,
  { version, to }: Marking,
): Work<LockstepError | null> {
  const look = yield* readOwnSchema(env.driver, exclusionsOf(env))
  const lines = renderDifferences(lackingObjects(env.registry, version, look, to) ?? [])
  if (lines.length === 0) return null
  const reason = `what it creates is not in the schema: ${lines.join(', ')}`
  const hasRow = state.kind === 'ours' && state.rows.some((row) => row.version === version)
  const way = wayToApply(version, touchedObjects(env.registry, version, look), hasRow)
  const fix = `Add what it creates to the schema, and mark it again; or ${way}. To record it anyway, add \`--force --reason "<why>"\`.`
  return new LockstepError(markRefused(version, 'applied', reason, fix))
}

/** A version that has a row is not applied again, and an object that partly exists gets in the way. */
function wayToApply(version: number, touched: readonly string[], hasRow: boolean): string {
  const steps = [
    ...(touched.length > 0 ? [`undo by hand what it has done (${touched.join(', ')})`] : []),
    ...(hasRow ? [`run \`lockstep mark ${versionId(version)} --pending\``] : []),
    'apply it with `lockstep migrate`',
  ]
  return [steps.slice(0, -1).join(', '), steps.at(-1)].filter(Boolean).join(' and ')
}
