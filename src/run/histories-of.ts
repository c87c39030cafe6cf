// Lists the histories to migrate together, each with its own options, and refuses invalid combinations.
import type { Driver } from '../database/driver.js'
import type { Mode } from '../database/outcome.js'
import { LockstepError } from '../errors/lockstep-error.js'
import { optionInvalid, registryNotAList } from '../errors/usage.js'
import type { HistoriesOptions } from '../model/histories.js'
import type { ManagerOptions, MigrateOptions } from '../model/options.js'
import type { Registry } from '../model/registry.js'
import { environment, type Environment } from './environment/environment.js'

/** Registries by the names of their histories. */
export type Registries = Readonly<Record<string, Registry<unknown>>>

/** The options for all histories together. */
export type Options = HistoriesOptions<Registries>

/** One of the histories. */
export interface History {
  readonly name: string
  readonly registry: Registry<unknown>
  readonly env: Environment<unknown>
  readonly target: MigrateOptions
}

/** The histories that have migrations, in the given order. Throws `OPTION_INVALID`. */
export function historiesOf(
  driver: Driver<unknown, Mode>,
  registries: Registries,
  options: Options,
): History[] {
  for (const [name, registry] of Object.entries(registries))
    if (!Array.isArray(registry)) throw new LockstepError(registryNotAList(registry, name))
  const { to = {}, digests = {} } = options
  for (const option of ['transaction', 'mirrors', 'steps'])
    if (option in options) {
      const value = (options as Readonly<Record<string, unknown>>)[option]
      throw new LockstepError(optionInvalid(option, value, 'left out: it is for one history'))
    }
  const isUnnamed = ([first]: Registry<unknown>): boolean => first !== undefined && !first.history
  if (options.table !== undefined && !Object.values(registries).some(isUnnamed))
    throw new LockstepError(
      optionInvalid('table', options.table, 'left out: each history has a name, and so a ledger'),
    )
  if (typeof to !== 'object')
    throw new LockstepError(optionInvalid('to', to, 'versions by name, like { core: 3 }'))
  checkNames('to', to, registries)
  checkNames('digests', digests, registries)
  const ledgers = new Map<string, string>()
  return Object.entries(registries).flatMap(([name, registry]) => {
    const env = environment(driver, registry, optionsOf(name, registry, options))
    if (registry.length === 0) return []
    const other = ledgers.get(env.table)
    if (other !== undefined) throw refused(name, `one with a name: ${other} has none either`)
    ledgers.set(env.table, name)
    return { name, registry, env, target: to[name] === undefined ? {} : { to: to[name] } }
  })
}

function optionsOf(
  name: string,
  [first]: Registry<unknown>,
  { to: _to, digests, table, onEvent, ...shared }: Options,
): ManagerOptions {
  const own = first?.history
  if (own !== undefined && own !== name) throw refused(name, `called ${own}, as its registry says`)
  const known = digests?.[name]
  return {
    ...shared,
    ...(own === undefined && table !== undefined && { table }),
    ...(known && { digests: known }),
    ...(onEvent && { onEvent: (event) => onEvent({ ...event, history: name }) }),
  }
}

const refused = (name: string, wanted: string): LockstepError =>
  new LockstepError(optionInvalid('registries', name, wanted))

function checkNames(option: string, stated: object, registries: Registries): void {
  for (const name of Object.keys(stated))
    if (!Object.hasOwn(registries, name))
      throw new LockstepError(optionInvalid(option, name, 'by the names of the registries'))
}
