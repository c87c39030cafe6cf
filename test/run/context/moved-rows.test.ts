// ctx.batches, where keys move while rows are deleted, filtered away or written: none is left out in silence.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { migrate } from '../../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../../src/manager.js'
import type { Context } from '../../../src/model/migration.js'
import { UNDISTURBED } from '../../../src/run/context/walk.js'
import { toolkit } from '../../../src/run/context/toolkit.js'
import { asyncDriver } from '../../support/async-driver.js'
import { databases } from '../../support/databases.js'
import { errorOf, failureOf } from '../../support/error-of.js'
import { registryOf } from '../../support/registry.js'
import { testSome } from '../../support/some-of.js'

const files = databases()

type Rows = readonly Record<string, number>[]
type Each = (rows: Rows, db: Database.Database) => void

interface Walk {
  readonly query: string
  readonly by: string
  readonly size: number
}

/** Walks over twelve rows of `t`: the mails of two are the same, and `pos` counts from 1. */
function prepared(): Database.Database {
  const db = files.open()
  db.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, pos UNIQUE, mail, x DEFAULT 0, bytes BLOB);
    INSERT INTO t (id, pos, mail, bytes) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12)
    SELECT i * 10, i, iif(i = 9, 'm5', 'm' || i), CAST(i AS BLOB) FROM n;
    CREATE VIEW v AS SELECT * FROM t; CREATE TABLE w (code TEXT PRIMARY KEY, pos UNIQUE);
    INSERT INTO w SELECT 'c' || (100 + pos), pos FROM t`)
  return db
}

function walk({ query, by, size }: Walk, each: Each): Database.Database {
  const db = prepared()
  const up = (_: unknown, ctx: Context) =>
    ctx.batches(query, { by, size }, (rows) => each(rows as Rows, db))
  migrate(db, registryOf({ toolkit, up }), { onUnmanaged: 'allow' })
  return db
}

const forEach =
  (sql: string, ...names: string[]): Each =>
  (rows, db) => {
    for (const row of rows) db.prepare(sql).run(...names.map((name) => row[name]))
  }
const remove = forEach('DELETE FROM t WHERE id = ?', 'id')
const filterAway = forEach('UPDATE t SET x = 1 WHERE id = ?', 'id')
const MOVED = 'the key of a row that was still to come has changed'

describe.each([1, 5, 11])('in batches of %d', (size) => {
  const NUMBERED = {
    'a window function': 'SELECT row_number() OVER (ORDER BY id) AS n, id FROM t WHERE x = 0',
    'one in a subquery':
      'SELECT * FROM (SELECT id, mail, row_number() OVER (ORDER BY id) AS n FROM t WHERE x = 0)',
    'one behind another name':
      'SELECT nr AS n, id FROM (SELECT row_number() OVER (ORDER BY id) AS nr, id FROM t WHERE x = 0)',
    'one in an expression':
      'SELECT 100 + dense_rank() OVER (ORDER BY id DESC) AS n, id FROM t WHERE x = 0',
    'a named window in a CTE':
      'WITH c AS (SELECT *, rank() OVER w AS n FROM t WHERE x = 0 WINDOW w AS (ORDER BY mail, id)) SELECT n, id FROM c',
    'a window as text':
      "SELECT printf('%04d', row_number() OVER (ORDER BY id)) AS n, id FROM t WHERE x = 0",
    'a count in a subquery':
      'SELECT (SELECT count(*) FROM t u WHERE u.id <= t.id AND u.x = 0) AS n, id FROM t WHERE x = 0',
    'a sum in a subquery':
      'SELECT (SELECT sum(10) FROM t u WHERE u.id <= t.id AND u.x = 0) AS n, id FROM t WHERE x = 0',
    'a join with itself':
      'SELECT count(*) AS n, t.id AS id FROM t JOIN t u ON u.id <= t.id AND u.x = 0 WHERE t.x = 0 GROUP BY t.id',
  }
  describe.each(Object.entries(NUMBERED))('by %s', (_, query) => {
    testSome([
      ['deletes rows', remove],
      ['filters rows away', filterAway],
      ['deletes some rows', forEach('DELETE FROM t WHERE id = ? AND id % 30 < 20', 'id')],
    ])('a step that %s is refused', (_, each) => {
      const error = errorOf(() => walk({ query, by: 'n', size }, each))
      expect(error).toMatchObject({ code: 'BATCHES_INVALID', facts: { option: 'by' } })
      expect(error.message).toContain(MOVED)
      expect(error.fix).toBe(`${UNDISTURBED} Then run again.`)
    })
    test('a step that leaves rows in place meets them all', () => {
      const each = forEach("UPDATE t SET mail = mail || '!' WHERE id = ?", 'id')
      const db = walk({ query: query.replace('mail, id)', 'id)'), by: 'n', size }, each)
      expect(db.prepare("SELECT count(*) FROM t WHERE mail GLOB 'm*[0-9]!'").pluck().get()).toBe(12)
    })
  })
  test.each([
    [
      'one place forward',
      (rows: Rows, db: Database.Database) => {
        rows.forEach(({ pos = 0 }, at) => {
          db.prepare('DELETE FROM t WHERE pos = ?').run(pos - at)
          db.prepare('UPDATE t SET pos = -pos WHERE pos > ?').run(pos - at)
          db.exec('UPDATE t SET pos = -pos - 1 WHERE pos < 0')
        })
      },
    ],
    [
      'to the places of those that are gone',
      (rows: Rows, db: Database.Database) => {
        remove(rows, db)
        db.prepare('UPDATE t SET pos = pos - ?').run(rows.length)
      },
    ],
  ])('rows that a step moves %s are refused', (_, each) => {
    const query = 'SELECT pos, id, bytes FROM t'
    expect(errorOf(() => walk({ query, by: 'pos', size }, each)).message).toContain(MOVED)
  })
  test('a row that changes places with one that was met is refused', () => {
    const each: Each = (rows, db) => {
      const last = rows.at(-1)?.['pos']
      db.prepare('UPDATE t SET pos = -pos WHERE pos IN (@last, @last + 1)').run({ last })
      db.prepare('UPDATE t SET pos = 2 * @last + 1 + pos WHERE pos < 0').run({ last })
    }
    const found = () => walk({ query: 'SELECT pos, id, x FROM t', by: 'pos', size }, each)
    expect(errorOf(found).message).toContain(MOVED)
  })
  const WITHOUT_ID = 'SELECT id, mail, x FROM t'
  test.each<[string, string, Each]>([
    [
      'deletes duplicates ahead',
      WITHOUT_ID,
      forEach('DELETE FROM t WHERE id > ? AND mail = ?', 'id', 'mail'),
    ],
    [
      'deletes duplicates that it has made',
      WITHOUT_ID,
      (rows, db) => {
        for (const { id } of rows) {
          db.prepare("UPDATE t SET mail = 'm' || (pos + pos % 2) WHERE id = ?").run(id)
          db.prepare(
            'DELETE FROM t WHERE id > @id AND mail = (SELECT mail FROM t WHERE id = @id)',
          ).run({ id })
        }
      },
    ],
    ['deletes all rows ahead', WITHOUT_ID, forEach('DELETE FROM t WHERE id > ?', 'id')],
    ['deletes each other row', WITHOUT_ID, forEach('DELETE FROM t WHERE id = ? + 10', 'id')],
    ['deletes those met, by a real key', WITHOUT_ID, remove],
    ['filters those met away, by a real key', 'SELECT id, x FROM t WHERE x = 0', filterAway],
    ['writes rows ahead', WITHOUT_ID, forEach('UPDATE t SET x = x + 1 WHERE id > ?', 'id')],
    ['writes all rows', WITHOUT_ID, forEach('UPDATE t SET x = ?', 'id')],
    [
      'lets one row have a mark, the one it is at',
      'SELECT id, x FROM t',
      forEach('UPDATE t SET x = (id = ?)', 'id'),
    ],
    [
      'takes the mark from the row ahead',
      'SELECT id, x FROM t',
      forEach('UPDATE t SET x = (id = ?) WHERE id IN (?, ? + 10)', 'id', 'id', 'id'),
    ],
    [
      'asks for the keys only, and deletes them',
      'SELECT id FROM t',
      forEach('DELETE FROM t WHERE id = ? OR id % 40 = 0', 'id'),
    ],
    [
      'has numbers beside the key, which change',
      'SELECT id, row_number() OVER (ORDER BY id) AS nr, mail FROM t',
      remove,
    ],
  ])('a step that %s is no reason to refuse', (_, query, each) => {
    expect(() => walk({ query, by: 'id', size }, each)).not.toThrow()
  })
  const GROW = 'UPDATE t SET pos = -pos; UPDATE t SET pos = 1 - pos'
  const growFrom: Each = (rows, db) => {
    for (const { pos } of rows) {
      db.prepare('UPDATE t SET pos = -pos WHERE pos >= ?').run(pos)
      db.exec('UPDATE t SET pos = 1 - pos WHERE pos < 0')
    }
  }
  const swap: Each = (rows, db) => {
    const last = Number(rows.at(-1)!['pos'])
    db.exec(`UPDATE t SET pos = -pos WHERE pos IN (${last}, ${last + 1});
      UPDATE t SET pos = ${2 * last + 1} + pos WHERE pos < 0`)
  }
  test.each<[string, string, Each]>([
    ['places all grow', 'SELECT id, pos FROM t', (_, db) => db.exec(GROW)],
    ['places all shrink', 'SELECT id, -pos FROM t', (_, db) => db.exec(GROW)],
    ['places grow from one on', 'SELECT id, pos FROM t', growFrom],
    ['neighbours swap places at the edge of a batch', 'SELECT id, pos FROM t', swap],
    ['they do in a view', 'SELECT id, pos FROM v', swap],
    [
      'places grow, and a row ahead is deleted',
      'SELECT id, pos FROM t',
      (_, db) => db.exec(`${GROW}; DELETE FROM t WHERE id = 80`),
    ],
  ])(
    'values of other columns that are those of other rows are none of their keys: %s',
    (_, query, each) => {
      expect(() => walk({ query, by: 'id', size }, each)).not.toThrow()
    },
  )
  describe('where the primary key is a text', () => {
    const swapTexts: Each = (rows, db) => {
      const last = Number(rows.at(-1)!['pos'])
      db.exec(`UPDATE w SET pos = -pos WHERE pos IN (${last}, ${last + 1});
        UPDATE w SET pos = ${2 * last + 1} + pos WHERE pos < 0`)
    }
    const query = 'SELECT code, pos FROM w'
    test('other columns may be swapped', () => {
      expect(() => walk({ query, by: 'code', size }, swapTexts)).not.toThrow()
    })
    test('another key may not', () => {
      const found = () => walk({ query, by: 'pos', size }, swapTexts)
      expect(errorOf(found).message).toContain(MOVED)
    })
    test('and without it, rows are met by any key', () => {
      const grow: Each = (_, db) => db.exec('UPDATE t SET x = pos + iif(x > 0, x - pos + 1, 0)')
      const unnamed = 'SELECT pos, x FROM t'
      expect(() => walk({ query: unnamed, by: 'pos', size }, grow)).not.toThrow()
    })
  })
  test('rows that all get the keys of those before them are refused, however many there are', () => {
    const close: Each = (rows, db) => {
      const last = rows.at(-1)!['id']
      db.prepare('DELETE FROM t WHERE id = ?').run(last)
      db.prepare('UPDATE t SET id = id - 10 WHERE id > ?').run(last)
    }
    const found = () => walk({ query: WITHOUT_ID.replace('mail', 'pos'), by: 'id', size }, close)
    expect(errorOf(found).message).toContain(MOVED)
  })
  test('by a number, rows behind may be deleted', () => {
    const query = 'SELECT row_number() OVER (ORDER BY id) AS n, id FROM t'
    const each = forEach('DELETE FROM t WHERE id = 120 OR mail = (SELECT 1 WHERE ? < 0)', 'id')
    expect(() => walk({ query, by: 'n', size }, each)).not.toThrow()
  })
})

describe('where one row alone is still to come, behind the first batch', () => {
  const NUMBERED = 'SELECT row_number() OVER (ORDER BY id) AS n, id FROM t WHERE x = 0'
  const COUNTED =
    'SELECT (SELECT count(*) FROM t u WHERE u.id <= t.id AND u.x = 0) AS n, id FROM t WHERE x = 0'
  const at = (batch: number, sql: string): Each => {
    let met = 0
    return (_, db) => void (++met === batch && db.exec(sql))
  }
  const ELEVEN = `${NUMBERED} AND id < 120`
  test.each([
    ['a row of the same batch is deleted', ELEVEN, 5, 'DELETE FROM t WHERE id = 80'],
    ['the last row of the batch is deleted', ELEVEN, 5, 'DELETE FROM t WHERE id = 100'],
    ['the rows of the batch are deleted', ELEVEN, 5, 'DELETE FROM t WHERE id BETWEEN 60 AND 100'],
    ['one of the batch before is filtered away', COUNTED, 1, 'UPDATE t SET x = 1 WHERE id = 20'],
    ['more are deleted than are in a batch', COUNTED, 1, 'DELETE FROM t WHERE id < 100'],
  ])('it is not left out when %s', (_, query, size, sql) => {
    const each = at(size === 1 ? 11 : 2, sql)
    expect(errorOf(() => walk({ query, by: 'n', size }, each)).message).toContain(MOVED)
  })
  test.each([
    ['it is deleted', 'DELETE FROM t WHERE id = 120'],
    ['it is written', "UPDATE t SET mail = 'm11' WHERE id = 120"],
    ['all that were met are written', "UPDATE t SET mail = 'm12', bytes = x'00' WHERE id < 120"],
  ])('nothing is refused when %s', (_, sql) => {
    const query = NUMBERED.replace('id FROM', 'id, mail FROM')
    expect(() => walk({ query, by: 'n', size: 1 }, at(11, sql))).not.toThrow()
  })
  test('a met row that becomes like it, which is deleted, is none that was moved', () => {
    const each = at(11, "DELETE FROM t WHERE id = 120; UPDATE t SET mail = 'm12' WHERE id = 110")
    const query = 'SELECT id, mail FROM t WHERE id <> 90'
    expect(() => walk({ query, by: 'id', size: 1 }, each)).not.toThrow()
  })
})

test.each([1, 5, 11])(
  'subqueries that choose rows make no key of other rows, in batches of %d',
  (size) => {
    const query =
      'SELECT id, mail FROM t WHERE EXISTS (SELECT 1 FROM t u WHERE u.id = t.id) AND id <> 90'
    const each: Each = (rows, db) => {
      for (const { id = 0 } of rows) {
        const last = db.prepare('SELECT id, mail FROM t WHERE id > ? LIMIT 1').get(id) as
          { id: number; mail: string } | undefined
        if (id % 40 > 0 || !last) continue
        db.prepare('DELETE FROM t WHERE id = ?').run(last.id)
        db.prepare('UPDATE t SET mail = ? WHERE id = ?').run(last.mail, id)
      }
    }
    expect(() => walk({ query, by: 'id', size }, each)).not.toThrow()
  },
)

test('rows that are met again, because others have come before them, are refused', () => {
  const query = 'SELECT row_number() OVER (ORDER BY id) AS n, id FROM t'
  const each: Each = (rows, db) => {
    if (rows[0]?.['n'] === 4) db.exec('INSERT INTO t (id) VALUES (5); DELETE FROM t WHERE id = 120')
  }
  expect(errorOf(() => walk({ query, by: 'n', size: 3 }, each)).message).toContain(MOVED)
})

test('where nothing moves, only the next rows are looked at again, however many rows there are', async () => {
  const db = prepared()
  const driver = asyncDriver(db)
  const answers: number[] = []
  const query: typeof driver.query = async (sql, values) => {
    const rows = await driver.query(sql, values)
    if (sql.startsWith('SELECT s.*')) answers.push(rows.length)
    return rows
  }
  const up = (_: unknown, ctx: Context) =>
    ctx.batches('SELECT id, mail FROM t', { by: 'id', size: 4 }, (rows) =>
      filterAway(rows as Rows, db),
    )
  const options = { onUnmanaged: 'allow' } as const
  await new MigrationManager({ ...driver, query }, registryOf({ toolkit, up }), options).migrate()
  expect(answers).toEqual([1, 9, 5, 8, 4, 4, 0])
})

test('an asynchronous driver refuses as well', async () => {
  const db = prepared()
  const query = 'SELECT row_number() OVER (ORDER BY id) AS n, id FROM t'
  const up = (_: unknown, ctx: Context) =>
    ctx.batches(query, { by: 'n', size: 3 }, (rows) => remove(rows as Rows, db))
  const manager = new MigrationManager(asyncDriver(db), registryOf({ toolkit, up }), {
    onUnmanaged: 'allow',
  })
  expect((await failureOf(() => manager.migrate())).message).toContain(MOVED)
})

describe('rows that come ahead', () => {
  const walked = (sql: string) => () =>
    walk({ query: 'SELECT id FROM t', by: 'id', size: 2 }, ([row], db) => {
      if (row!['id'] === 10) db.exec(sql)
    })
  const ADDED = 'INSERT INTO t (id, pos) VALUES (500, 500)'

  test.each([
    ['id > 100', `${ADDED}, (501, 501)`],
    ['id = 120', ADDED],
    ['id = 40', ADDED],
  ])('do not make up in the count for those that are moved behind: %s', (moved, added) => {
    const { message } = errorOf(walked(`UPDATE t SET id = -id WHERE ${moved}; ${added}`))
    expect(message).toMatch(/rows were missed|key of a row/)
  })

  test('may make up for those that are deleted', () => {
    const db = walked(`DELETE FROM t WHERE id = 120; ${ADDED}`)()
    expect(db.prepare('SELECT count(*) FROM t').pluck().get()).toBe(12)
  })
})

test('rows that were met may move behind', () => {
  const away = forEach('UPDATE t SET id = -id WHERE id = ?', 'id')
  const db = walk({ query: 'SELECT id FROM t', by: 'id', size: 2 }, away)
  expect(db.prepare('SELECT max(id) FROM t').pluck().get()).toBe(-10)
})
