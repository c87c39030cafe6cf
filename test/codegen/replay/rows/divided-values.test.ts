// Numbers that `up` stores in another unit, and that `down` has to bring back as they were.
import { expect, it } from 'vitest'
import type { Context } from '../../../../src/model/migration.js'
import { toolkit } from '../../../../src/run/context/toolkit.js'
import { factsOf, type Step } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

const PRICES = 'CREATE TABLE p (id INTEGER PRIMARY KEY, price REAL NOT NULL DEFAULT 0, t TEXT)'
const IN_CENTS = `ALTER TABLE p ADD COLUMN cents INTEGER NOT NULL DEFAULT 0;
  UPDATE p SET cents = CAST(round(price * 100) AS INTEGER);
  ALTER TABLE p DROP COLUMN price`

const backBy = (price: string): string =>
  `ALTER TABLE p ADD COLUMN price REAL NOT NULL DEFAULT 0; UPDATE p SET price = ${price}; ALTER TABLE p DROP COLUMN cents`

const rebuilding =
  (price: string): Step['down'] =>
  (_db: unknown, ctx: Context) =>
    ctx.rebuild('p', {
      create: 'CREATE TABLE p (id INTEGER PRIMARY KEY, price REAL NOT NULL DEFAULT 0, t TEXT)',
      copy: { price },
    })

const divided = [
  expect.objectContaining({ lost: 'divided', table: 'p', column: 'price', factor: 100 }),
]

testSome([
  ['a quotient of integers', backBy('cents / 100')],
  ['a CAST', backBy('CAST(cents / 100.0 AS INTEGER)')],
  ['an expression of a rebuild', rebuilding('cents / 100')],
])('%s does not bring them back', async (_, down) => {
  expect(await factsOf([PRICES, { up: IN_CENTS, down: down!, toolkit } as Step])).toEqual(divided)
})

testSome([
  ['a quotient of a REAL', IN_CENTS, backBy('cents / 100.0')],
  ['a product', IN_CENTS, backBy('cents * 0.01')],
  ['an expression of a rebuild', IN_CENTS, rebuilding('cents / 100.0')],
  ['where `up` cuts them', 'UPDATE p SET price = round(price)', 'SELECT 1'],
  ['where `up` cuts them for good', IN_CENTS.replace('price * 100', 'price'), backBy('cents')],
])('nothing is said of %s', async (_, up, down) => {
  expect(await factsOf([PRICES, { up, down: down!, toolkit } as Step])).toEqual([])
})

const RENAMED = 'ALTER TABLE c RENAME COLUMN n TO m; UPDATE c SET m = m + 10'
const RENAMED_BACK = 'UPDATE c SET m = m - 1; ALTER TABLE c RENAME COLUMN m TO n'
const COUNTED = 'CREATE TABLE c (id INTEGER PRIMARY KEY, n INTEGER NOT NULL, x REAL)'

testSome([
  ['takes off more', 'UPDATE c SET n = n + 1', 'UPDATE c SET n = n - 2'],
  ['adds once more', 'UPDATE c SET n = n + 1', 'UPDATE c SET n = n + 1'],
  ['takes off less of a column of another name', RENAMED, RENAMED_BACK],
])('a `down` that %s does not bring numbers back', async (_, up, down) => {
  const [fact, ...others] = await factsOf([COUNTED, { up, down } as Step])
  expect(fact).toMatchObject({ lost: 'unreturned' })
  expect(others).toEqual([])
})

testSome([
  ['leaves what is counted', 'UPDATE c SET n = n + 1', 'SELECT 1'],
  ['begins anew', 'UPDATE c SET n = n + 1', 'UPDATE c SET n = 0'],
  ['takes a fraction off', 'UPDATE c SET x = x + 0.1', 'UPDATE c SET x = x - 0.1'],
  ['takes it off of some', 'UPDATE c SET n = n + 1', 'UPDATE c SET n = n - 1 WHERE n > 1'],
])('nothing is said of a `down` that %s', async (_, up, down) => {
  expect(await factsOf([COUNTED, { up, down } as Step])).toEqual([])
})

it.each(["'e400'", 'hex(zeroblob(200))'])(
  'a `down` that makes Infinity of all numbers, by %s, does not bring them back',
  async (more) => {
    const up = `ALTER TABLE c ADD COLUMN m TEXT; UPDATE c SET m = n || ${more}; ALTER TABLE c DROP COLUMN n`
    const down =
      'ALTER TABLE c ADD COLUMN n INTEGER; UPDATE c SET n = m; ALTER TABLE c DROP COLUMN m'
    const [table] = COUNTED.split(' NOT NULL')
    const facts = await factsOf([`${table})`, { up, down } as Step])
    expect(facts).toEqual([expect.objectContaining({ lost: 'unreturned', after: '1e999' })])
  },
)

it('a `down` that begins anew does not bring back what `up` keeps', async () => {
  const anew = { lost: 'unreturned', column: 'price', after: 0 }
  expect(await factsOf([PRICES, { up: IN_CENTS, down: backBy('0'), toolkit } as Step])).toEqual([
    expect.objectContaining({ ...anew, before: expect.any(Number) as number }),
  ])
})
