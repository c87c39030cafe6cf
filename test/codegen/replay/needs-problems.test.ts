// What is said of needs that several histories have a part in.
import { expect, test } from 'vitest'
import { needsOrder } from '../../../codegen/replay/process/needs-problems.js'

test.each([
  ['core:003', 'after core:003, the newest version, which'],
  ['base:002, core:003', 'after base:002, core:003, the newest versions, which'],
])('the newest of %s', (other, said) => {
  const fact = { kind: 'order-matters', version: 1, way: 'newest', objects: [] } as const
  const at = { file: 'm/001_a.sql', line: 1, column: 1 }
  const { message } = needsOrder(at, { ...fact, other, message: 'no such table: users' })
  expect(message).toContain(said)
})
