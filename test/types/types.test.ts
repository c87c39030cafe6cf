// What does not fit fails to compile, on the line where it is written; and what fits compiles.
import { describe, expect, test } from 'vitest'
import { compile, expected } from './type-check.js'

describe.each(['plain', 'registered'])('sources with the handle %s', (name) => {
  test('have exactly the errors that they expect', async () => {
    const errors = expected(name)
    expect(errors.length).toBeGreaterThan(1)
    expect(await compile(name)).toEqual(errors)
  })
})

test('the expectations cover what a type of Lockstep promises to refuse', () => {
  const files = new Set(expected('plain').map((error) => error.split(':')[0]))
  expect([...files]).toEqual([
    'asynchronous.ts',
    'classes.ts',
    'client.ts',
    'context.ts',
    'down.ts',
    'promises.ts',
    'registry.ts',
    'target.ts',
  ])
})
