// Attaches the digests of the registry file to the migrations they describe.
import type { Digests, Registry } from '../model/registry.js'

/** The registry with its digests; one that already has them, as an older Lockstep wrote it, stays as it is. */
export function withDigests<H, V extends number>(
  registry: Registry<H, V>,
  digests: Digests | undefined,
): Registry<H, V> {
  if (!digests || !Array.isArray(registry)) return registry
  return registry.map((entry) => ({ ...digests[entry.version], ...entry }))
}

/** Whether the registry says for each version what it does to the schema. */
export const hasDigests = (registry: Registry<never>): boolean =>
  registry.every(({ schemaDigest }) => schemaDigest !== undefined)
