// Comments that divide SQL files for other tools, told from comments for people.
import { describe, expect, test } from 'vitest'
import { readFolder, shown, unmark, type Folder } from './read-folder.js'

const UP = 'CREATE TABLE a (b);'
const found = (folder: Folder): string[] => readFolder(folder).diagnostics.map(shown)
const inFile = (marker: string): Folder => ({ '001_a.sql': `${UP}\n${marker}\nDROP TABLE a;\n` })

describe('a marker of another tool, or one that is nearly right', () => {
  test.each([
    '-- @down',
    '--@Down',
    '-- @down:',
    '-- Down',
    '-- Down:',
    '-- [down]',
    '-- <down>',
    '-- ==== DOWN ====',
    '--------- DOWN ---------',
    '-- Down Migration',
    '-- DOWN SQL',
    '-- rambler down',
    '-- section: down',
    '-- @rollback',
    '-- @undo',
    '--- @revert',
    '-- +micrate Down',
    '-- @migrate:down',
  ])('%s', (marker) => {
    expect(found(inFile(marker))).toEqual(['001_a.sql:2:1 READ_SQL_MARKER_FOREIGN'])
    const [problem] = readFolder(inFile(marker)).diagnostics
    expect(problem?.fix).toContain('`-- migrate:down`')
  })
  test.each<[what: string, folder: Folder]>([
    ['both', { '001_a.sql': `▸-- @up\n${UP}\n▸-- @down\nDROP TABLE a;` }],
    [
      'behind a statement without its end',
      { '001_a.sql': `CREATE TABLE a (b)\n▸-- @down\nDROP TABLE a` },
    ],
    [
      'in a section of the other direction',
      { '001_a.sql': `-- migrate:up\n${UP}\n▸-- @down\nDROP TABLE a;` },
    ],
    [
      'in a file of the other direction',
      { '001_a.up.sql': `${UP}\n▸-- Down\nDROP TABLE a;`, '001_a.down.sql': 'DROP TABLE a' },
    ],
    ['above more SQL of the same section', { '001_a.sql': `▸-- UP\n${UP}` }],
  ])('%s', (_, marked) => {
    const { folder, places } = unmark(marked)
    expect(found(folder)).toEqual(places.map((place) => `${place} READ_SQL_MARKER_FOREIGN`))
  })
})

test.each([
  '-- scaled down',
  '-- up to here by hand',
  '-- @downloads are counted elsewhere',
  '-- Downs: see 002',
  '-- up and down',
  '-- up / down',
  '-- Rollback',
  '-- Rollback:',
  '-- undo',
  '-- go up, then down',
  '-- 1 down',
  '-- rücklauf-down',
  '-- downgrade',
  '-- upsert',
  '/* down */',
])('a comment for people: %s', (comment) => {
  expect(found(inFile(comment))).toEqual([])
})

test.each<[what: string, folder: Folder]>([
  [
    'a heading of its own section',
    { '001_a.sql': `-- migrate:up\n-- Up\n${UP}\n-- migrate:down\n-- DOWN\nDROP TABLE a;` },
  ],
  [
    'a heading in a pair',
    {
      '001_a.up.sql': `-- Up Migration\n${UP}`,
      '001_a.down.sql': '-- Down Migration\nDROP TABLE a;',
    },
  ],
  ['what is to be done by hand', { '001_a.sql': `${UP}\n-- Down:\n-- DROP TABLE a;\n` }],
  [
    'the same above a marker',
    { '001_a.sql': `-- migrate:up\n${UP}\n-- Down:\n-- migrate:down\nDROP TABLE a;` },
  ],
  ['columns', { '001_a.sql': `CREATE TABLE votes (\n  -- up\n  ups,\n  -- down:\n  downs\n);` }],
  [
    'a trigger',
    {
      '001_a.sql': `${UP}\nCREATE TRIGGER t AFTER INSERT ON a BEGIN\n  -- down\n  DELETE FROM a;\n  -- up\n  DELETE FROM a;\nEND;`,
    },
  ],
])('is none in its place: %s', (_, folder) => {
  expect(found(folder)).toEqual([])
})

test.each<[what: string, text: string, fix: string]>([
  ['where there is one', `${UP}\n-- migrate:up\n${UP}`, 'Move it below `-- migrate:up`.'],
  [
    'where there is none',
    `${UP}\n-- migrate:down\nDROP TABLE a;`,
    'Write `-- migrate:up` on a line above it',
  ],
])('statements above the first marker go below that of their section: %s', (_, text, fix) => {
  const [problem, ...more] = readFolder({ '001_a.sql': text }).diagnostics
  expect(more).toEqual([])
  expect(problem?.code).toBe('READ_SQL_BEFORE_MARKER')
  expect(problem?.fix).toContain(fix)
})
