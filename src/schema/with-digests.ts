// Puts what the registry file says of the schema to the migrations that it is about.
import type { Digests, Registry } from '../model/registry.js'

/** The registry with its digests; one that has them itself, as an older Lockstep wrote it, stays as it is. */
export function withDigests<H, V extends number>(
  registry: Registry<H, V>,
  digests: Digests | undefined,
): Registry<H, V> {
  if (!digests || !Array.isArray(registry)) return registry
  return registry.map((entry) => ({ ...digests[entry.version], ...entry }))
}

/** Whether the registry tells of each version what it does to the schema. */
export const hasDigests = (registry: Registry<never>): boolean =>
  registry.every(({ schemaDigest }) => schemaDigest !== undefined)
