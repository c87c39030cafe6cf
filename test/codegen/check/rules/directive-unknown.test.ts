// DIRECTIVE_UNKNOWN
import { expect, test } from 'vitest'
import { checkFolder, placesIn, SOUND } from '../check-folder.js'

const sql = (comment: string) => ({
  '001_a.sql': `-- migrate:up\n${comment}\nCREATE TABLE a (b);\n-- migrate:down\nDROP TABLE a;\n`,
})
const script = (comment: string) => ({ '001_a.ts': `${comment}\n${SOUND}` })
const fixOf = async (files: Record<string, string>): Promise<string | undefined> =>
  (await checkFolder(files)).find(({ code }) => code === 'DIRECTIVE_UNKNOWN')?.fix

test.each([
  ['-- lockstep-ignor IF_NOT_EXISTS', 'lockstep-ignore CODE: reason'],
  ['-- lockstep-ignor X', 'lockstep-ignore CODE: reason'],
  ['--lockstep-ingore IF_NOT_EXISTS: it is so', 'lockstep-ignore CODE: reason'],
  ['-- lockstep-Ignore IF_NOT_EXISTS: it is so', 'lockstep-ignore CODE: reason'],
  ['-- lockstep_ignore IF_NOT_EXISTS: it is so', 'lockstep-ignore CODE: reason'],
  ['-- lockstep ignore IF_NOT_EXISTS: it is so', 'lockstep-ignore CODE: reason'],
  ['-- lockstep: ignore IF_NOT_EXISTS', 'lockstep-ignore CODE: reason'],
  ['-- @lockstep-ignore IF_NOT_EXISTS: it is so', 'lockstep-ignore CODE: reason'],
  ['/* lockstep-ignor IF_NOT_EXISTS: it is so */', 'lockstep-ignore CODE: reason'],
  ['-- lockstep-disable IF_NOT_EXISTS', 'lockstep-ignore CODE: reason'],
  ['-- lockstep-transaction: off', '-- transaction: false'],
  ['-- lockstep-migrate:down', '-- migrate:up'],
  ['-- transacton: false', '-- transaction: false'],
  ['-- Transactions: off', '-- transaction: false'],
  ['-- transaction = false', '-- transaction: false'],
  ['-- transaction off', '-- transaction: false'],
  ['-- foreign-keys: enforce', '-- foreign_keys: enforce'],
  ['-- foreign_key: enforce', '-- foreign_keys: enforce'],
  ['-- irreversable: the rows are gone', '-- irreversible: reason'],
  ['-- desciption: makes a', '-- description: text'],
  ['-- @description: makes a', '-- description: text'],
  ['-- efects: a mail', '-- effects: what it does outside of the database'],
  ['-- irreversible', '-- irreversible: reason'],
  ['-- lockstep: irreversible: gone', '-- irreversible: reason'],
  ['-- @transaction: false', '-- transaction: false'],
  ['-- lockstep: transaction false', '-- transaction: false'],
  ['-- no-transaction', '-- transaction: false'],
  ['-- no-transction', '-- transaction: false'],
  ['--no_transaction;', '-- transaction: false'],
  ['-- notransaction', '-- transaction: false'],
  ['-- No Transaction', '-- transaction: false'],
  ['-- @no-transaction: true', '-- transaction: false'],
  ['-- lockstep: no-transaction', '-- transaction: false'],
  ['-- +goose NO TRANSACTION', '-- transaction: false'],
  ['-- without transaction', '-- transaction: false'],
  ['-- non-transactional', '-- transaction: false'],
  ['-- disable_ddl_transaction', '-- transaction: false'],
])('invalid: %s', async (comment, nearest) => {
  expect(await placesIn(sql(comment))).toEqual(['001_a.sql:2:1 warning DIRECTIVE_UNKNOWN'])
  expect(await fixOf(sql(comment))).toMatch(
    new RegExp(`^Write \`${nearest}\` .*lockstep-ignore CODE`),
  )
})

test('what resembles nothing is told with the list alone', async () => {
  expect(await placesIn(sql('-- lockstep-online: yes'))).toHaveLength(1)
  expect(await fixOf(sql('-- lockstep-online: yes'))).toMatch(/^Lockstep reads `lockstep-ignore/)
})

test('the place is that of the comment, also where lines end as in Windows', async () => {
  const text = sql('  -- lockstep-ignor X')['001_a.sql'].replaceAll('\n', '\r\n')
  expect(await placesIn({ '001_a.sql': text })).toEqual(['001_a.sql:2:3 warning DIRECTIVE_UNKNOWN'])
})

test.each([
  '-- Lockstep applies this step in a transaction.',
  '-- lockstep: see the handbook',
  '-- Lockstep ignores rows without a name',
  '-- lockstep ignore is not needed here',
  '-- lockstep-ignored rows stay as they are',
  '-- lockstep-generated code, do not edit',
  '-- lockstep.config.ts: names the database',
  '-- lockstep_migrations: a table of another tool',
  '-- as lockstep-ignor: would',
  '-- transactions: the table of all payments',
  '-- this transaction: false friends',
  '-- effect: none that anybody sees',
  '-- descriptions: one for each tag',
  '-- foreign keys: see 002',
  '-- migrated up to here by hand',
  '-- migrated down',
  '-- rotate down',
  '-- no transaction is needed for this',
  '-- no transactions',
  '-- without transactions: see the handbook',
  '-- no translation',
  '-- no transition: off',
  '-- not in a transaction',
  '-- irreversible by nature',
  '-- affects: every user',
  '-- defects: none',
  '-- description: makes a',
  '-- transaction: true',
  '-- lockstep-ignore DIRECTIVE_UNKNOWN: the next line is for people\n-- lockstep-online: yes',
])('valid: %s', async (comment) => {
  expect(await placesIn(sql(comment))).toEqual([])
})

test('texts and columns are no directives', async () => {
  const up =
    "CREATE TABLE a (\n  -- desciption: what people read\n  b DEFAULT '\n-- lockstep-ignor X\n'\n)"
  expect(
    await placesIn({ '001_a.sql': `-- migrate:up\n${up};\n-- migrate:down\nDROP TABLE a;` }),
  ).toEqual([])
})

test.each(['// lockstep-ignor IMPORT_BUILTIN: x', '/* Lockstep-ignore IMPORT_BUILTIN: x */'])(
  'invalid in a script: %s',
  async (comment) => {
    expect(await placesIn(script(comment))).toEqual(['001_a.ts:1:1 warning DIRECTIVE_UNKNOWN'])
  },
)

test.each([
  '// Lockstep-ignored files are not read',
  '// lockstep: keep in step',
  "export const text = '// lockstep-ignor IMPORT_BUILTIN'",
  '// transacton: false',
])('valid in a script: %s', async (comment) => {
  expect(await placesIn(script(comment))).toEqual([])
})
