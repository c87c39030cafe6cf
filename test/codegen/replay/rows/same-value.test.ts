// Whether two values are the same, at the limits of what numbers hold.
import { describe, expect, it } from 'vitest'
import { isInexact, isNear, sameValue } from '../../../../codegen/replay/rows/judge/same-value.js'
import { isWithin } from '../../../../codegen/replay/rows/judge/within-values.js'

const VAST = `1${'0'.repeat(400)}`

describe('sameValue', () => {
  it.each([
    [5n, '5', true],
    [5, ' 5 ', true],
    [2n ** 53n + 1n, String(2n ** 53n + 1n), true],
    [2n ** 53n + 1n, 2 ** 53, false],
    [Infinity, Infinity, true],
    [VAST, Infinity, false],
    ['5e400', Infinity, false],
    ['Infinity', -Infinity, false],
    [VAST, 5n, false],
    ['abc', NaN, false],
  ])('%s and %s: %s', (one, other, isSame) => {
    expect(sameValue(one, other)).toBe(isSame)
    expect(sameValue(other, one)).toBe(isSame)
  })
})

it.each([VAST, `-${VAST}`, ` ${VAST} `, '5e400', 2n ** 53n + 1n, String(2n ** 53n + 1n)])(
  'a number of JavaScript would not hold %s',
  (value) => expect(isInexact(value)).toBe(true),
)

it.each([5n, '5', 2n ** 53n, '1e20', '1.5', 'abc', '', Infinity, null])(
  'a number of JavaScript would hold %s',
  (value) => expect(isInexact(value)).toBe(false),
)

it('a vast number is looked for in texts like any other', () => {
  expect(isWithin(`a ${VAST} b`, 7n)).toBe(false)
  expect(isWithin(`a ${VAST} b`, VAST)).toBe(true)
  expect(isWithin(`[${VAST}]`, Infinity)).toBe(true)
})

it('nothing is near Infinity but itself', () => {
  expect([isNear(5, Infinity), isNear(Infinity, -Infinity)]).toEqual([false, false])
  expect([isNear(Infinity, Infinity), isNear(0.1 + 0.2, 0.3)]).toEqual([true, true])
})
