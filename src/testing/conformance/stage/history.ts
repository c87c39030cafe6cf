// Histories for the cases, in the shape of a generated registry.
import { perform, type Work } from '../../../database/outcome.js'
import type { Script } from '../../../model/migration.js'
import type { MigrationSource, Registry, RegistryEntry } from '../../../model/registry.js'
import type { AnyDriver } from './stage.js'

/** A migration's code, without the types that would reject promises: whether they are right depends on the driver. */
export type Code = (db: unknown) => unknown

/** What a case states about a migration; the rest follows from its position in the list. */
export interface Draft extends Partial<
  Pick<RegistryEntry<unknown>, 'transaction' | 'file' | 'at'>
> {
  readonly up: Script | Code
  readonly down?: Script | Code
}

/** A registry of these migrations, numbered from 1. Their content serves as their digest, except for the text of functions. */
export function historyOf(...drafts: readonly Draft[]): Registry<unknown> {
  let lineage = '1:'
  return drafts.map(({ up, down, ...stated }, index) => {
    const version = index + 1
    const checksum = digestOf(up)
    lineage += `${version} ${checksum}; `
    return {
      version,
      name: `step_${version}`,
      file: `migrations/00${version}_step_${version}.ts`,
      reversible: down !== undefined,
      ...(down !== undefined && { downChecksum: digestOf(down) }),
      ...stated,
      checksum,
      lineage,
      source: { up, down } as MigrationSource<unknown>,
    }
  })
}

const digestOf = (side: Script | Code): string =>
  `1:${typeof side === 'function' ? 'code' : JSON.stringify(side)}`

/** Code for either mode: written once as work, it returns a promise only if the driver is asynchronous. */
export const codeFor =
  ({ mode }: AnyDriver, work: () => Work<unknown>): Code =>
  () =>
    perform(mode, work())
