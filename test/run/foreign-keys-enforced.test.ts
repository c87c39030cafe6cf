// Steps that keep foreign keys enforced, and the setting that comes back whatever happens.
import { describe, expect, test } from 'vitest'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import { databases, ledgerIds } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { childrenOf, family, isOn, rebuilt } from './family.js'
import { registryOf, type Draft } from '../support/registry.js'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'

const files = databases()

describe("foreignKeys: 'enforce'", () => {
  test('lets a step rely on ON DELETE CASCADE', () => {
    const db = files.open()
    const step = { up: 'DELETE FROM parent WHERE id = 1', foreignKeys: 'enforce' } as const
    migrate(db, registryOf({ up: family }, step, { up: rebuilt }))
    expect(childrenOf(db)).toBe(1)
    expect(isOn(db)).toBe(true)
  })
  test("works with transaction: 'all'", () => {
    const db = files.open()
    migrate(db, registryOf({ up: family }))
    const step = { up: 'DELETE FROM parent WHERE id = 1', foreignKeys: 'enforce' } as const
    migrate(db, registryOf({ up: family }, step), { transaction: 'all' })
    expect(childrenOf(db)).toBe(1)
  })
  test.each<[string, Draft<Handle>['up']]>([
    ['SQL', 'DROP TABLE parent'],
    ['SQL with IF EXISTS and quotes', 'DELETE FROM child; drop table if exists main."Parent"'],
    ['SQL with comments in between', 'DROP /* it */ TABLE -- now\n parent'],
    ['code', (db) => void db.exec('DROP TABLE parent')],
    ['a prepared statement', (db) => void db.prepare('DROP TABLE [parent]').run()],
  ])('refuses to drop a table that others refer to, in %s', (_, up) => {
    const db = files.open()
    const error = errorOf(() =>
      migrate(db, registryOf({ up: family }, { up, foreignKeys: 'enforce' })),
    )
    expect(error).toMatchObject({ code: 'FOREIGN_KEYS_ENFORCED_DROP', facts: { version: 2 } })
    expect(childrenOf(db)).toBe(3)
    expect(isOn(db)).toBe(true)
  })
  test.each([
    'DROP TABLE "my ""Parent"',
    'DROP TABLE "main" . [my "parent]',
    "drop table'my \"parent'",
  ])('refuses to drop one whose name needs quotes: %s', (up) => {
    const db = files.open()
    const error = errorOf(() =>
      migrate(
        db,
        registryOf(
          {
            up: `CREATE TABLE "my ""parent" (id INTEGER PRIMARY KEY);
                CREATE TABLE child (parent_id INTEGER REFERENCES "my ""parent" ON DELETE CASCADE)`,
          },
          { up, foreignKeys: 'enforce' },
        ),
      ),
    )
    expect(error).toMatchObject({ code: 'FOREIGN_KEYS_ENFORCED_DROP', facts: { version: 2 } })
  })
  test.each<[string, Draft<Handle>['up']]>([
    ['SQL', 'CREATE TABLE late (p REFERENCES "lone" ON DELETE CASCADE); DROP TABLE lone'],
    [
      'code',
      (db) => {
        db.exec('CREATE TABLE late (p REFERENCES lone ON DELETE CASCADE)')
        db.exec('DROP TABLE lone')
      },
    ],
  ])('refuses to drop what the step itself lets others refer to, in %s', (_, up) => {
    const db = files.open()
    const lone = { up: 'CREATE TABLE lone (id INTEGER PRIMARY KEY)' }
    const error = errorOf(() => migrate(db, registryOf(lone, { up, foreignKeys: 'enforce' })))
    expect(error.code).toBe('FOREIGN_KEYS_ENFORCED_DROP')
  })
  test.each<[string, Draft<Handle>['up']]>([
    ['renamed', 'ALTER TABLE parent RENAME TO old; DROP TABLE old'],
    [
      'renamed by code',
      (db) => {
        db.exec('ALTER TABLE "parent" RENAME TO "old"')
        db.exec('CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT)')
        db.exec('INSERT INTO parent SELECT * FROM old; DROP TABLE old')
      },
    ],
  ])('refuses to drop what others refer to after it was %s', (_, up) => {
    const db = files.open()
    const error = errorOf(() =>
      migrate(db, registryOf({ up: family }, { up, foreignKeys: 'enforce' })),
    )
    expect(error.code).toBe('FOREIGN_KEYS_ENFORCED_DROP')
    expect(childrenOf(db)).toBe(3)
  })
  test.each([
    '-- nothing references lone any more\nDROP TABLE lone',
    "INSERT INTO words VALUES ('it references lone'); DROP TABLE lone",
    'CREATE TABLE tree (id INTEGER PRIMARY KEY, up REFERENCES tree); DROP TABLE tree',
    'CREATE TABLE a (x /* REFERENCES lone */); DROP TABLE lone',
    `CREATE TABLE a (x); -- references ${'-'.repeat(5000)}\nDROP TABLE lone`,
  ])('is not misled by words: %s', (up) => {
    const lone = { up: 'CREATE TABLE lone (id INTEGER PRIMARY KEY); CREATE TABLE words (x)' }
    expect(
      migrate(files.open(), registryOf(lone, { up, foreignKeys: 'enforce' })).steps,
    ).toHaveLength(2)
  })
  const inTurn: Draft<Handle>['up'] = (db) => {
    db.exec('DROP TABLE child')
    db.exec('DROP TABLE parent')
  }
  test.each<[string, Draft<Handle>['up']]>([
    ['SQL', 'DELETE FROM parent WHERE id = 1; DROP TABLE child; DROP TABLE Parent'],
    ['a list', ['DROP TABLE IF EXISTS "Child"', 'DROP TABLE parent']],
    ['a renamed child', 'ALTER TABLE child RENAME TO kid; DROP TABLE kid; DROP TABLE parent'],
    [
      'a child of the step',
      'CREATE TABLE more (p REFERENCES parent); DROP TABLE more; DROP TABLE child; DROP TABLE parent',
    ],
    [
      'a new parent',
      'ALTER TABLE parent RENAME TO old; CREATE TABLE parent (id); DROP TABLE parent',
    ],
    ['code', inTurn],
    ['code in one text', (db) => void db.exec('DROP TABLE child; DROP TABLE parent')],
    [
      'code in a transaction of its own',
      (db) => db.transaction(() => inTurn(db, undefined as never))(),
    ],
  ])('may drop a parent when nothing refers to it any more, in %s', (_, up) => {
    const db = files.open()
    migrate(db, registryOf({ up: family }, { up, foreignKeys: 'enforce' }))
    expect(ledgerIds(db)).toEqual(['001', '002'])
  })
  test.each<[string, Draft<Handle>['up']]>([
    ['the parent comes first', 'DROP TABLE parent; DROP TABLE child'],
    [
      'another child is left',
      'CREATE TABLE more (p REFERENCES parent ON DELETE CASCADE); DROP TABLE child; DROP TABLE parent',
    ],
    [
      'the child was made anew',
      'DROP TABLE child; CREATE TABLE child (p REFERENCES parent); DROP TABLE parent',
    ],
    [
      'a column refers to it',
      'CREATE TABLE more (x); ALTER TABLE more ADD COLUMN p REFERENCES parent; DROP TABLE child; DROP TABLE parent',
    ],
    [
      'dropping the child was undone',
      (db) => {
        try {
          db.transaction(() => {
            db.exec('DROP TABLE child')
            throw new Error('undone')
          })()
        } catch {
          // It goes on all the same.
        }
        db.exec('DROP TABLE parent')
      },
    ],
    [
      'dropping the child failed',
      (db) => {
        const [one] = [db.prepare('SELECT * FROM child').iterate()]
        one.next()
        try {
          db.exec('DROP TABLE child')
        } catch {
          // It is being read.
        }
        one.return?.()
        db.exec('DROP TABLE parent')
      },
    ],
  ])('may not while one does: %s', (_, up) => {
    const db = files.open()
    const error = errorOf(() =>
      migrate(db, registryOf({ up: family }, { up, foreignKeys: 'enforce' })),
    )
    expect(error).toMatchObject({ code: 'FOREIGN_KEYS_ENFORCED_DROP', facts: { table: 'parent' } })
    expect(childrenOf(db)).toBe(3)
  })
  test('may drop what nothing refers to', () => {
    const db = files.open()
    migrate(db, registryOf({ up: family }, { up: 'DROP TABLE child', foreignKeys: 'enforce' }))
    expect(ledgerIds(db)).toEqual(['001', '002'])
  })
})

test.each(['ON', 'OFF'])(
  'the setting comes back: as it was, %s, after success and after failure',
  (setting) => {
    const db = files.open()
    db.pragma(`foreign_keys = ${setting}`)
    const before = isOn(db)
    migrate(db, registryOf({ up: family }))
    expect(isOn(db)).toBe(before)
    for (const up of [
      'nonsense',
      'DELETE FROM parent',
      (): never => {
        throw new Error('no')
      },
    ]) {
      for (const more of [{}, { foreignKeys: 'enforce' }, { transaction: false }] as const) {
        const failed = registryOf({ up: family }, { up, ...more })
        try {
          migrate(db, failed, { lockTimeoutMs: 0 })
        } catch {
          // Whether each of these fails is asserted elsewhere; here only what they leave.
        }
        db.exec("DELETE FROM _migrations WHERE version = '002'")
        expect(isOn(db)).toBe(before)
      }
    }
  },
)
