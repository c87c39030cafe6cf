// Small histories that were once judged wrongly: what must be said of each, and nothing else.
import { expect, test } from 'vitest'
import { proveFolder } from './prove-folder.js'
import { temporaryProject } from '../generate/temporary-project.js'

/** A step of SQL; irreversible with a reason unless a `down` is given. */
const sql = (up: string, down?: string): string =>
  down === undefined
    ? `-- irreversible: there is no way back\n-- migrate:up\n${up};\n`
    : `-- migrate:up\n${up};\n-- migrate:down\n${down};\n`
const code = (body: string): string =>
  `export const irreversible = 'there is no way back'\n${body}\n`

const M = sql('CREATE TABLE m (id INTEGER PRIMARY KEY, ssl INTEGER)')
const FAILS = 'error REPLAY_FAILS_ON_ROWS'
const UNINDEXED = 'info FOREIGN_KEY_WITHOUT_INDEX'
const EVERY_ROW = 'info WRITE_WITHOUT_WHERE'

interface Case {
  readonly steps: readonly string[]
  /** `severity CODE subject` of everything that is said. */
  readonly said: readonly string[]
  /** What messages and fixes must have in them. */
  readonly words?: readonly string[]
}

const CASES: Readonly<Record<string, Case>> = {
  'a column dropped and added again': {
    steps: [M, sql('ALTER TABLE m DROP COLUMN ssl;\nALTER TABLE m ADD COLUMN ssl INTEGER')],
    said: ['error VALUES_LOST m.ssl'],
  },
  'a column renamed away, added, dropped': {
    steps: [
      sql('CREATE TABLE m (id INTEGER PRIMARY KEY, ssl INTEGER NOT NULL DEFAULT 1)'),
      sql(
        'ALTER TABLE m RENAME COLUMN ssl TO ssl_old;\nALTER TABLE m ADD COLUMN ssl INTEGER NOT NULL DEFAULT 0;\nALTER TABLE m DROP COLUMN ssl_old',
      ),
    ],
    said: ['error VALUES_LOST m.ssl'],
  },
  'a column that a rebuild forgets': {
    steps: [
      M,
      sql(
        'CREATE TABLE n (id INTEGER PRIMARY KEY, ssl INTEGER);\nINSERT INTO n (id) SELECT id FROM m;\nDROP TABLE m;\nALTER TABLE n RENAME TO m',
      ),
    ],
    said: ['error VALUES_LOST m.ssl'],
  },
  'letters beyond ASCII': {
    steps: [
      sql('CREATE TABLE "Übersicht" (id INTEGER PRIMARY KEY, t TEXT)'),
      sql(
        'CREATE TABLE n (id INTEGER PRIMARY KEY, t TEXT);\nDROP TABLE "Übersicht";\nALTER TABLE n RENAME TO "Übersicht"',
      ),
    ],
    said: ['error ROWS_LOST Übersicht'],
  },
  'an acknowledged column beside others': {
    steps: [
      sql(
        'CREATE TABLE c (id INTEGER PRIMARY KEY, at TEXT, b TEXT);\nCREATE TABLE d (id INTEGER PRIMARY KEY, at TEXT)',
      ),
      sql(`-- lockstep-ignore REPLAY_FAILS_ON_ROWS c.at: always set
CREATE TABLE n (id INTEGER PRIMARY KEY, at TEXT NOT NULL, b TEXT NOT NULL);
INSERT INTO n (id, at, b) SELECT id, at, b FROM c;
DROP TABLE c;
ALTER TABLE n RENAME TO c;
CREATE TABLE n (id INTEGER PRIMARY KEY, at TEXT NOT NULL);
INSERT INTO n (id, at) SELECT id, at FROM d;
DROP TABLE d;
ALTER TABLE n RENAME TO d`),
    ],
    said: [`${FAILS} c.b`, `${FAILS} d.at`],
  },
  'a new key behind an acknowledged column': {
    steps: [
      sql(
        'CREATE TABLE cl (id TEXT PRIMARY KEY);\nCREATE TABLE users (id TEXT PRIMARY KEY);\nCREATE TABLE ac (id INTEGER PRIMARY KEY, created_at TEXT, user_id TEXT REFERENCES users, client_id TEXT)',
      ),
      sql(`-- lockstep-ignore REPLAY_FAILS_ON_ROWS ac.created_at: always set
CREATE TABLE n (id INTEGER PRIMARY KEY, created_at TEXT NOT NULL, user_id TEXT REFERENCES users, client_id TEXT REFERENCES cl);
INSERT INTO n (id, created_at, user_id, client_id) SELECT id, created_at, user_id, client_id FROM ac;
DROP TABLE ac;
ALTER TABLE n RENAME TO ac`),
    ],
    said: [
      'error COLUMN_NARROWED ac.client_id',
      `${UNINDEXED} ac.client_id`,
      `${UNINDEXED} ac.user_id`,
    ],
  },
  'a second up behind an acknowledged down': {
    steps: [
      sql('CREATE TABLE y (id INTEGER PRIMARY KEY)'),
      sql(
        'CREATE TABLE x (id INTEGER PRIMARY KEY)',
        '-- lockstep-ignore DOWN_NOT_INVERSE: it stays\nSELECT 1',
      ),
    ],
    said: ['error REPLAY_UP_AGAIN_FAILED'],
  },
  'references that a second rename pulls back': {
    steps: [
      sql('CREATE TABLE u (id INTEGER PRIMARY KEY);\nCREATE TABLE a (u INTEGER REFERENCES u (id))'),
      sql(
        'ALTER TABLE u RENAME TO o;\nCREATE TABLE u (id INTEGER PRIMARY KEY, x TEXT);\nINSERT INTO u SELECT id, NULL FROM o;\nDROP TABLE o;\nALTER TABLE u RENAME TO o;\nALTER TABLE o RENAME TO u',
      ),
    ],
    said: [`${UNINDEXED} a.u`],
  },
  'a copy without the rows that would not fit': {
    steps: [
      sql('CREATE TABLE v (s INTEGER, d TEXT NOT NULL)'),
      sql(
        'CREATE TABLE n (s INTEGER NOT NULL, d TEXT NOT NULL);\nINSERT INTO n (s, d) SELECT s, d FROM v WHERE s IS NOT NULL;\nDROP TABLE v;\nALTER TABLE n RENAME TO v',
      ),
    ],
    said: ['error ROWS_LOST v'],
  },
  'a key that is the primary key, and literals of another column': {
    steps: [
      sql(
        'CREATE TABLE k (key_id INTEGER PRIMARY KEY, n TEXT);\nCREATE TABLE b (batch_id INTEGER PRIMARY KEY REFERENCES k (key_id), st SMALLINT NOT NULL, ch INTEGER)',
      ),
      sql('UPDATE b SET st = CASE WHEN ch = 1 THEN 0 WHEN ch = 0 THEN 1 ELSE 5 END'),
    ],
    said: [EVERY_ROW],
  },
  'a column with the name of a key elsewhere': {
    steps: [
      sql(
        'CREATE TABLE g (id INTEGER PRIMARY KEY, tw BLOB UNIQUE NOT NULL CHECK (length(tw) = 33));\nCREATE TABLE burn (id INTEGER PRIMARY KEY, gk BLOB REFERENCES g (tw));\nCREATE TABLE t (id INTEGER PRIMARY KEY, gk BLOB NOT NULL CHECK (length(gk) = 33))',
      ),
      sql('DROP TABLE t'),
    ],
    said: ['error TABLE_DROPPED t', `${UNINDEXED} burn.gk`],
  },
  'values that stand in a table of their own': {
    steps: [
      sql('CREATE TABLE s (id INTEGER PRIMARY KEY, url TEXT)'),
      sql(
        'CREATE TABLE su (s INTEGER NOT NULL REFERENCES s (id), url TEXT NOT NULL);\nINSERT INTO su SELECT id, url FROM s WHERE url IS NOT NULL;\nALTER TABLE s DROP COLUMN url;\nCREATE INDEX i ON su (s)',
      ),
    ],
    said: [],
  },
  'children that are to go along': {
    steps: [
      sql(
        'CREATE TABLE p (id INTEGER PRIMARY KEY);\nCREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p (id) ON DELETE CASCADE);\nCREATE INDEX c_p ON c (p)',
      ),
      sql('DELETE FROM p'),
    ],
    said: ['error FOREIGN_KEY_BROKEN c.p', EVERY_ROW],
    words: ['ON DELETE CASCADE', '`-- foreign_keys: enforce`'],
  },
  'texts in double quotes': {
    steps: [
      sql('CREATE TABLE t (id INTEGER PRIMARY KEY, role TEXT)'),
      sql('UPDATE t SET role = "ADMIN" WHERE role = "USER"'),
    ],
    said: ['error REPLAY_UP_FAILED'],
    words: ["'ADMIN' in 3:21 and 'USER' in 3:42"],
  },
  'code for another database': {
    steps: [
      sql('CREATE TABLE t (id INTEGER PRIMARY KEY, role TEXT)'),
      code(`export function up(db) { db.exec('CREATE TABLE u (id INTEGER PRIMARY KEY)') }
export async function upPostgres(c) { await c.query('BEGIN'); await c.query('ALTER TABLE t DROP COLUMN role') }`),
    ],
    said: [],
  },
  'a down that only says that it cannot': {
    steps: [
      sql('CREATE TABLE t (id INTEGER PRIMARY KEY, role TEXT)'),
      `export function up(db) { db.exec("INSERT INTO t (role) VALUES ('a')") }
export function down(db) { console.log('not possible') }
`,
    ],
    said: ['error DOWN_EMPTY'],
  },
  'an up that begins later': {
    steps: [
      sql('CREATE TABLE t (id INTEGER PRIMARY KEY)'),
      code("export function up(db) { setTimeout(() => db.isOpen && db.exec('SELECT 1')) }"),
    ],
    said: ['warning MIGRATION_EMPTY'],
  },
  'an up that only reads': {
    steps: [
      sql('CREATE TABLE t (id INTEGER PRIMARY KEY)'),
      code("export function up(db) { db.prepare('SELECT count(*) FROM t').get() }"),
    ],
    said: [],
  },
  'a rebuild under a full-text index': {
    steps: [
      sql(`CREATE TABLE notes (id TEXT PRIMARY KEY, body TEXT);
CREATE VIRTUAL TABLE notes_fts USING fts5(body, content='notes');
CREATE TRIGGER ai AFTER INSERT ON notes BEGIN INSERT INTO notes_fts (rowid, body) VALUES (new.rowid, new.body); END;
CREATE TRIGGER ad AFTER DELETE ON notes BEGIN INSERT INTO notes_fts (notes_fts, rowid, body) VALUES ('delete', old.rowid, old.body); END;
CREATE TRIGGER au AFTER UPDATE ON notes BEGIN INSERT INTO notes_fts (notes_fts, rowid, body) VALUES ('delete', old.rowid, old.body); INSERT INTO notes_fts (rowid, body) VALUES (new.rowid, new.body); END`),
      code(
        "export function up(db, ctx) { ctx.rebuild('notes', { create: 'CREATE TABLE notes (id TEXT PRIMARY KEY, body TEXT, extra TEXT)' }) }",
      ),
    ],
    said: [],
  },
  'several columns dropped and added in a longer step': {
    steps: [
      sql('CREATE TABLE m (id INTEGER PRIMARY KEY, a INTEGER NOT NULL DEFAULT 1, b TEXT)'),
      sql(`CREATE TABLE w (id INTEGER PRIMARY KEY);
ALTER TABLE m DROP COLUMN a;
ALTER TABLE m ADD COLUMN a INTEGER NOT NULL DEFAULT 5;
ALTER TABLE m DROP COLUMN b;
ALTER TABLE m ADD COLUMN b TEXT DEFAULT 'x'`),
    ],
    said: ['error VALUES_LOST m.a', 'error VALUES_LOST m.b'],
    words: ['replaced by its default'],
  },
  'a swap beside a duplicate': {
    steps: [
      sql('CREATE TABLE u (id INTEGER PRIMARY KEY, email TEXT, age TEXT)'),
      sql(
        'CREATE TABLE n (id INTEGER PRIMARY KEY, email TEXT UNIQUE, age TEXT);\nINSERT INTO n (id, email, age) SELECT id, age, email FROM u;\nDROP TABLE u;\nALTER TABLE n RENAME TO u',
      ),
    ],
    said: [`${FAILS} u.age`, 'error VALUES_SWAPPED u'],
  },
}

test.each(Object.entries(CASES))('%s', async (_name, { steps, said, words = [] }) => {
  const files = steps.map((text, at) => [
    `migrations/00${at + 1}_step.${text.startsWith('--') ? 'sql' : 'js'}`,
    text,
  ])
  const root = temporaryProject({
    'package.json': '{"type":"module"}',
    ...Object.fromEntries(files),
  })
  const found = await proveFolder(root)
  const all = found.map(({ severity, code: its, subject = '' }) =>
    `${severity} ${its} ${subject}`.trim(),
  )
  expect(all.sort()).toEqual([...said].sort())
  const texts = found.map(({ message, fix }) => `${message} ${fix}`).join('\n')
  for (const word of words) expect(texts).toContain(word)
})

test('the query that shows the rows asks the table that they come from', async () => {
  const root = temporaryProject({
    'package.json': '{}',
    'migrations/001_a.sql': sql(
      'CREATE TABLE ga (gid INTEGER PRIMARY KEY, asset BLOB UNIQUE);\nCREATE TABLE ae (id INTEGER PRIMARY KEY, asset INTEGER, g INTEGER NOT NULL REFERENCES ga (gid));\nCREATE INDEX x ON ae (g)',
    ),
    'migrations/002_b.sql': sql(
      'CREATE TABLE o (id INTEGER PRIMARY KEY, asset BLOB NOT NULL CHECK (length(asset) = 32));\nINSERT INTO o (asset) SELECT ga.asset FROM ae JOIN ga ON ga.gid = ae.g',
    ),
  })
  const fixes = (await proveFolder(root)).map(({ fix }) => fix).join('\n')
  expect(fixes).toContain('SELECT * FROM ga WHERE NOT (length(asset) = 32)')
  expect(fixes).not.toContain('FROM ae ')
})
