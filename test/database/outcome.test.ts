// One executor for both modes: values in one tick, promises awaited, errors thrown where the work can catch them.
import { describe, expect, test } from 'vitest'
import { isPromise, perform, settled, type Work } from '../../src/database/outcome.js'

function* sum(values: readonly (number | Promise<number>)[]): Work<number> {
  let total = 0
  for (const value of values) total += yield* settled(value)
  return total
}

function* guarded(value: () => unknown, log: string[]): Work<string> {
  try {
    yield* settled(value())
    return 'done'
  } catch (error) {
    log.push(`caught ${(error as Error).message}`)
    return 'failed'
  } finally {
    yield* settled(undefined)
    log.push('finally')
  }
}

test('synchronous work is done in one tick', () => expect(perform('sync', sum([1, 2, 3]))).toBe(6))

test('asynchronous work answers a promise, whether or not it had to wait', async () => {
  const outcome = perform('async', sum([1, Promise.resolve(2), 3]))
  expect(outcome).toBeInstanceOf(Promise)
  expect(await outcome).toBe(6)
  expect(await perform('async', sum([]))).toBe(0)
})

test('what is there already costs no turn', () => {
  const work = sum([1, 2])
  expect(work.next()).toEqual({ done: true, value: 3 })
})

describe('errors reach the work', () => {
  test('thrown at once', () => {
    const log: string[] = []
    const fail = (): never => {
      throw new Error('now')
    }
    expect(perform('sync', guarded(fail, log))).toBe('failed')
    expect(log).toEqual(['caught now', 'finally'])
  })
  test('from a promise', async () => {
    const log: string[] = []
    const outcome = perform(
      'async',
      guarded(() => Promise.reject(new Error('later')), log),
    )
    expect(await outcome).toBe('failed')
    expect(log).toEqual(['caught later', 'finally'])
  })
  test('and leave it when nobody catches them', async () => {
    function* failing(): Work<never> {
      yield* settled(Promise.reject(new Error('out')))
      throw new Error('never here')
    }
    await expect(perform('async', failing())).rejects.toThrow('out')
  })
})

test.each<[unknown, boolean]>([
  [Promise.resolve(), true],
  [{ then() {} }, true],
  [{ then: 1 }, false],
  [null, false],
  [undefined, false],
  ['then', false],
])('%j is a promise: %s', (value, expected) => expect(isPromise(value)).toBe(expected))
