// Codes that are misspelt do not compile, where they are compared and where they get a severity.
import { expect, test } from 'vitest'
import { isLockstepError, LockstepError, type SeverityRules } from '../../src/index.js'

const error = new LockstepError({ code: 'HISTORY_EDITED', message: 'It was.', fix: 'Restore it.' })

test('of errors', () => {
  expect(error.code === 'HISTORY_EDITED').toBe(true)
  // @ts-expect-error There is no such error.
  expect(error.code === 'HISTORY_EDITTED').toBe(false)
  // @ts-expect-error There is no such error.
  expect(isLockstepError(error, 'HISTORY_EDITTED')).toBe(false)
})

test('of findings', () => {
  const rules: SeverityRules = { ROWS_LOST: 'warning', REPLAY_UNPROVEN: 'off' }
  // @ts-expect-error There is no such rule.
  const misspelt: SeverityRules = { ROWS_LOSST: 'off' }
  expect({ ...rules, ...misspelt }).toHaveProperty('ROWS_LOSST')
})
