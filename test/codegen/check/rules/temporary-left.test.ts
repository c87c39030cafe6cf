// TEMPORARY_LEFT
import { expect, test } from 'vitest'
import { checkFolder, migrationWith, placesIn } from '../check-folder.js'

test.each([
  'CREATE TEMP TABLE t (a); DROP TABLE t',
  'CREATE TEMPORARY TABLE "T" AS SELECT 1; DROP TABLE IF EXISTS temp.t',
  'CREATE TEMP VIEW v AS SELECT 1; DROP VIEW v',
  'CREATE TABLE temp (a)',
  'CREATE TABLE main.t (a)',
])('valid: %s', async (sql) =>
  expect(await placesIn({ '001_a.ts': migrationWith(`up: \`${sql}\``) })).not.toContainEqual(
    expect.stringContaining('TEMPORARY_LEFT'),
  ),
)

test.each([
  ['CREATE TEMP TABLE t (a)', 'the temporary table t and'],
  ['create temporary table if not exists "t" as select 1', 'the temporary table "t" and'],
  ['CREATE TEMP VIEW v AS SELECT 1', 'the temporary view v and'],
  ['CREATE TABLE "temp".t (a)', 'the temporary table t and'],
  ['DROP TABLE t; CREATE TEMP TABLE t (a)', 'the temporary table t and'],
])('invalid: %s', async (sql, words) => {
  const found = await checkFolder({ '001_a.ts': migrationWith(`up: '${sql}'`) })
  const [one, ...more] = found.filter(({ code }) => code === 'TEMPORARY_LEFT')
  expect(more).toEqual([])
  expect(one).toMatchObject({ severity: 'warning', line: 3 })
  expect(one!.message).toContain(words)
  expect(one!.fix).toMatch(/^Add `DROP (TABLE|VIEW) "?[tv]"?` at the end/)
})
