// Columns whose values are put into texts of JSON, where all rows have the same value in them: what is left afterwards has to be
// another with each value.
import { expect, test } from 'vitest'
import { codesIn, foundIn, proveFiles } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const FEEDS = 'CREATE TABLE feed (id INTEGER PRIMARY KEY, title TEXT NOT NULL);'
const SETTINGS = `CREATE TABLE setting (feed_id INTEGER PRIMARY KEY REFERENCES feed (id) ON DELETE CASCADE, speed REAL NOT NULL DEFAULT 1.0, skip INTEGER NOT NULL DEFAULT 30, auto BOOLEAN NOT NULL DEFAULT 1);
INSERT INTO setting (feed_id) SELECT id FROM feed;`
const DROPS = ['speed', 'skip', 'auto'].map((name) => `ALTER TABLE setting DROP COLUMN ${name};`)
const bySql = (made: string, rest = ''): string =>
  `ALTER TABLE setting ADD COLUMN doc TEXT; UPDATE setting SET doc = ${made} ${rest}; ${DROPS.join(' ')}`
const byCode = (work: string): string => `export const irreversible = 'no'
export function up(db) {
  db.exec('ALTER TABLE setting ADD COLUMN doc TEXT')
  const set = db.prepare('UPDATE setting SET doc = ? WHERE feed_id = ?')
  for (const one of db.prepare('SELECT * FROM setting').all()) {
    ${work}
  }
  db.exec('${DROPS.join(' ')}')
}`

const lossesIn = async (...steps: readonly string[]): Promise<string[]> =>
  (await codesIn(...steps)).filter((code) => !code.startsWith('info'))

testSome([
  [bySql(`json_object('speed', speed, 'skip', skip, 'auto', auto)`)],
  [bySql(`json_object('speed', speed, 'skip', skip, 'auto', json(iif(auto, 'true', 'false')))`)],
  [
    byCode(
      'set.run(JSON.stringify({ speed: one.speed, skip: one.skip, auto: one.auto === 1 }), one.feed_id)',
    ),
  ],
  [
    byCode(`if (one.speed === 1 && one.skip === 30 && one.auto === 1) continue
    set.run(JSON.stringify({ speed: one.speed, skip: one.skip, auto: one.auto }), one.feed_id)`),
  ],
])('are kept: %s', async (change) => expect(await lossesIn(FEEDS, SETTINGS, change)).toEqual([]))

testSome([
  [bySql(`json_object('speed', speed, 'auto', auto)`), ['skip']],
  [bySql(`json_object('speed', round(speed), 'skip', 30, 'auto', auto)`), ['skip', 'speed']],
  [
    bySql(`json_object('speed', speed, 'skip', skip, 'auto', auto)`, 'WHERE skip = 30'),
    ['auto', 'skip', 'speed'],
  ],
  [
    bySql(
      `(SELECT json_object('speed', sum(speed), 'skip', max(skip), 'auto', count(*)) FROM setting)`,
    ),
    ['auto', 'skip', 'speed'],
  ],
])('are lost: %s', async (change, columns) =>
  expect((await lossesIn(FEEDS, SETTINGS, change)).toSorted()).toEqual(
    columns.map((name) => `error COLUMN_DROPPED setting.${name}`),
  ),
)

test('a trigger that notes what the trial changes tells nothing', async () =>
  expect(
    await lossesIn(
      FEEDS,
      `${SETTINGS} CREATE TABLE note (old, new); CREATE TRIGGER noted AFTER UPDATE OF speed ON setting BEGIN INSERT INTO note VALUES (old.speed, new.speed); END;`,
      `INSERT INTO note SELECT 0, count(speed) FROM setting; DROP TRIGGER noted; ALTER TABLE setting DROP COLUMN speed;`,
    ),
  ).toEqual(['error COLUMN_DROPPED setting.speed']))

testSome(["row.tags.split(',', 2)", "row.tags.split(',').slice(0, 2)"])(
  'a part of a text beside the title of the row is lost: %s',
  async (parts) =>
    expect(
      await lossesIn(
        'CREATE TABLE ep (id INTEGER PRIMARY KEY, title TEXT NOT NULL, tags TEXT NOT NULL);',
        `export const irreversible = 'no'
export function up(db) {
  db.exec('ALTER TABLE ep ADD COLUMN meta TEXT')
  for (const row of db.prepare('SELECT * FROM ep').all())
    db.prepare('UPDATE ep SET meta = ? WHERE id = ?').run(JSON.stringify({ title: row.title, tags: ${parts} }), row.id)
  db.exec('ALTER TABLE ep DROP COLUMN tags')
}`,
      ),
    ).toEqual(['error COLUMN_DROPPED ep.tags']),
)

const T =
  'CREATE TABLE t (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL, at TEXT NOT NULL, doc TEXT CHECK (json_valid(doc)), sold INTEGER NOT NULL DEFAULT 0, made);'
const makes = (value: string, column: string): string[] => [
  T,
  `UPDATE t SET made = ${value} WHERE id > 0;`,
  `ALTER TABLE t DROP COLUMN ${column};`,
]
const taken = (type: string): string[] => [
  T,
  `UPDATE t SET made = CAST(json_extract(doc, '$.zip') AS ${type}), at = json_remove(doc, '$.zip') WHERE json_type(doc) = 'object'; UPDATE t SET at = doc WHERE json_type(doc) <> 'object';`,
  'ALTER TABLE t DROP COLUMN doc;',
]
const byMinutes = (made: string): string[] => [
  T,
  `export const irreversible = 'no'
export function up(db) {
  const set = db.prepare('UPDATE t SET made = ? WHERE id = ?')
  for (const one of db.prepare('SELECT id, at FROM t').all()) {
    const time = Date.parse(one.at)
    if (!Number.isNaN(time)) set.run(${made}, one.id)
  }
}`,
  'ALTER TABLE t DROP COLUMN at;',
]

testSome([
  ['balance', makes('abs(balance)', 'balance'), 'the signs of its values are gone'],
  ['balance', makes('balance * balance', 'balance'), 'the signs of its values are gone'],
  ['at', makes("strftime('%Y-%m-%d %H:%M', at)", 'at'), 'the seconds of its values are gone'],
  ['at', byMinutes('Math.floor(time / 60000)'), 'the seconds of its values are gone'],
  ['doc', taken('INTEGER'), '"01067"'],
  [
    'sold',
    [T, 'UPDATE t SET balance = balance - sold WHERE id > 0; ALTER TABLE t DROP COLUMN sold;'],
    'some of its values',
  ],
  [
    'sold',
    [
      T,
      'UPDATE t SET made = balance - sold WHERE id > 0; UPDATE t SET balance = made WHERE id > 0;',
      'ALTER TABLE t DROP COLUMN sold;',
    ],
    'some of its values',
  ],
] as const)('what two values of %s differ by is lost: %j', async (column, steps, said) => {
  const [found, ...more] = (await foundIn(...steps)).filter(({ severity }) => severity !== 'info')
  expect([found?.code, found?.subject, ...more]).toEqual(['COLUMN_DROPPED', `t.${column}`])
  expect(found?.message).toContain(said)
})

testSome([
  [makes("printf('%09d', balance)", 'balance')],
  [makes("strftime('%s', at)", 'at')],
  [byMinutes('time / 1000')],
  [makes('balance - sold', 'sold')],
  [taken('TEXT')],
  [
    [
      T,
      'UPDATE t SET balance = balance | (sold << 3) WHERE id > 0; ALTER TABLE t DROP COLUMN sold;',
    ],
  ],
] as const)('what two values differ by is told: %j', async (steps) =>
  expect(await lossesIn(...steps)).toEqual([]),
)

const BORN = `CREATE TABLE pet (id INTEGER PRIMARY KEY, born TEXT NOT NULL CHECK (born GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'));`
const parted = (month: string): string =>
  `${['y', 'm', 'd'].map((name) => `ALTER TABLE pet ADD COLUMN ${name} INTEGER;`).join(' ')}
  UPDATE pet SET y = CAST(substr(born, 1, 4) AS INTEGER), m = CAST(${month} AS INTEGER), d = CAST(substr(born, 9) AS INTEGER);
  ALTER TABLE pet DROP COLUMN born;`

test('of a date that a table takes in one form alone, each part is looked at', async () => {
  expect(await lossesIn(BORN, parted('substr(born, 6, 2)'))).toEqual([])
  const lost = ['error COLUMN_DROPPED pet.born']
  expect(await lossesIn(BORN, parted('substr(born, 6, 1)'))).toEqual(lost)
  expect(await lossesIn(BORN, parted('substr(born, 7, 1)'))).toEqual(lost)
})

testSome([
  ['starts_at + minutes * 60', []],
  ['starts_at + minutes / 60', ['COLUMN_DROPPED']],
])('of a table with example rows, these are looked at: %s', async (value, codes) => {
  const seeds = { visit: [{ minutes: 45 }, { minutes: 30 }, { minutes: 20 }] }
  const found = await proveFiles({
    'settings.json': JSON.stringify({ seeds }),
    'migrations/001_a.sql':
      '-- irreversible: no\n-- migrate:up\nCREATE TABLE visit (id INTEGER PRIMARY KEY, starts_at INTEGER NOT NULL, minutes INTEGER NOT NULL);',
    'migrations/002_b.sql': `-- irreversible: no\n-- migrate:up\nALTER TABLE visit ADD COLUMN ends_at INTEGER; UPDATE visit SET ends_at = ${value} WHERE id > 0; ALTER TABLE visit DROP COLUMN minutes;`,
  })
  expect(found.map(({ code }) => code)).toEqual(codes)
})
