// Migrates several histories in one run: all are planned before anything is done, and each runs after those it needs.
import type { Driver } from '../database/driver.js'
import type { Mode, Work } from '../database/outcome.js'
import { LockstepError, type Cause } from '../errors/lockstep-error.js'
import { needsUnmet } from '../errors/needs.js'
import type { Together } from '../model/registry.js'
import { parseNeed, toldNeed, type Need } from '../model/needs.js'
import type { HistoriesReport, RunReport } from '../model/report.js'
import { NOTHING_CHANGED, NOTHING_CHANGED_OF_IT } from '../model/told-step.js'
import { versionId } from '../model/version.js'
import type { Environment } from './environment/environment.js'
import { typed } from './environment/faults.js'
import { isCurrent } from './ledger/read-ledger.js'
import { migrateWork, refuseOpenTransaction } from './migrate.js'
import { planBeside } from './histories/plan-beside.js'
import { historiesOf, type History, type Options, type Registries } from './histories-of.js'
import { inOrder } from './histories/in-order.js'

/** What the registry of a named history brings with it. */
export const together: Together = (driver, registries, options) =>
  migrateTogether(driver as Driver<unknown, Mode>, registries as Registries, options as Options)

function* migrateTogether(
  driver: Driver<unknown, Mode>,
  registries: Registries,
  options: Options,
): Work<HistoriesReport> {
  const all = inOrder(historiesOf(driver, registries, options))
  const reports: (readonly [string, RunReport])[] = []
  if (!(yield* areCurrent(all))) yield* planAll(all)
  let { backup } = options
  for (const history of all) {
    const { env, registry, target } = history
    const own = { ...env, options: { ...env.options, backup } } as Environment<unknown>
    const report = yield* named(history, reports, migrateWork(own, registry, target))
    if (report.steps.length > 0) backup = undefined
    reports.push([history.name, report])
  }
  return summaryOf(reports)
}

function* areCurrent(all: readonly History[]): Work<boolean> {
  for (const { env, registry, target } of all)
    if (target.to !== undefined || !(yield* isCurrent(env, registry))) return false
  return true
}

/** Throws whatever planning any of the histories throws, before anything is done. */
function* planAll(all: readonly History[]): Work<void> {
  const there = new Set<string>()
  for (const history of all) {
    const { env, registry, target } = history
    refuseOpenTransaction(env)
    yield* named(history, [], typed(env, planOne(history, there, all)))
    const last = target.to ?? registry.length
    for (const { version } of registry.slice(0, last)) there.add(placeOf(env.table, version))
  }
}

function* planOne(
  { env, target }: History,
  there: ReadonlySet<string>,
  all: readonly History[],
): Work<void> {
  const comesBefore = ({ ledger, id }: Need): boolean => there.has(`${ledger} ${id}`)
  const { unmet } = yield* planBeside(env, target, comesBefore)
  if (unmet.length === 0) return
  const cause = needsUnmet(unmet)
  const held = unmet.flatMap(({ missing }) =>
    missing.filter((text) => all.some((one) => one.env.table === parseNeed(text)?.ledger)),
  )
  throw new LockstepError({ ...cause, ...(held.length > 0 && { fix: reaching(held) }) })
}

/** The fix for needs of histories that are in the call but end too early there. */
const reaching = (held: readonly string[]): string =>
  `Make the call reach ${held.map(toldNeed).join(', ')}: pass a registry that has it, and no lower version in \`to\`.`

const placeOf = (ledger: string, version: number): string => `${ledger} ${versionId(version)}`

/** Adds to an error which history it is about, and what was done for those before it. */
function* named<T>(
  { name }: History,
  reports: readonly (readonly [string, RunReport])[],
  work: Work<T>,
): Work<T> {
  try {
    return yield* work
  } catch (error) {
    const { report } = error as LockstepError
    const parts = LockstepError.partsOf(error as LockstepError)
    const facts = { ...parts.facts, history: name, before: summaryOf(reports) }
    const message = `History ${name}: ${parts.message}`
    const told = { ...parts, ...behind(reports, parts), message, facts }
    throw Object.assign(new LockstepError(told, error as LockstepError), { report })
  }
}

/** Lists what the call did before, and adjusts the statement that nothing was changed. */
function behind(
  reports: readonly (readonly [string, RunReport])[],
  { state, lines = [] }: Cause,
): Pick<Cause, 'state' | 'lines'> {
  const done = reports.filter(([, { steps }]) => steps.length > 0)
  if (done.length === 0) return {}
  const runs = done.map(
    ([name, { from, to }]) => `${name} was migrated from ${versionId(from)} to ${versionId(to)}`,
  )
  return {
    lines: [...lines, `Before it, ${runs.join('; ')}.`],
    ...(state === NOTHING_CHANGED && { state: NOTHING_CHANGED_OF_IT }),
  }
}

const summaryOf = (reports: readonly (readonly [string, RunReport])[]): HistoriesReport => ({
  histories: Object.fromEntries(reports.map(([name, { from, to }]) => [name, { from, to }])),
  steps: reports.flatMap(([history, { steps }]) => steps.map((step) => ({ history, ...step }))),
  durationMs: reports.reduce((sum, [, { durationMs }]) => sum + durationMs, 0),
})
