// REPLAY_CODE_FAILS_ON_ROWS
import { describe, expect, test } from 'vitest'
import type { StepFailed } from '../../../../codegen/model/evidence.js'
import { UNDISTURBED } from '../../../../src/run/context/walk.js'
import { migrationWith } from '../check-folder.js'
import { onlyFinding, placeIn, sqlFile } from '../replayed-folder.js'

const thrown: StepFailed = {
  kind: 'step-failed',
  at: placeIn(2, { script: null, offset: null, frame: { file: '002_b.ts', line: 4, column: 9 } }),
  stage: 'rows',
  cause: 'code',
  message: 'Unexpected token in JSON',
  schema: [],
  table: 'settings',
  row: { id: 1, value: "x'00ff'", note: "two\nlines and it's long" },
}
const folder = {
  '001_a.sql': sqlFile('CREATE TABLE settings (id INTEGER PRIMARY KEY, value, note TEXT);'),
  '002_b.ts': `${migrationWith('up(db) {\n  JSON.parse(db.name) }')}`,
}
test('invalid: a warning with the row, at the line that throws', async () => {
  const { message, fix, ...at } = await onlyFinding(folder, { facts: [thrown] })
  expect(at).toMatchObject({
    code: 'REPLAY_CODE_FAILS_ON_ROWS',
    severity: 'warning',
    line: 4,
    column: 9,
  })
  expect(message).toBe(
    "`up` of version 002 (migrations/002_b.ts) works on an empty database but fails on generated rows: its code throws \"Unexpected token in JSON\", with the row id = 1, value = x'00ff', note = 'two lines and it''s long' of settings. The schema allows such a row.",
  )
  expect(fix).toContain('`seeds: { settings: [{ … }] }`')
  expect(fix).toContain('`// lockstep-ignore REPLAY_CODE_FAILS_ON_ROWS settings: reason`')
})

test('where nobody knows the row', async () => {
  const { message } = await onlyFinding(folder, {
    facts: [{ ...thrown, table: null, row: null }],
  })
  expect(message).toContain(
    'its code throws "Unexpected token in JSON". The schema allows such a row.',
  )
})

describe('where the runtime refuses it', () => {
  const refused = async (refusal: string, code?: string) =>
    onlyFinding(folder, {
      facts: [{ ...thrown, message: 'one row has NULL', refusal, ...(code && { code }) }],
    })

  test('no row is shown, and its own words say what to do', async () => {
    const { message, fix, severity } = await refused('Walk by such a column.')
    expect(severity).toBe('warning')
    expect(message).toContain(
      'Lockstep refuses it with "one row has NULL". The schema allows such a row.',
    )
    expect(fix).toMatch(/^Walk by such a column\. If there can be no such row, say so: /)
  })
  test('for what it does to any row, it is an error', async () => {
    const { message, fix, severity } = await refused(UNDISTURBED)
    expect(severity).toBe('error')
    expect(message).toContain('"one row has NULL". It does so whatever the rows hold.')
    expect(fix).toContain(`${UNDISTURBED} If no database has rows there, say so: `)
  })
  test.each(['TRANSACTION_CONTROL', 'FOREIGN_KEYS_PRAGMA', 'MIGRATION_PROMISE'])(
    'of code that no row makes right, it is an error: %s',
    async (code) => {
      const { message, fix, severity } = await refused('Remove it.', code)
      expect(severity).toBe('error')
      expect(message).toContain('It does so whatever the rows hold.')
      expect(fix).toBe('Remove it.')
    },
  )
})

test.each([['This database connection'], ['This statement']])(
  'where a result is read while something is written, any row is enough: %s',
  async (busy) => {
    const { message, fix, severity } = await onlyFinding(folder, {
      facts: [{ ...thrown, message: `${busy} is busy executing a query` }],
    })
    expect(severity).toBe('error')
    expect(message).toContain('It does so whatever the rows hold.')
    expect(message).not.toContain('The schema allows such a row')
    expect(fix).toMatch(/^Read the rows with `\.all\(\)`/)
  },
)
