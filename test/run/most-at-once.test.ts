// How finely a replay cuts rows.
import { expect, test } from 'vitest'
import { mostAtOnce } from '../../src/run/environment/environment.js'

test.each([
  [1, 0, 1],
  [1, 100, 1],
  [2, 100, 2],
  [1, 2_000, 20],
  [2, 2_000, 40],
  [1, 150_000, 15_000],
  [undefined, 150_000, Infinity],
])('%s of %s rows at once', (batchRows, total, expected) => {
  expect(mostAtOnce({ ...(batchRows && { batchRows }) }, total)).toBe(expected)
})
