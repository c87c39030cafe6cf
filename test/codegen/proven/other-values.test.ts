// Columns whose values are put into texts of JSON, where all rows have the same value in them: what is left afterwards has to be
// another with each value.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'

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

test.each([
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

test.each([
  [bySql(`json_object('speed', speed, 'auto', auto)`), ['skip']],
  [bySql(`json_object('speed', round(speed), 'skip', 30, 'auto', auto)`), ['skip', 'speed']],
  [
    bySql(`json_object('speed', speed, 'skip', skip, 'auto', auto)`, 'WHERE skip = 30'),
    ['auto', 'skip', 'speed'],
  ],
  [
    byCode(
      'set.run(JSON.stringify({ speed: Math.round(one.speed), skip: one.skip > 0, auto: one.auto }), one.feed_id)',
    ),
    ['skip', 'speed'],
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

test.each(["row.tags.split(',', 2)", "row.tags.split(',').slice(0, 2)"])(
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
