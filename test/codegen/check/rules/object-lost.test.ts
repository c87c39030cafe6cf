// OBJECT_LOST
import { describe, expect, test } from 'vitest'
import { migrationWith } from '../check-folder.js'
import { onlyFinding, placesAfterReplay, sqlFile } from '../replayed-folder.js'

const A = sqlFile(`CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, mail TEXT);
CREATE UNIQUE INDEX users_mail ON users (mail);
CREATE TABLE log (line TEXT);
CREATE TRIGGER users_log AFTER INSERT ON users BEGIN INSERT INTO log VALUES (new.name); END;
CREATE VIEW names AS SELECT name FROM users;`)
const INDEX = 'CREATE UNIQUE INDEX users_mail ON users (mail);'
const TRIGGER =
  'CREATE TRIGGER users_log AFTER INSERT ON users BEGIN INSERT INTO log VALUES (new.name); END;'
const VIEW = 'CREATE VIEW names AS SELECT name FROM users;'
const rebuild = (columns: string, before = '', after = '') => ({
  '001_a.sql': A,
  '002_b.sql': sqlFile(`${before}
DROP VIEW names;
CREATE TABLE n (id INTEGER PRIMARY KEY, ${columns});
DROP TABLE users;
ALTER TABLE n RENAME TO users;
${after}
${VIEW}`),
})

describe('valid', () => {
  test.each([
    ['all are made again', rebuild('name TEXT, mail TEXT', '', `${INDEX}\n${TRIGGER}`)],
    [
      'they are dropped by name',
      rebuild('name TEXT, mail TEXT', 'DROP INDEX users_mail; DROP TRIGGER IF EXISTS [USERS_LOG];'),
    ],
    [
      'an index of another name',
      rebuild('name TEXT, mail TEXT', '', `CREATE UNIQUE INDEX other ON users (mail);\n${TRIGGER}`),
    ],
    ['a constraint in its place', rebuild('name TEXT, mail TEXT UNIQUE', '', TRIGGER)],
    ['another order of columns', rebuild('mail TEXT, name TEXT', '', `${INDEX}\n${TRIGGER}`)],
  ])('%s', async (_, folder) => expect(await placesAfterReplay(folder)).toEqual([]))

  test('what is on a dropped table goes with it', async () => {
    const up = '-- lockstep-ignore TABLE_DROPPED: unused\nDROP VIEW names; DROP TABLE users;'
    expect(await placesAfterReplay({ '001_a.sql': A, '002_b.sql': sqlFile(up) })).toEqual([])
  })

  test('an index goes with its column, which is told', async () => {
    const folder = rebuild('name TEXT', '', TRIGGER)
    expect(await placesAfterReplay(folder)).toEqual(['002_b.sql:4:1 error COLUMN_DROPPED'])
  })

  test('a helper drops it by name', async () => {
    const folder = {
      '001_a.sql': A,
      '002_b.ts': `import { dropIndex } from './_drop.js'\n${migrationWith('up(db) { dropIndex(db) }')}`,
      '_drop.ts': `export const dropIndex = (db: any) => db.exec('DROP INDEX users_mail')\n`,
    }
    const code = {
      2: (db: { exec(sql: string): unknown }) => void db.exec('DROP INDEX users_mail'),
    }
    expect(await placesAfterReplay(folder, { code })).toEqual([])
  })
})

describe('invalid', () => {
  test('an index and a trigger that go with a rebuild, where the old table is dropped', async () => {
    expect(await placesAfterReplay(rebuild('name TEXT, mail TEXT'))).toEqual([
      '002_b.sql:5:1 warning OBJECT_LOST',
      '002_b.sql:5:1 warning OBJECT_LOST',
    ])
  })

  test('a constraint that is less strict than the unique index', async () => {
    const { message, fix } = await onlyFinding(
      rebuild('name TEXT, mail TEXT', '', `CREATE INDEX mails ON users (mail);\n${TRIGGER}`),
    )
    expect(message).toContain(
      'After version 002 (migrations/002_b.sql) the index users_mail on users is gone',
    )
    expect(fix).toContain('`CREATE UNIQUE INDEX users_mail ON users (mail)`')
    expect(fix).toContain('`DROP INDEX users_mail`')
  })

  test('the trigger of a view that is made again', async () => {
    const first = sqlFile(`CREATE TABLE t (a); CREATE VIEW v AS SELECT a FROM t;
CREATE TRIGGER v_insert INSTEAD OF INSERT ON v BEGIN INSERT INTO t VALUES (new.a); END;`)
    const folder = {
      '001_a.sql': first,
      '002_b.sql': sqlFile('DROP VIEW v;\nCREATE VIEW v AS SELECT a FROM t WHERE a > 0;'),
    }
    expect(await placesAfterReplay(folder)).toEqual(['002_b.sql:2:1 warning OBJECT_LOST'])
  })

  test('a column that is dropped does not excuse other indexes', async () => {
    const folder = rebuild('mail TEXT', '', '')
    expect(await placesAfterReplay(folder)).toEqual([
      '002_b.sql:4:1 error COLUMN_DROPPED',
      '002_b.sql:5:1 warning OBJECT_LOST',
      '002_b.sql:5:1 warning OBJECT_LOST',
    ])
  })
})

describe('a partial index', () => {
  const folder = (is: string, third = 'SELECT 1;') => ({
    '001_a.sql': sqlFile(
      'CREATE TABLE t (id INTEGER PRIMARY KEY, a, b);\nCREATE INDEX i ON t (a);\nCREATE INDEX j ON t (a) WHERE b = 1;',
    ),
    '002_b.sql': sqlFile(
      `CREATE TABLE n (id INTEGER PRIMARY KEY, a, b, c);\nINSERT INTO n (id, a, b) SELECT id, a, b FROM t;\nDROP TABLE t;\nALTER TABLE n RENAME TO t;\n${is}`,
    ),
    '003_c.sql': sqlFile(third),
  })

  test.each([
    ['not by one that was beside it', 'CREATE INDEX i ON t (a);'],
    ['not by one of other rows', 'CREATE INDEX i ON t (a);\nCREATE INDEX k ON t (a) WHERE b = 2;'],
  ])('is replaced, but %s', async (_, is) => {
    expect(await placesAfterReplay(folder(is))).toEqual(['002_b.sql:4:1 warning OBJECT_LOST'])
  })

  test.each([
    ['by one of another name', 'CREATE INDEX i ON t (a);\nCREATE INDEX k ON t ("a") WHERE b=1;'],
    ['by a whole one that is new', 'CREATE INDEX k ON t (a, b);'],
  ])('is replaced %s', async (_, is) => expect(await placesAfterReplay(folder(is))).toEqual([]))

  test('that a later version makes again is a hint', async () => {
    const third = 'CREATE INDEX j ON t (a) WHERE b = 1;'
    const { severity, message } = await onlyFinding(folder('CREATE INDEX i ON t (a);', third))
    expect(severity).toBe('info')
    expect(message).toContain('Version 003 recreates it.')
  })
})

test('an index that says the same under another name replaces one over an expression', async () => {
  const folder = {
    '001_a.sql': sqlFile(
      'CREATE TABLE t (id INTEGER PRIMARY KEY, a);\nCREATE INDEX i ON t (lower(a));',
    ),
    '002_b.sql': sqlFile(
      'CREATE TABLE n (id INTEGER PRIMARY KEY, a, b);\nINSERT INTO n (id, a) SELECT id, a FROM t;\nDROP TABLE t;\nALTER TABLE n RENAME TO t;\nCREATE INDEX k ON t (LOWER(a));',
    ),
  }
  expect(await placesAfterReplay(folder)).toEqual([])
})

test('one cause is one finding: what `up` loses is not there after `down` either', async () => {
  const folder = rebuild('name TEXT, mail TEXT', '', TRIGGER)
  const difference = (object: string) =>
    ({ object, change: 'lost', grade: 'differs', details: [] }) as const
  const facts = [
    {
      kind: 'not-inverse',
      version: 2,
      grade: 'differs',
      differences: [difference('index users_mail')],
    },
  ] as const
  expect(await placesAfterReplay(folder, { facts })).toEqual(['002_b.sql:5:1 warning OBJECT_LOST'])
  const settings = { rules: { OBJECT_LOST: 'off' } } as const
  const places = await placesAfterReplay(folder, { facts, settings })
  expect(places).toEqual(['002_b.sql:10:1 error DOWN_NOT_INVERSE'])
})

describe('made again with its table, but not as it was', () => {
  const BODY = 'BEGIN UPDATE c SET n = n + 1 WHERE id = new.id; DELETE FROM log; END'
  const TRIGGER = `CREATE TRIGGER t AFTER UPDATE OF s ON c ${BODY}`
  const VIEW = 'CREATE VIEW v AS SELECT id, n, c.s FROM c WHERE n > 0'
  const folder = (trigger: string, view: string, { columns = 's TEXT', first = '' } = {}) => ({
    '001_a.sql': sqlFile(
      `CREATE TABLE log (at);\nCREATE TABLE c (id INTEGER PRIMARY KEY, n INTEGER, s TEXT);\n${TRIGGER};\n${VIEW};`,
    ),
    '002_b.sql': sqlFile(
      `DROP VIEW v;\n${first}CREATE TABLE d (id INTEGER PRIMARY KEY, n INTEGER, x TEXT, ${columns});\nINSERT INTO d (id, n) SELECT id, n FROM c;\nDROP TABLE c;\nALTER TABLE d RENAME TO c;\n${trigger};\n${view};`,
    ),
  })
  const settings = { rules: { COLUMN_DROPPED: 'off', COLUMN_RENAMED: 'off' } } as const

  test.each([
    [
      'trigger t',
      `CREATE TRIGGER t AFTER INSERT ON c ${BODY}`,
      VIEW,
      'it works `after insert on c` instead of `after update of s on c`.',
    ],
    [
      'trigger t',
      `CREATE TRIGGER t BEFORE UPDATE OF s ON c ${BODY}`,
      VIEW,
      'it works `before update of s on c`',
    ],
    [
      'trigger t',
      `CREATE TRIGGER t AFTER UPDATE OF s ON c WHEN new.n > 1 ${BODY}`,
      VIEW,
      'it works `after update of s on c when',
    ],
    [
      'trigger t',
      'CREATE TRIGGER t AFTER UPDATE OF s ON c BEGIN DELETE FROM log; END',
      VIEW,
      'it no longer does `update c set n = n + 1 where id = new.id`.',
    ],
    [
      'view v',
      TRIGGER,
      'CREATE VIEW v AS SELECT id, n FROM c WHERE n > 0',
      'it no longer has c.s.',
    ],
  ])('the %s: %s; %s', async (subject, trigger, view, what) => {
    const found = await onlyFinding(folder(trigger, view), { settings })
    expect(found).toMatchObject({ code: 'OBJECT_LOST', severity: 'info', subject })
    expect(found.message).toContain(`with its table, but differently: ${what}`)
  })

  test.each([
    [
      'as they were, in other words',
      `create trigger T after update of "s" on c FOR EACH ROW ${BODY}`,
      'CREATE VIEW v AS SELECT "id", n, c.s FROM c WHERE n>0',
      {},
    ],
    [
      'for a new column',
      `CREATE TRIGGER t AFTER UPDATE OF s, x ON c ${BODY}`,
      'CREATE VIEW v AS SELECT id, n, c.s, x FROM c WHERE n > 0',
      {},
    ],
    [
      'without a column that is gone',
      `CREATE TRIGGER t AFTER UPDATE ON c ${BODY}`,
      'CREATE VIEW v AS SELECT id, n FROM c WHERE n > 0',
      { columns: 'y TEXT' },
    ],
    [
      'that does something else',
      'CREATE TRIGGER t AFTER UPDATE OF s ON c BEGIN INSERT INTO log VALUES (1); END',
      'CREATE VIEW v AS SELECT id FROM c WHERE n > 1',
      {},
    ],
    [
      'that was dropped by name',
      `CREATE TRIGGER t AFTER INSERT ON c ${BODY}`,
      VIEW,
      { first: 'DROP TRIGGER t;\n' },
    ],
  ])('nothing of one %s', async (_, trigger, view, how) =>
    expect(await placesAfterReplay(folder(trigger, view, how), { settings })).toEqual([]),
  )

  test('nothing where no table is made anew', async () => {
    const changed = {
      '001_a.sql': sqlFile(
        `CREATE TABLE log (at);\nCREATE TABLE c (id INTEGER PRIMARY KEY, n, s);\n${TRIGGER};\n${VIEW};`,
      ),
      '002_b.sql': sqlFile(
        `DROP VIEW v;\nCREATE VIEW v AS SELECT id FROM c WHERE n > 0;\nDROP TRIGGER t;\nCREATE TRIGGER t AFTER INSERT ON c ${BODY};`,
      ),
    }
    expect(await placesAfterReplay(changed)).toEqual([])
  })
})

describe('an index that is made again over other rows', () => {
  const folder = (where: string, how: { copy?: string; type?: string; first?: string } = {}) => ({
    '001_a.sql': sqlFile(
      `CREATE TABLE u (id INTEGER PRIMARY KEY, name TEXT, state TEXT);\nCREATE INDEX u_new ON u (name) WHERE state = 'new';`,
    ),
    '002_b.sql': sqlFile(
      `${how.first ?? ''}CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT, state ${how.type ?? 'TEXT'}, more);\nINSERT INTO n (id, name, state) SELECT id, name, ${how.copy ?? 'state'} FROM u;\nDROP TABLE u;\nALTER TABLE n RENAME TO u;\nCREATE INDEX u_new ON u (name)${where};`,
    ),
  })
  const settings = { rules: { COLUMN_TYPE_CHANGED: 'off' } } as const

  test('of other values', async () => {
    const found = await onlyFinding(folder(" WHERE state = 'old'"), { settings })
    expect(found).toMatchObject({ code: 'OBJECT_LOST', severity: 'info', subject: 'index u_new' })
    expect(found.message).toContain(
      "it covers the rows `where state = 'old'` instead of those `where state = 'new'`",
    )
  })

  test.each([
    [" WHERE 'new' = state", {}],
    [" WHERE (state == 'new')", {}],
    ['', {}],
    [' WHERE state = 1', { type: 'INTEGER', copy: "CASE state WHEN 'new' THEN 1 ELSE 0 END" }],
    [" WHERE state = 'fresh'", { copy: "replace(state, 'new', 'fresh')" }],
    [" WHERE state = 'old'", { first: 'DROP INDEX u_new;\n' }],
  ])('nothing of%s %o', async (where, how) =>
    expect(await placesAfterReplay(folder(where, how), { settings })).toEqual([]),
  )
})

test('a trigger goes along with a table that is renamed, and back', async () => {
  const named = (name: string, other: string): string =>
    `DROP VIEW live;\n-- lockstep-ignore TABLE_RENAMED: nobody else reads it\nALTER TABLE ${other} RENAME TO ${name};\nCREATE VIEW live AS SELECT * FROM ${name};`
  const folder = {
    '001_a.sql': sqlFile(`CREATE TABLE r (id INTEGER PRIMARY KEY, gone INTEGER);
CREATE TABLE f (id INTEGER PRIMARY KEY, r_id INTEGER REFERENCES r (id));
CREATE INDEX f_r ON f (r_id);
CREATE VIEW live AS SELECT * FROM r;
CREATE TRIGGER t AFTER UPDATE OF gone ON r BEGIN DELETE FROM f WHERE r_id = new.id; END;`),
    '002_b.sql': sqlFile(named('d', 'r')),
    '003_c.sql': sqlFile(named('r', 'd')),
  }
  expect(await placesAfterReplay(folder)).toEqual([])
})

describe('what asks for a value that its column has no more', () => {
  const trigger = (value: string): string =>
    `CREATE TRIGGER closed AFTER UPDATE OF state ON trip WHEN new.state = ${value} AND new.n IS NOT NULL BEGIN UPDATE trip SET n = 1 WHERE id = new.id; END;`
  const view = (condition: string): string =>
    `CREATE VIEW open AS SELECT id FROM trip WHERE ${condition};`
  const index = (condition: string): string =>
    `CREATE INDEX trip_open ON trip (n) WHERE ${condition};`
  const TEXTS = "state TEXT NOT NULL CHECK (state IN ('open', 'closed'))"
  const folder = (
    before: string,
    again: string,
    states = 'state INTEGER CHECK (state IN (0, 1))',
  ) => ({
    '001_a.sql': sqlFile(
      `CREATE TABLE trip (id INTEGER PRIMARY KEY, n INTEGER, ${TEXTS});\n${before}`,
    ),
    '002_b.sql': sqlFile(
      `DROP VIEW IF EXISTS open;\nCREATE TABLE t2 (id INTEGER PRIMARY KEY, n INTEGER, ${states});\nINSERT INTO t2 (id, n, state) SELECT id, n, CASE state WHEN 'open' THEN 0 ELSE 1 END FROM trip;\nDROP TABLE trip;\nALTER TABLE t2 RENAME TO trip;\n${again}`,
    ),
  })
  const settings = { rules: { COLUMN_TYPE_CHANGED: 'off', COLUMN_NARROWED: 'off' } } as const

  test.each([
    [trigger("'closed'"), 'trigger closed'],
    [view("state = 'open'"), 'view open'],
    [view("n > 1 AND 'open' = trip.state"), 'view open'],
    [index("state = 'open'"), 'index trip_open'],
  ])('%s', async (sql, subject) => {
    const found = await onlyFinding(folder(sql, sql), { settings })
    expect(found).toMatchObject({ code: 'OBJECT_LOST', severity: 'warning', subject })
    expect(found.message).toContain('is no longer true of any row: the CHECK of trip allows')
  })

  test.each([
    [trigger("'closed'"), trigger('1')],
    [trigger("'closed'"), trigger("'1'")],
    [trigger("'shut'"), trigger("'shut'")],
    [view("state <> 'open'"), view("state <> 'open'")],
    [view("n = 7 AND state = 'open'"), view('n = 7 AND state = 0')],
    [
      trigger("'closed'"),
      trigger("'closed'"),
      "state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'new'))",
    ],
    [trigger("'closed'"), trigger("'closed'"), 'state TEXT NOT NULL'],
  ] as [string, string, string?][])('nothing of %s %s %s', async (before, again, states) => {
    const rules = { ...settings.rules, CONSTRAINT_LOST: 'off' } as const
    const places = await placesAfterReplay(folder(before, again, states), { settings: { rules } })
    expect(places).toEqual([])
  })
})
