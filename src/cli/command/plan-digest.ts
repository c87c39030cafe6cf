// A digest of what was shown to a person, small enough to be passed to another process.
import { createHash } from 'node:crypto'
import type { ClientHandle } from '../../../codegen/client/load-client.js'

/** The digest of a plan that changes the ledger, and of the schema it was based on. */
export function editDigest(plan: unknown, handle: ClientHandle): string {
  const [cookie] = handle.prepare('PRAGMA main.schema_version').all()
  return planDigest([plan, cookie])
}

/** Equal for equal plans only. */
export const planDigest = (plan: unknown): string =>
  createHash('sha256').update(JSON.stringify(plan)).digest('hex')
