// Reads what the module of a generated registry exports.
import type { Exports } from '../../../codegen/bundle/evaluate-module.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import type { Digests, Registry } from '../../model/registry.js'
import { withDigests } from '../../schema/with-digests.js'

/** The registry with its digests; null if there is none. */
export function registryOf({ registry, digests }: Exports): Registry<ClientHandle> | null {
  if (!Array.isArray(registry)) return null
  return withDigests(registry as Registry<ClientHandle>, digests as Digests | undefined)
}
