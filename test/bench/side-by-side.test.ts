// Who runs when, and what is made of the times.
import { expect, test } from 'vitest'
import { median } from '../../bench/measure/median.js'
import { medianRatio, medianTime, sideBySide } from '../../bench/measure/side-by-side.js'

test.each([
  [[3], 3],
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
  [[10, 9, 100], 10],
])('the median of %j is %d', (values, expected) => expect(median(values)).toBe(expected))

test('each round begins with another contestant, and the first is not counted', () => {
  const order: string[] = []
  const times = sideBySide(
    ['a', 'b', 'c'].map((name) => ({ name, run: () => order.push(name) })),
    2,
  )
  expect(order.join('')).toBe('abcbcacab')
  expect(times.get('a')).toEqual([6, 8])
})

test('load that lasts a whole round divides out of a ratio, and not out of a time', () => {
  const times = new Map([
    ['raw', [10, 100, 10]],
    ['ours', [12, 120, 12]],
  ])
  expect(medianRatio(times, 'ours', 'raw')).toBe(1.2)
  expect(medianTime(times, 'ours')).toBe(12)
  expect(() => medianTime(times, 'theirs')).toThrow('theirs')
})
