// REPLAY_DOWN_FAILED
import { describe, expect, test } from 'vitest'
import type { StepFailed } from '../../../../codegen/model/evidence.js'
import { onlyFinding, placeIn, sqlFile } from '../replayed-folder.js'

const failed: StepFailed = {
  kind: 'step-failed',
  at: placeIn(1, { direction: 'down', statement: 'DROP TABLE u' }),
  stage: 'empty',
  cause: 'sqlite',
  message: 'no such table: u',
  schema: [],
  table: null,
  row: null,
}
const folder = { '001_a.sql': sqlFile('CREATE TABLE users (id);', 'DROP TABLE u;') }
describe('invalid', () => {
  test('one cause is one finding: the same failure over rows is not told again', async () => {
    const facts = [failed, { ...failed, stage: 'rows' }] as const
    expect((await onlyFinding(folder, { facts })).code).toBe('REPLAY_DOWN_FAILED')
  })

  test('the second file of a pair is named', async () => {
    const pair = { '001_a.up.sql': 'CREATE TABLE users (id);', '001_a.down.sql': 'DROP TABLE u;' }
    const { file, message } = await onlyFinding(pair, { facts: [failed] })
    expect(file).toBe('migrations/001_a.down.sql')
    expect(message).toContain('`down` of version 001 (migrations/001_a.down.sql)')
  })
})
