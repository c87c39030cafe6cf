// Plans what migrating would do: one history, or all of one database in the order of their migration.
import { perform } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { needsUnmet, type Unmet } from '../../errors/needs.js'
import type { Registry } from '../../model/registry.js'
import { typed } from '../../run/environment/faults.js'
import { inOrder } from '../../run/histories/in-order.js'
import { planBeside } from '../../run/histories/plan-beside.js'
import type { Invocation } from '../command/command.js'
import { environmentOf, findBehind } from '../database/find-behind.js'
import { refuseUnknownFolder } from '../database/look-at-file.js'
import { readDatabase } from '../database/read-database.js'
import { refusalOf } from '../database/refuse-behind.js'
import { describePlan, type DescribedPlan } from '../render/describe-plan.js'
import type { Settings } from '../settings/settings.js'
import { isCovered, named, type OneOfSeveral } from './several-histories.js'

/** A plan with its history and database. */
export interface Planned {
  readonly path: string
  readonly shown: string
  readonly exists: boolean
  readonly settings: Settings
  readonly registry: Registry<never>
  readonly env: { readonly table: string }
  readonly plan: DescribedPlan
  /** Its needs of other histories that are not applied. */
  readonly unmet: readonly Unmet[]
}

/** Throws the error that `migrate` would throw, except for what other histories have to do before. */
export const planOne = (invocation: Invocation): Promise<Planned> =>
  readDatabase(invocation, 'fresh', (database) => {
    const { manager, path, shown, exists, settings, registry, unregistered } = database
    refuseUnknownFolder(database, path, invocation)
    const { to } = invocation.flags
    const env = environmentOf(database)
    const target = to === undefined ? {} : { to }
    const { plan: planned, unmet } = perform('sync', typed(env, planBeside(env, target)))
    const applied = planned.steps.flatMap(({ kind, entry }) => (kind === 'apply' ? [entry] : []))
    const behind = findBehind(database, manager.status())
    const refusal = applied[0] && refusalOf(applied[0], behind, settings.root)
    if (refusal) throw refusal
    const told = behind
      .filter(({ facts }) => applied.some(({ version }) => version === facts?.['version']))
      .map((problem) => ({ ...problem, severity: 'warning' as const }))
    const described = describePlan(planned, settings)
    const plan = { ...described, warnings: [...described.warnings, ...told, ...unregistered] }
    return { path, shown, exists, settings, registry, env: { table: env.table }, plan, unmet }
  })

/** The plans in the order of the run. Throws what planning any of them throws, and if none provides what one of them needs. */
export async function planEach(
  all: readonly OneOfSeveral[],
): Promise<readonly (OneOfSeveral & Planned)[]> {
  const planned: (OneOfSeveral & Planned)[] = []
  for (const one of all) planned.push({ ...one, ...(await named(one, planOne)) })
  const latest = new Map(planned.map(({ env, registry }) => [env.table, registry.length]))
  for (const one of planned) await named(one, async () => refuseUnmet(one, latest))
  return inOrder(planned)
}

/** Throws `NEEDS_UNMET`. What is provided before by those whose newest versions are given is not missing. */
export function refuseUnmet(
  { unmet }: Pick<Planned, 'unmet'>,
  latest: ReadonlyMap<string, number> = new Map(),
): void {
  const missed = unmet
    .map((one) => ({ ...one, missing: one.missing.filter((text) => !isCovered([text], latest)) }))
    .filter(({ missing }) => missing.length > 0)
  if (missed.length > 0) throw new LockstepError(needsUnmet(missed))
}
