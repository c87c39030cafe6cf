// SQL_PARAMETER
import { describe, expect, test } from 'vitest'
import { migrationWith, placesIn } from '../check-folder.js'

const TABLE = "db.exec('CREATE TABLE a (b)');"

describe('valid', () => {
  test.each([
    `up(db) { ${TABLE} db.prepare('INSERT INTO a VALUES (?)').run(1) }`,
    `up(db) { ${TABLE} db.prepare('UPDATE a SET b = :b').run({ b: 1 }) }`,
    `up(db) { ${TABLE} db.exec("INSERT INTO a VALUES ('a:b ? @c $d'), ('$.x')") }`,
    `up(db) { ${TABLE} db.exec('INSERT INTO a VALUES (1) -- what? :that') }`,
    `up(db) { ${TABLE} /^\\w+$/.exec('DELETE FROM a WHERE b = ?') }`,
  ])('%s', async (up) => expect(await placesIn({ '001_a.ts': migrationWith(up) })).toEqual([]))

  test('what a declared batch is given', async () => {
    const walk = `{ query: 'SELECT id FROM t', by: 'id', update: 'UPDATE t SET v = 1 WHERE id BETWEEN :from AND :to' }`
    const folder = {
      '001_a.sql':
        '-- migrate:up\nCREATE TABLE t (id INTEGER PRIMARY KEY, v);\n-- irreversible: x\n',
      '002_b.ts': `export default { irreversible: 'x', batches: [${walk}] }`,
    }
    expect(await placesIn(folder)).toEqual([])
  })
})

describe('invalid', () => {
  test.each([
    [`up(db) { ${TABLE} db.exec('INSERT INTO a VALUES (?)') }`, '001_a.ts:3:74'],
    [`up(db) { ${TABLE} db.exec('DELETE FROM a; UPDATE a SET b = $b') }`, '001_a.ts:3:84'],
    [`up: ['CREATE TABLE a (b)', 'INSERT INTO a VALUES (1, ?1)']`, '001_a.ts:3:56'],
  ])('%s', async (up, place) => {
    const found = await placesIn({ '001_a.ts': migrationWith(up) })
    expect(found).toContain(`${place} error SQL_PARAMETER`)
  })

  test('in an SQL file, once a statement', async () => {
    const sql =
      '-- migrate:up\nCREATE TABLE a (b, c);\nUPDATE a SET b = @b, c = :c WHERE 1;\n-- irreversible: x\n'
    expect(await placesIn({ '001_a.sql': sql })).toEqual(['001_a.sql:3:18 error SQL_PARAMETER'])
  })
})
