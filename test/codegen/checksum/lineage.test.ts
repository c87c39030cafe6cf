// A lineage stands for a whole history.
import { expect, test } from 'vitest'
import { lineages } from '../../../codegen/checksum/lineage.js'

const history = ['a', 'b', 'c', 'd'].map((checksum, at) => ({ version: at + 1, checksum }))
const [first, second, third, fourth] = lineages(history)

test('no history has no lineage', () => expect(lineages([])).toEqual([]))

test('every lineage is a digest, and they all differ', () => {
  const all = [first, second, third, fourth]
  expect(new Set(all).size).toBe(4)
  expect(all.filter((one) => !/^1:[0-9a-f]{32}$/.test(one!))).toEqual([])
})

test('what comes later does not change a lineage', () => {
  expect(lineages(history.slice(0, 2))).toEqual([first, second])
})

test('a changed checksum changes its own lineage and every later one', () => {
  const changed = lineages(history.with(1, { version: 2, checksum: 'x' }))
  expect(changed[0]).toBe(first)
  expect(changed.slice(1).filter((one) => [second, third, fourth].includes(one))).toEqual([])
})

test('the version counts, and where it ends', () => {
  expect(lineages([{ version: 2, checksum: 'a' }])).not.toEqual([first])
  expect(lineages([{ version: 1, checksum: '2a' }])).not.toEqual(
    lineages([{ version: 12, checksum: 'a' }]),
  )
})
