// SQL_TRANSACTION_CONTROL
import { describe, expect, test } from 'vitest'
import { checkFolder, migrationWith, placesIn } from '../check-folder.js'

const sqlFile = (up: string) => ({
  '001_a.sql': `-- migrate:up\n${up}\n-- migrate:down\nDROP TABLE a;\n`,
})
const TRIGGER = `CREATE TRIGGER t AFTER INSERT ON a
BEGIN
  UPDATE a SET b = CASE b WHEN 1 THEN 2 END;
END;`

describe('valid', () => {
  test.each([
    ['a trigger', TRIGGER],
    [
      'in texts, names and comments',
      `-- BEGIN;\nCREATE TABLE "COMMIT" (a DEFAULT 'x; ROLLBACK;'); /* END */`,
    ],
    ['CASE', 'SELECT CASE 1 WHEN 1 THEN 2 END;'],
  ])('%s', async (_, up) => expect(await placesIn(sqlFile(up))).toEqual([]))

  test('without a transaction of the runner', async () => {
    const text =
      '-- migrate:up transaction:false\nBEGIN;\nSELECT 1;\nCOMMIT;\n-- migrate:down\nDROP TABLE a;\n'
    expect(await placesIn({ '001_a.sql': text })).toEqual([])
  })

  test.each([
    `up(db) { db.prepare('INSERT INTO words VALUES (?)').run('end') }`,
    `up(db) { const insert = db.prepare('INSERT INTO words VALUES (?)'); insert.run('BEGIN') }`,
    `up(db) { db.exec('END_OF_DAY') }`,
    `up(db) { db.transaction(() => db.exec('SELECT 1'))() }`,
  ])('%s', async (up) => expect(await placesIn({ '001_a.ts': migrationWith(up) })).toEqual([]))
})

describe('invalid', () => {
  test.each([
    'BEGIN',
    'begin immediate',
    'COMMIT',
    'END TRANSACTION',
    'ROLLBACK',
    'ROLLBACK TO s',
    'SAVEPOINT s',
    'RELEASE s',
  ])('%s', async (statement) => {
    expect(await placesIn(sqlFile(`CREATE TABLE a (b);\n  /* x */ ${statement};`))).toEqual([
      '001_a.sql:3:11 error SQL_TRANSACTION_CONTROL',
    ])
  })

  test('after a trigger, and with Windows line ends', async () => {
    const text = sqlFile(`${TRIGGER}\nCOMMIT;`)['001_a.sql'].replaceAll('\n', '\r\n')
    expect(await placesIn({ '001_a.sql': text })).toEqual([
      '001_a.sql:6:1 error SQL_TRANSACTION_CONTROL',
    ])
  })

  test.each([
    ['up: `\n  CREATE TABLE a (b);\n  COMMIT;`', '001_a.ts:5:3'],
    [`up: ['SELECT 1', 'SELECT 2; COMMIT']`, '001_a.ts:3:31'],
    [`up(db) { db.exec('BEGIN IMMEDIATE; SELECT 1') }`, '001_a.ts:3:21'],
    [`up(db) { db.prepare("COMMIT").run() }`, '001_a.ts:3:24'],
    [`up(db) { db.run('ROLLBACK') }`, '001_a.ts:3:20'],
    ['up(db) { db.exec(`SAVEPOINT ${db.name}`) }', '001_a.ts:3:20'],
    [`up(db) { db.exec('SELECT 1;\\n' + 'COMMIT') }`, '001_a.ts:3:20'],
  ])('%s', async (up, place) => {
    expect(await placesIn({ '001_a.ts': migrationWith(up) })).toEqual([
      `${place} error SQL_TRANSACTION_CONTROL`,
    ])
  })

  test('in a function beside the step, in a constant, and in a helper', async () => {
    const text = `const END = 'COMMIT'; import { begin } from './_shared.js'\nfunction finish(db: any) { db.exec(END) }\n${migrationWith('up(db) { begin(db); finish(db) }')}`
    const helper = `export const begin = (db: any) => db.exec('BEGIN')\nexport const other = (db: any) => db.exec('END')\n`
    expect(await placesIn({ '001_a.ts': text, '_shared.ts': helper })).toEqual([
      '001_a.ts:1:14 error SQL_TRANSACTION_CONTROL',
      '_shared.ts:1:44 error SQL_TRANSACTION_CONTROL',
    ])
  })

  test.each(['SAVEPOINT s', 'RELEASE s', 'ROLLBACK TO s', 'ROLLBACK TRANSACTION TO s'])(
    'the message says why of %s too, the fix what to do in code',
    async (statement) => {
      const [found] = await checkFolder(sqlFile(`${statement};`))
      expect(found!.message).toContain('A savepoint left open there goes unnoticed.')
      expect(found!.fix).toContain('`db.transaction()`')
    },
  )

  const guarded = (comment: string): string =>
    migrationWith(`up(db) {\n    ${comment}\n    try { db.exec('COMMIT') } catch {}\n  }`)

  test('what code does may be acknowledged, with a reason and nowhere else', async () => {
    const [found] = await checkFolder({ '001_a.ts': guarded('') })
    const paste = '// lockstep-ignore SQL_TRANSACTION_CONTROL: reason'
    expect(found!.fix).toContain(`\`${paste}\``)
    expect(await placesIn({ '001_a.ts': guarded(paste) })).toEqual([])
    const files = sqlFile('-- lockstep-ignore SQL_TRANSACTION_CONTROL: copied\nCOMMIT;')
    expect(await placesIn(files)).toEqual([
      '001_a.sql:2:1 warning SUPPRESSION_OF_ERROR',
      '001_a.sql:3:1 error SQL_TRANSACTION_CONTROL',
    ])
  })

  test('a whole transaction is no savepoint', async () => {
    const [found] = await checkFolder(sqlFile('ROLLBACK;'))
    expect(found!.message + found!.fix).not.toMatch(/savepoint|db\.transaction/i)
  })

  test('the message names the word, the fix the option of the form', async () => {
    const [found] = await checkFolder(sqlFile('COMMIT;'))
    expect(found!.message).toContain('migrations/001_a.sql controls the transaction with COMMIT')
    expect(found!.fix).toContain('`-- migrate:up transaction:false`')
  })
})
