// REPLAY_UP_FAILED
import { describe, expect, test } from 'vitest'
import type { Fact, StepFailed } from '../../../../codegen/model/evidence.js'
import { migrationWith } from '../check-folder.js'
import { onlyFinding, placeIn, replayFolder, sqlFile } from '../replayed-folder.js'

const failed = (change: Partial<StepFailed> = {}): StepFailed => ({
  kind: 'step-failed',
  at: placeIn(2, { offset: 10, statement: 'CREATE INDEX i ON users (emial)' }),
  stage: 'empty',
  cause: 'sqlite',
  message: 'no such column: emial',
  schema: ['CREATE TABLE users (\n  id INTEGER, -- key\n  email TEXT\n)'],
  table: null,
  row: null,
  ...change,
})
const folder = {
  '001_a.sql': sqlFile('CREATE TABLE users (id INTEGER, email TEXT);'),
  '002_b.sql': sqlFile('SELECT 1;\nCREATE INDEX i ON users (emial);'),
  '003_c.sql': sqlFile('DROP TABLE users;'),
}
describe('invalid', () => {
  test.each([
    ['table users already exists', 'Give it another name'],
    ['duplicate column name: a', 'Remove the statement'],
    ['near "FORM": syntax error', 'Fix the syntax'],
    ['no such function: slug', '`open`'],
    ['no such module: spellfix', '`open`'],
    ['table sqlite_master may not be modified', 'ctx.rebuild'],
    ['Cannot add a PRIMARY KEY column', 'Rebuild the table (`ctx.rebuild` in code)'],
    ['disk is on fire', 'Fix what fails'],
  ])('%s', async (message, fix) => {
    expect((await onlyFinding(folder, { facts: [failed({ message })] })).fix).toContain(fix)
  })

  test('a column that is to be UNIQUE', async () => {
    const at = placeIn(2, { statement: 'ALTER TABLE "my users" ADD COLUMN code TEXT UNIQUE' })
    const message = 'Cannot add a UNIQUE column'
    expect((await onlyFinding(folder, { facts: [failed({ at, message })] })).fix).toBe(
      'Add the column without UNIQUE, and make it unique afterwards: `CREATE UNIQUE INDEX … ON "my users" (code)`.',
    )
    const unread = placeIn(2, { statement: null })
    expect((await onlyFinding(folder, { facts: [failed({ at: unread, message })] })).fix).toContain(
      '`CREATE UNIQUE INDEX … ON … (…)`',
    )
  })

  test('code that throws, at the line that throws, in a helper too', async () => {
    const at = placeIn(1, {
      script: null,
      offset: null,
      frame: { file: '_fill.ts', line: 7, column: 3 },
    })
    const found = await onlyFinding(
      { '001_a.ts': migrationWith('up(db) { db.exec(`x`) }'), '_fill.ts': 'export const x = 1\n' },
      { facts: [failed({ at, cause: 'code', message: 'Cannot read\n  properties.', schema: [] })] },
    )
    expect(found).toMatchObject({ file: 'migrations/_fill.ts', line: 7, column: 3 })
    expect(found.message).toContain(
      '(migrations/_fill.ts) fails on an empty database: its code throws "Cannot read properties".',
    )
  })

  test.each([
    [[], 'No new installation gets past it.'],
    [['003_c.sql'], 'The replay ends here: nothing is proven about version 003 yet.'],
    [
      ['003_c.sql', '004_d.sql'],
      'The replay ends here: nothing is proven about versions 003 to 004 yet.',
    ],
  ])('and %j behind it', async (later, end) => {
    const [first, second] = ['001_a.sql', '002_b.sql'] as const
    const more = Object.fromEntries(later.map((name) => [name, folder['003_c.sql']]))
    const files = { [first]: folder[first], [second]: folder[second], ...more }
    expect((await onlyFinding(files, { facts: [failed()] })).message.endsWith(` ${end}`)).toBe(true)
  })

  test('neither a comment nor the settings change it', async () => {
    const comment = {
      ...folder,
      '002_b.sql': `-- lockstep-ignore REPLAY_UP_FAILED: later\n${folder['002_b.sql']}`,
    }
    const facts: Fact[] = [failed()]
    const found = await replayFolder(comment, {
      facts,
      settings: { rules: { REPLAY_UP_FAILED: 'off' } },
    })
    const refused = found.find(({ code }) => code === 'REPLAY_UP_FAILED')
    expect(refused?.severity).toBe('error')
    expect(found.map(({ code }) => code)).toContain('SUPPRESSION_OF_ERROR')
  })
})
