// Several histories in one database, migrated in one call.
import type { MigrationEvent } from './events.js'
import type { ManagerOptions } from './options.js'
import type { Digests } from './registry.js'

/** How several histories are migrated; `R` are their registries. `table` is the ledger of the one without a name. */
export interface HistoriesOptions<R> extends Omit<
  ManagerOptions,
  'transaction' | 'mirrors' | 'digests' | 'onEvent'
> {
  /** The version to migrate each history to, by name. Default: each to its latest. */
  readonly to?: { readonly [K in keyof R]?: VersionOf<R[K]> }
  /** `digests` of the registry files, by the name of the history. */
  readonly digests?: { readonly [K in keyof R]?: Digests }
  /** Called for every event, with the history that it is about. */
  readonly onEvent?: (event: MigrationEvent & { readonly history: string }) => void
}

type VersionOf<T> = T extends readonly { readonly version: infer V extends number }[] ? V : never
