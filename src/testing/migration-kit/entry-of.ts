// Finds a migration by its version.
import { LockstepError } from '../../errors/lockstep-error.js'
import { targetUnknown } from '../../errors/usage.js'
import type { Registry, RegistryEntry } from '../../model/registry.js'

/** The entry of a version. Throws `TARGET_UNKNOWN`, which only untyped code can cause. */
export function entryOf<D>(registry: Registry<D>, version: number): RegistryEntry<D> {
  const entry = registry[version - 1]
  if (entry) return entry
  throw new LockstepError(targetUnknown(version, registry.length))
}
