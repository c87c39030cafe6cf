// How many rows batches have, by what they cost.
import { expect, test } from 'vitest'
import { perform } from '../../../src/database/outcome.js'
import type { Environment } from '../../../src/run/environment/environment.js'
import { pacer } from '../../../src/run/batches/pace.js'

/** The sizes of 40 batches whose time is so much, and so much for each row, in milliseconds. */
function sizesAt(fixed: number, each: number, size?: number): number[] {
  let time = 0
  const env = { driver: { mode: 'sync', now: () => time } } as unknown as Environment<unknown>
  const update = 'UPDATE t SET a = 1'
  const pace = pacer(env, { query: '', by: '', update, ...(size && { size }) })
  return Array.from({ length: 40 }, () => {
    perform('sync', pace.begin())
    const count = pace.size
    time += fixed + each * count
    perform('sync', pace.note(count, 1e9))
    return count
  })
}

test.each([
  ['cheap rows', 0, 0.01, 15_000, 25_000],
  ['dear rows', 0, 100, 1, 4],
  ['rows between, and a COMMIT', 20, 1, 130, 250],
  ['batches that cost as much whatever they have', 500, 0.001, 100_000, 200_000],
  ['such batches of rows that cost something', 500, 1, 125, 3_000],
  ['batches that cost more than others can wait', 5_000, 0.1, 1, 1],
])('%s', (_, fixed, each, least, most) => {
  const last = sizesAt(fixed, each).slice(-6)
  expect(Math.min(...last), String(last)).toBeGreaterThanOrEqual(least)
  expect(Math.max(...last), String(last)).toBeLessThanOrEqual(most)
})

test('no batch is larger than `size`', () => {
  expect(Math.max(...sizesAt(500, 0, 50))).toBe(50)
  expect(Math.min(...sizesAt(500, 0, 50).slice(-6))).toBeGreaterThanOrEqual(25)
})
