// STATEMENT_AFTER_END
import { expect, test } from 'vitest'
import type { Fact, StepPlace } from '../../../../codegen/model/evidence.js'
import { onlyFinding, placeIn, placesAfterReplay, sqlFile } from '../replayed-folder.js'

const folder = (comment = '') => ({
  '001_a.sql': sqlFile('CREATE TABLE t (a);', 'DROP TABLE t;'),
  '002_b.js': `${comment}export function up(db) {\n  queueMicrotask(() => db.exec('DELETE FROM t WHERE a'))\n}\nexport const irreversible = 'no'\n`,
})
const options = (...directions: readonly StepPlace['direction'][]) => ({
  code: { 2: () => {} },
  facts: directions.map((direction): Fact => ({
    kind: 'late-call',
    at: { ...placeIn(2), direction, script: null, statement: 'DELETE FROM t WHERE a' },
  })),
})

test('valid: none, and one with a reason', async () => {
  expect(await placesAfterReplay(folder(), options())).toEqual([])
  const comment = '// lockstep-ignore STATEMENT_AFTER_END: it only looks\n'
  expect(await placesAfterReplay(folder(comment), options('up'))).toEqual([])
})

test('invalid: names the statement, once for each half', async () => {
  const { message, ...at } = await onlyFinding(folder(), options('up', 'up'))
  expect(at).toMatchObject({ code: 'STATEMENT_AFTER_END', severity: 'error', line: 1 })
  expect(message).toContain(
    '`up` of version 002 (migrations/002_b.js) tries to run `DELETE FROM t WHERE a` after it has ended',
  )
})
