// FAULT_NOT_UNDONE
import { expect, test } from 'vitest'
import type { FaultLeft } from '../../../../codegen/model/evidence.js'
import { onlyFinding, placeIn, sqlFile } from '../replayed-folder.js'

const folder = { '001_a.sql': sqlFile('CREATE TABLE t (a);\nCREATE TABLE u (a);') }
const fact: FaultLeft = {
  kind: 'fault-left',
  at: placeIn(1, { offset: 20, statement: 'CREATE TABLE u (a)' }),
  differences: [{ object: 'table t', change: 'added', grade: 'differs', details: [] }],
}
test('invalid: names the statement and what is left', async () => {
  const { message, fix, ...place } = await onlyFinding(folder, { facts: [fact] })
  expect(place).toMatchObject({ code: 'FAULT_NOT_UNDONE', severity: 'error', line: 3, column: 1 })
  expect(message).toBe(
    'A failure in the middle of `up` of version 001 (migrations/001_a.sql), after `CREATE TABLE u (a)` is not undone: table t is left over. A crash there leaves a database that matches no version.',
  )
  expect(fix).toContain('Do not commit or open another connection')
})

test('where the statement is not known', async () => {
  const at = placeIn(1, { script: null, offset: null })
  const { message } = await onlyFinding(folder, { facts: [{ ...fact, at }] })
  expect(message).toContain('(migrations/001_a.sql) is not undone: table t is left over.')
})
