// Steps that walk over rows in batches: the proof sees what happens between two batches.
import { describe, expect } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import type { Context } from '../../../../src/model/migration.js'
import { toolkit } from '../../../../src/run/context/toolkit.js'
import { factsOf, type Step } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

const PEOPLE = `CREATE TABLE people (id INTEGER PRIMARY KEY, mail TEXT UNIQUE NOT NULL, nick TEXT COLLATE NOCASE,
  city TEXT, number INTEGER UNIQUE NOT NULL, done INTEGER NOT NULL DEFAULT 0)`

type Row = Record<string, unknown>

/** Walks over people by a column, and does something for each row. */
const walking =
  (by: string, sql: string, query = 'SELECT * FROM people'): Step['up'] =>
  (db: Database, ctx: Context) =>
    ctx.batches<Row>(query, { by }, (rows) => {
      for (const row of rows) db.prepare(sql).run(row[by])
    })

const prove = (up: Step['up']) => factsOf([PEOPLE, { up, toolkit } as Step])

const DONE = (by: string): string => `UPDATE people SET done = 1 WHERE ${by} = ?`

describe('a step that walks over all rows', () => {
  testSome([
    ['by a primary key', walking('id', DONE('id'))],
    ['by a unique text', walking('mail', DONE('mail'))],
    ['by a unique number', walking('number', DONE('number'))],
    ['and deletes all', walking('id', 'DELETE FROM people WHERE ? > 0')],
    [
      'and leaves out what it has done',
      walking('id', DONE('id'), 'SELECT id FROM people WHERE done = 0'),
    ],
    [
      'by groups',
      walking(
        'city',
        'UPDATE people SET done = 1 WHERE city = ?',
        'SELECT DISTINCT city FROM people WHERE city NOT NULL',
      ),
    ],
    [
      'by numbers of rows that stay',
      walking(
        'n',
        'UPDATE people SET done = 1 WHERE ? > 0',
        'SELECT row_number() OVER (ORDER BY id) AS n, * FROM people',
      ),
    ],
    [
      'and deletes doubles ahead',
      walking(
        'id',
        'DELETE FROM people WHERE id > ? AND city IN (SELECT city FROM people GROUP BY 1 HAVING count(*) > 1)',
      ),
    ],
    [
      'and deletes doubles that it makes',
      (db: Database, ctx: Context) =>
        ctx.batches<Row>('SELECT id, city FROM people', { by: 'id' }, ([row]) => {
          db.prepare('UPDATE people SET city = lower(trim(city)) WHERE id = ?').run(row?.['id'])
          db.prepare(
            'DELETE FROM people WHERE id > ? AND lower(trim(city)) = (SELECT city FROM people WHERE id = ?)',
          ).run(row?.['id'], row?.['id'])
        }),
    ],
  ])('is fine %s', async (_, up) => expect(await prove(up)).toEqual([]))
  testSome([
    ['by a column that repeats itself', walking('city', DONE('city'))],
    [
      'by a column that can be NULL',
      walking('nick', DONE('nick'), 'SELECT DISTINCT nick FROM people'),
    ],
    [
      'by a column that it changes',
      walking('id', 'UPDATE people SET id = id + 5000000000 WHERE id = ?'),
    ],
    [
      'and adds rows to them',
      walking(
        'id',
        'INSERT INTO people (mail, number) SELECT hex(randomblob(9)), max(number) + 1 FROM people WHERE id <> ?',
      ),
    ],
    [
      'and gives those to come the places of those that are gone',
      (db: Database, ctx: Context) =>
        ctx.batches<Row>('SELECT id, number FROM people', { by: 'number' }, ([row]) => {
          db.prepare('DELETE FROM people WHERE id = ?').run(row?.['id'])
          db.prepare('UPDATE people SET number = number - 1 WHERE number > ?').run(row?.['number'])
        }),
    ],
    ...[
      'SELECT * FROM (SELECT row_number() OVER (ORDER BY id) AS n, mail FROM people)',
      'SELECT (SELECT count(*) FROM people p WHERE p.mail <= people.mail) AS n, mail FROM people',
    ].map((query): [string, Step['up']] => [
      `by numbers that are given anew: ${query}`,
      (db: Database, ctx: Context) =>
        ctx.batches<Row>(query, { by: 'n' }, ([row]) => {
          db.prepare('DELETE FROM people WHERE mail = ?').run(row?.['mail'])
        }),
    ]),
  ])('is found %s', async (_, up) => {
    expect(await prove(up)).toContainEqual(
      expect.objectContaining({
        kind: 'step-failed',
        stage: 'rows',
        message: expect.stringContaining('The rows cannot be walked by') as string,
      }),
    )
  })
})
