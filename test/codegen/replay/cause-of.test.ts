// What is said of a step that fails behind others.
import { expect, test } from 'vitest'
import { causeOf } from '../../../codegen/replay/schema/cause-of.js'
import { LockstepError } from '../../../src/errors/lockstep-error.js'

const failed = (said: string): LockstepError =>
  new LockstepError(
    {
      code: 'MIGRATION_FAILED',
      message: 'It failed.',
      fix: '',
      facts: { statement: 'INSERT\n INTO t VALUES (1);' },
    },
    { cause: new Error(said) },
  )

test.each([
  ['no such column: name', 'no such column: name'],
  ['SQL logic error', 'SQL logic error, in `INSERT INTO t VALUES (1)`'],
])('SQLite says %s', (said, told) => {
  expect(causeOf(failed(said))).toBe(told)
})

test('the runtime refuses it, and says nothing of what is left', () => {
  const cause = {
    code: 'FOREIGN_KEY_MISMATCH',
    message: 'It leaves a key.',
    fix: '',
    state: 'The step was rolled back.',
  }
  expect(causeOf(new LockstepError(cause))).toBe('It leaves a key.')
})
