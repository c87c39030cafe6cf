// What the work on a batch returns is judged as what a migration returns.
import { expect, test } from 'vitest'
import type { Database as Handle } from '../../../src/database/better-sqlite3/handle.js'
import { migrate } from '../../../src/drivers/better-sqlite3.js'
import type { EachBatches } from '../../../src/model/migration.js'
import { toolkit } from '../../../src/run/context/toolkit.js'
import { databases } from '../../support/databases.js'
import { errorOf } from '../../support/error-of.js'
import { registryOf, type Draft } from '../../support/registry.js'
import { batched, EACH, usersOf } from './backfill.js'

const files = databases()

/** What the work returns for the second batch of two. */
type Returns = () => unknown

const workWith = (returns: Returns) => {
  let batches = 0
  return (db: Handle, rows: readonly unknown[]) => {
    EACH.each(db, rows as never)
    return (++batches === 2 ? returns() : undefined) as never
  }
}

const declared = (returns: Returns): EachBatches<Handle> => ({
  ...EACH,
  size: 2,
  each: workWith(returns),
})

const called = (returns: Returns): Draft<Handle> => {
  const work = workWith(returns)
  return {
    toolkit,
    up: (db, ctx) =>
      ctx.batches('SELECT id FROM users', { by: 'id', size: 2 }, (rows) => work(db, rows)),
  }
}

const FORMS = [
  ['each', (returns: Returns) => batched(declared(returns)), 2],
  ['the function of ctx.batches', called, 0],
] as const

const attempt = (step: (typeof FORMS)[number][1], returns: Returns) => {
  const db = files.open()
  const error = errorOf(() => migrate(db, registryOf<Handle>(usersOf(4), step(returns))))
  return { error, changed: db.prepare('SELECT count(*) FROM users WHERE score > 0').pluck().get() }
}

const REFUSED: readonly (readonly [string, Returns, string])[] = [
  ['false', () => false, 'MIGRATION_RETURNED_FALSE'],
  ['a promise', () => Promise.resolve(), 'MIGRATION_PROMISE'],
  ['a promise that fails later', () => Promise.reject(new Error('later')), 'MIGRATION_PROMISE'],
  ['what nobody has called', () => () => {}, 'MIGRATION_NOT_RUN'],
  ['an iterator', () => [1].values(), 'MIGRATION_NOT_RUN'],
]

test.each(
  FORMS.flatMap(([form, step, kept]) =>
    REFUSED.map(([name, returns, code]) => ({ form, step, kept, name, returns, code })),
  ),
)('$form returns $name', async ({ step, kept, returns, code }) => {
  const { error, changed } = attempt(step, returns)
  await new Promise((resolve) => setImmediate(resolve))
  expect({ code: error.code, changed }).toEqual({ code, changed: kept })
})

test.each(
  FORMS.flatMap(([form, step]) =>
    [undefined, null, true, 0, '', [false], {}].map((value) => ({ form, step, value })),
  ),
)('$form may return $value', ({ step, value }) => {
  const db = files.open()
  migrate(
    db,
    registryOf<Handle>(
      usersOf(4),
      step(() => value),
    ),
  )
  expect(db.prepare('SELECT DISTINCT score FROM users').pluck().all()).toEqual([1])
})
