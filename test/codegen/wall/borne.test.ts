// Steps that fail only because a database in memory stands in for a file: what they have done stays, and the history goes on.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { generate } from '../../../codegen/generate.js'
import type { Diagnostic } from '../../../codegen/model/diagnostic.js'
import { buildWall } from '../../../codegen/wall/build-wall.js'
import { Trial } from '../../../codegen/wall/trial.js'
import { readAndProveHere } from '../proven/prove-project.js'
import { code, findings, replayed, table } from '../replay/project.js'
import { databasesIn, makeArchive } from './real-files.js'

const wall = buildWall()

const OUTSIDE = 'export const transaction = false\n'
const ARCHIVE = "const o = new db.constructor('archive.db');"
const ATTACH = `db.exec("ATTACH 'archive.db' AS a");`
const FIRST =
  '-- migrate:up\nCREATE TABLE t (id INTEGER PRIMARY KEY, at TEXT NOT NULL);\n-- irreversible: no\n'
const outside = (sql: string): string =>
  `-- migrate:up transaction:false\nATTACH 'archive.db' AS a;\n${sql}\n-- irreversible: no\n`
const inBoth = (up: string, down: string): string =>
  `export function up(db) {\n  ${up}\n}\nexport function down(db) {\n  ${down}\n}\n`

/** What is wrong with a history whose version 2 is this file and whose version 3 has nothing to do with it. */
async function found(name: string, text: string): Promise<Diagnostic[]> {
  const settings = replayed(
    {
      'migrations/001_t.sql': FIRST,
      [`migrations/002_${name}`]: text,
      'migrations/003_later.sql': table('later'),
    },
    { rules: { TABLE_UNSEEDED: 'off', SCHEMA_AND_DATA_MIXED: 'off', IF_NOT_EXISTS: 'off' } },
  )
  makeArchive(settings.root)
  const before = databasesIn(settings.root)
  // What a process begins with, and what it ends with.
  Object.assign(wall, { trial: new Trial() })
  const all = (await readAndProveHere(settings, wall)).diagnostics
  wall.release()
  wall.told()
  expect(databasesIn(settings.root)).toEqual(before)
  return all.filter(({ code: one }) => one !== 'OTHER_DATABASE')
}

/** What stands in the message, besides the database. */
const BORNE: readonly (readonly [name: string, text: string, says: string])[] = [
  [
    'get_nothing.ts',
    code(`${ARCHIVE} db.exec('CREATE TABLE n (id)'); o.prepare('SELECT id FROM old').get().id`),
    'did not run `SELECT id FROM old`, and stopped at "Cannot read properties of undefined (reading \'id\')".',
  ],
  [
    'attached_nothing.ts',
    code(`${ATTACH} db.prepare('SELECT id FROM a.old').get().id`, OUTSIDE),
    'did not run `SELECT id FROM a.old`, and stopped at "Cannot read properties of undefined (reading \'id\')".',
  ],
  [
    'null_value.ts',
    code(
      `${ARCHIVE} db.prepare('INSERT INTO t VALUES (1, ?)').run(o.prepare('SELECT at FROM old').get()?.at ?? null)`,
    ),
    'stopped at "NOT NULL constraint failed: t.at".',
  ],
  [
    'says_so.ts',
    code(
      `${ARCHIVE} if (!o.prepare('SELECT 1 FROM old').all().length) throw new Error('it is empty')`,
    ),
    'stopped at "it is empty".',
  ],
  [
    'returns_false.ts',
    code(`${ARCHIVE} return o.prepare('SELECT 1 FROM old').all().length > 0`),
    'stopped at "it returned false".',
  ],
  [
    'class.ts',
    `import { Migration } from 'lockstep'
export default class extends Migration {
  version = '002'
  irreversible = 'no'
  #sql = 'SELECT id FROM old'
  up(db) { ${ARCHIVE} o.prepare(this.#sql).get().id }
}
`,
    'did not run `SELECT id FROM old`',
  ],
  [
    'column.ts',
    code(
      `${ARCHIVE} o.exec('CREATE TABLE IF NOT EXISTS old (id)'); o.exec('UPDATE old SET at = 1')`,
    ),
    'did not run `UPDATE old SET at = 1`.',
  ],
  [
    'toolkit.ts',
    `${OUTSIDE}export const irreversible = 'no'
export function up(db, ctx) { ${ATTACH} ctx.log(db.prepare('SELECT max(id) AS n FROM a.old').get().n) }
`,
    'did not run `SELECT max(id) AS n FROM a.old`',
  ],
  ['extension.ts', code("db.loadExtension('vec0')"), 'did not let it load the extension vec0'],
  [
    'down.ts',
    inBoth(
      "db.exec('CREATE TABLE n (id INTEGER PRIMARY KEY)')",
      `${ARCHIVE} o.prepare('SELECT id FROM old').get().id; db.exec('DROP TABLE n')`,
    ),
    'did not run `SELECT id FROM old`',
  ],
  [
    'again.ts',
    `let runs = 0\n${inBoth(
      `db.exec('CREATE TABLE n (id INTEGER PRIMARY KEY)'); if (++runs % 3 === 0) { ${ARCHIVE} o.prepare('SELECT id FROM old').get().id }`,
      "db.exec('DROP TABLE n')",
    )}`,
    'did not run `SELECT id FROM old`',
  ],
  [
    'with_rows.ts',
    code(
      `${ATTACH} for (const { id } of db.prepare('SELECT id FROM t').all()) db.prepare('UPDATE t SET at = ? WHERE id = ?').run(db.prepare('SELECT at FROM a.old WHERE id = ?').get(id).at, id)`,
      OUTSIDE,
    ),
    'did not run `SELECT at FROM a.old WHERE id = ?`, and stopped at "Cannot read properties of undefined (reading \'at\')".',
  ],
  [
    'made_from.sql',
    outside('CREATE TABLE c AS SELECT * FROM a.old;\nDETACH a;\nINSERT INTO c VALUES (1, 2);'),
    'did not run `CREATE TABLE c AS SELECT * FROM a.old`, and skipped `INSERT INTO c VALUES (1, 2)` because an earlier statement or version did not finish.',
  ],
  [
    'no_value.sql',
    outside(
      'CREATE TABLE IF NOT EXISTS a.cfg (v);\nINSERT INTO t VALUES (1, (SELECT v FROM a.cfg));',
    ),
    'did not run `INSERT INTO t VALUES (1, (SELECT v FROM a.cfg))`.',
  ],
]

test.each(BORNE)('is told, and is no failure: %s', async (name, text, says) => {
  const all = await found(name, text)
  expect(all.filter(({ severity }) => severity !== 'info')).toEqual([])
  const [one, ...others] = all.filter(({ message }) => message.includes('The replay touches no'))
  expect(one?.message).toContain(says)
  expect(others).toEqual([])
})

const FAILING: readonly (readonly [name: string, text: string, says: string])[] = [
  ['main.sql', outside('INSERT INTO main.typo SELECT * FROM a.old;'), 'no such table: main.typo'],
  [
    'column.sql',
    outside('INSERT INTO t (id, att) SELECT id, at FROM a.old;'),
    'table t has no column named att',
  ],
  ['literal.sql', outside('DELETE FROM a.old;\nINSERT INTO t VALUES (1, NULL);'), 'NOT NULL'],
  [
    'detached.sql',
    outside('DELETE FROM a.old;\nDETACH a;\nDROP TABLE typo;'),
    'no such table: typo',
  ],
  [
    'asked.ts',
    code(`${ARCHIVE} o.prepare('SELECT 1 FROM old').all(); db.exec('DELETE FROM typo')`),
    'no such table: typo',
  ],
  ['not_asked.ts', code(`${ARCHIVE} throw new Error('boom')`), 'boom'],
  ['name.ts', code(`${ARCHIVE} o.prepare('SELECT 1 FROM old').all(); nobody()`), 'nobody is not'],
  ['syntax.ts', code(`${ARCHIVE} o.exec('SELEKT')`), 'syntax error'],
  [
    'in_memory.ts',
    code("new db.constructor(':memory:').prepare('SELECT x FROM y')"),
    'no such table',
  ],
]

test.each(FAILING)('is a failure of its own: %s', async (name, text, says) => {
  const errors = (await found(name, text)).filter(({ severity }) => severity === 'error')
  expect(errors).toMatchObject([{ code: 'REPLAY_UP_FAILED' }])
  expect(errors[0]?.message).toContain(says)
})

test('a step that asks a stand-in leaves nothing when it is stopped', async () => {
  const all = await found(
    'commits.ts',
    code(
      `${ARCHIVE} o.prepare('SELECT 1 FROM old').all(); db.exec('CREATE TABLE n (id)'); db.exec('INSERT INTO n VALUES (1)')`,
    ),
  )
  expect(all.filter(({ severity }) => severity !== 'info')).toEqual([])
  expect(all.map(({ message }) => message).join()).not.toContain('broke off')
})

describe('versions after one that was not run to its end', () => {
  let all: readonly Diagnostic[] = []
  let settings = replayed({})
  const HISTORY = {
    'migrations/001_t.sql': FIRST,
    'migrations/002_cut.ts': code(
      `${ARCHIVE} const row = o.prepare('SELECT id FROM old').get(); db.exec('CREATE TABLE n (id INTEGER PRIMARY KEY)'); db.exec('INSERT INTO n VALUES (' + row.id + ')'); db.exec('CREATE TABLE nn (id INTEGER PRIMARY KEY)')`,
    ),
    'migrations/003_own.sql': table('own'),
    'migrations/004_alter.sql':
      '-- migrate:up\nALTER TABLE nn ADD COLUMN y;\n-- migrate:down\nALTER TABLE nn DROP COLUMN y;\n',
    'migrations/005_column.sql':
      '-- migrate:up\nUPDATE nn SET y = 1; -- lockstep-ignore WRITE_WITHOUT_WHERE: all of them\n-- irreversible: no\n',
    'migrations/006_view.sql':
      '-- migrate:up\nCREATE VIEW v AS SELECT * FROM nn;\n-- migrate:down\nDROP VIEW v;\n',
    'migrations/007_key.sql':
      '-- migrate:up\nCREATE TABLE child (id INTEGER PRIMARY KEY, n INTEGER REFERENCES nn (id));\nCREATE INDEX child_n ON child (n);\n-- migrate:down\nDROP TABLE child;\n',
    'migrations/008_kept.sql':
      '-- migrate:up\nALTER TABLE n ADD COLUMN kept TEXT;\n-- irreversible: no\n',
  }
  const SAID = { rules: { TABLE_UNSEEDED: 'off', SCHEMA_AND_DATA_MIXED: 'off' } } as const

  beforeAll(async () => {
    settings = replayed(HISTORY, SAID)
    makeArchive(settings.root)
    all = (await generate(settings, { write: true })).diagnostics
  })

  const toldOf = (file: string): string[] =>
    all.flatMap(({ code: one, file: at, message }) =>
      one === 'REPLAY_UNPROVEN' && at === `migrations/${file}` ? [message] : [],
    )

  test('are no failures, whatever they miss of it', () => {
    expect(all.filter(({ severity }) => severity !== 'info')).toEqual([])
  })

  test('name what was left out', () => {
    expect(toldOf('002_cut.ts')).toEqual([
      expect.stringContaining('From here on the schema is unknown'),
    ])
    expect(toldOf('004_alter.sql')[0]).toContain('skipped `ALTER TABLE nn ADD COLUMN y` because')
    expect(toldOf('005_column.sql')[0]).toContain('skipped `UPDATE nn SET y = 1` because')
    for (const file of ['003_own.sql', '008_kept.sql']) expect(toldOf(file)).toEqual([])
  })

  test('get no digest of a schema that nobody knows, and no files about it', () => {
    const registry = readFileSync(join(settings.out, 'registry.ts'), 'utf8')
    expect(registry.match(/schemaDigest/g)).toHaveLength(1)
    expect(() => readFileSync(join(settings.out, 'schema.sql'))).toThrow('ENOENT')
  })

  test('are judged all the same, again and again', async () => {
    const wrong = replayed(
      {
        ...HISTORY,
        'migrations/009_typo.sql':
          '-- migrate:up\nALTER TABLE typo ADD COLUMN y;\n-- irreversible: no\n',
      },
      SAID,
    )
    for (const time of ['first', 'second']) {
      const errors = (await findings(wrong)).filter(({ severity }) => severity === 'error')
      expect(errors, time).toMatchObject([
        { code: 'REPLAY_UP_FAILED', file: 'migrations/009_typo.sql' },
      ])
    }
  })
})
