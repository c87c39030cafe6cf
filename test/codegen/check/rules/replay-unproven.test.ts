// REPLAY_UNPROVEN
import { describe, expect, test } from 'vitest'
import type { Unproven } from '../../../../codegen/model/evidence.js'
import { onlyFinding, placeIn, placesAfterReplay, sqlFile } from '../replayed-folder.js'

const folder = {
  '001_a.sql': sqlFile('CREATE TABLE t (a);'),
  '002_b.sql': '-- migrate:up transaction:false\nSELECT 1;\n-- migrate:down\nSELECT 1;\n',
  '003_c.sql': sqlFile('SELECT 1;'),
}
const unproven = (version: number, reason: Unproven['reason']): Unproven => ({
  kind: 'unproven',
  version,
  reason,
})

test('valid: what the author says, and what follows from a failure', async () => {
  const facts = [unproven(1, 'effects'), unproven(2, 'earlier-failure')]
  expect(await placesAfterReplay(folder, { facts })).toEqual([])
})

const outside = (up: string, down: string) => ({
  '001_a.sql': sqlFile('CREATE TABLE t (a);'),
  '002_b.sql': `-- migrate:up transaction:false\n${up}\n-- migrate:down\n${down}\n`,
})

describe('a step without a transaction', () => {
  const facts = [unproven(2, 'no-transaction')]

  test.each([
    ['VACUUM', 'VACUUM;', 'VACUUM;'],
    ['the journal mode', 'PRAGMA journal_mode = WAL; VACUUM;', 'PRAGMA journal_mode = DELETE;'],
  ])('that can only run there, and again: %s', async (_, up, down) => {
    expect(await placesAfterReplay(outside(up, down), { facts })).toEqual([])
  })

  test.each([
    ['a copy of the database', "VACUUM INTO ':memory:';", 'VACUUM;'],
    ['another database', "ATTACH ':memory:' AS other;", 'VACUUM;'],
    ['a statement that needs it not', 'PRAGMA journal_mode = WAL; SELECT 1;', 'VACUUM;'],
    ['a pragma that needs it not', 'PRAGMA user_version = 1;', 'VACUUM;'],
    ['a `down` that needs it not', 'PRAGMA journal_mode = WAL;', 'SELECT 1;'],
  ])('is told where something could be left: %s', async (_, up, down) => {
    expect(await placesAfterReplay(outside(up, down), { facts })).toEqual([
      '002_b.sql:1:15 info REPLAY_UNPROVEN',
    ])
  })
})

describe('invalid', () => {
  test('a trial at which Lockstep itself failed', async () => {
    const thrown = 'no such table: gone (all < images)'
    const facts = [{ ...unproven(2, 'trial-failed'), thrown }]
    const { severity, message, fix } = await onlyFinding(folder, { facts })
    expect(severity).toBe('info')
    expect(message).toBe(
      'One of the trials that the replay makes of version 002 (migrations/002_b.sql) gave no result, because Lockstep itself failed: no such table: gone (all < images). What that trial looks for is not proven; everything else was tried.',
    )
    expect(fix).toContain('Report this')
  })

  test('the time ran out: once, with a longer one', async () => {
    const facts = [unproven(1, 'time'), unproven(2, 'time'), unproven(3, 'time')]
    const { message, fix, ...place } = await onlyFinding(folder, { facts })
    expect(place).toMatchObject({
      code: 'REPLAY_UNPROVEN',
      severity: 'info',
      file: 'migrations/001_a.sql',
      line: 1,
    })
    expect(message).toBe(
      'The 60 seconds for the replay ran out at version 001 (migrations/001_a.sql); not everything about 001 to 003 is proven.',
    )
    expect(fix).toContain('`replayTimeoutMs: 120000`')
    expect((await onlyFinding(folder, { facts: facts.slice(2) })).message).toMatch(
      /everything about 003 is proven\.$/,
    )
  })

  test.each([
    [
      'moderate',
      'info',
      /^`up` of version 003 .* that hold an extreme number, .* numbers up to 5000 instead\.$/,
    ],
    [
      'none',
      'warning',
      /even with moderate numbers.* tried without rows, and what becomes of rows is not proven\.$/,
    ],
  ] as const)('a step that ran away, tried with other rows: %s', async (rows, severity, words) => {
    const facts = [{ kind: 'ran-away', at: placeIn(3), rows }] as const
    const found = await onlyFinding(folder, { facts })
    expect(found).toMatchObject({ code: 'REPLAY_UNPROVEN', severity, line: 2 })
    expect(found.message).toMatch(words)
    expect(found.fix).toContain('`seeds`')
  })
  test('a copy with a limit that no rows reach', async () => {
    const rebuild = 'INSERT INTO u SELECT * FROM t LIMIT 1000'
    const files = {
      '001_a.sql': sqlFile('CREATE TABLE t (a);'),
      '002_b.sql': sqlFile(
        `CREATE TABLE u (a); ${rebuild}; DROP TABLE t; ALTER TABLE u RENAME TO t;`,
      ),
    }
    const at = {
      version: 2,
      direction: 'up',
      script: 0,
      offset: 20,
      statement: rebuild,
      frame: null,
    } as const
    const fact = { kind: 'limit-untried', at, table: 't', limit: 1000, rows: 6 } as const
    const { message, severity, fix } = await onlyFinding(files, { facts: [fact] })
    expect(severity).toBe('warning')
    expect(message).toContain(
      `copies at most 1000 rows of t in \`${rebuild}\`. The replay had only 6`,
    )
    expect(fix).toContain('without LIMIT')
  })
})
