// A fingerprint of what was shown to a person, small enough to be handed to another process.
import { createHash } from 'node:crypto'
import type { ClientHandle } from '../../../codegen/client/load-client.js'

/** A plan that changes the ledger, and the schema that it was made beside. */
export function editDigest(plan: unknown, handle: ClientHandle): string {
  const [cookie] = handle.prepare('PRAGMA main.schema_version').all()
  return planDigest([plan, cookie])
}

/** Equal for equal plans, and for no others. */
export const planDigest = (plan: unknown): string =>
  createHash('sha256').update(JSON.stringify(plan)).digest('hex')
