// A fingerprint of what was shown to a person, small enough to be handed to another process.
import { createHash } from 'node:crypto'

/** Equal for equal plans, and for no others. */
export const planDigest = (plan: unknown): string =>
  createHash('sha256').update(JSON.stringify(plan)).digest('hex')
