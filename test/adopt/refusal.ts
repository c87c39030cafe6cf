// What `adopt` refuses.
import type { Database } from 'better-sqlite3'
import { expect } from 'vitest'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import type { LockstepError } from '../../src/errors/lockstep-error.js'
import type { AdoptOptions } from '../../src/model/adoption.js'
import type { Registry } from '../../src/model/registry.js'
import { errorOf } from '../support/error-of.js'
import { managerOf } from '../support/manager-of.js'

/** The error that taking a database over ends with. The plan says the same, and nothing is written. */
export function refusal(
  db: Database,
  registry: Registry<Handle>,
  options: AdoptOptions<number> = {},
): LockstepError {
  const before = db.serialize()
  const error = errorOf(() => managerOf(db, registry).adopt(options))
  const planned = errorOf(() => managerOf(db, registry).planAdopt(options))
  expect(planned.message).toBe(error.message)
  expect(db.serialize().equals(before)).toBe(true)
  return error
}
