// REPLAY_DOWN_FAILED
import { describe, expect, test } from 'vitest'
import type { StepFailed } from '../../../../codegen/model/evidence.js'
import { onlyFinding, placeIn, placesAfterReplay, sqlFile } from '../replayed-folder.js'

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

describe('valid', () => {
  test('no failure', async () => expect(await placesAfterReplay(folder)).toEqual([]))
  test('switched off by the settings', async () => {
    const settings = { rules: { REPLAY_DOWN_FAILED: 'off' } } as const
    expect(await placesAfterReplay(folder, { facts: [failed], settings })).toEqual([])
  })
})

describe('invalid', () => {
  test('names the statement in `down` and the other way out', async () => {
    const { message, fix, ...at } = await onlyFinding(folder, { facts: [failed] })
    expect(at).toMatchObject({ code: 'REPLAY_DOWN_FAILED', severity: 'error', line: 4, column: 1 })
    expect(message).toBe(
      '`down` of version 001 (migrations/001_a.sql) fails right after its `up`: SQLite says "no such table: u" in `DROP TABLE u`. A rollback stops here.',
    )
    expect(fix).toBe(
      'Fix what fails, or replace `down` by a line `-- irreversible: reason`; or, if nobody will ever roll it back, say why: `-- lockstep-ignore REPLAY_DOWN_FAILED: reason`.',
    )
  })

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
