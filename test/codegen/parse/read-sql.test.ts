// SQL files: sections, pairs, options and what comments state.
import { describe, expect, test } from 'vitest'
import type { ParsedMigration, Side } from '../../../codegen/model/migration.js'
import { essence, readFolder, readOnly } from './read-folder.js'

const readSql = (text: string): ParsedMigration => readOnly({ '001_a.sql': text })

/** `[text, line, column, verbatim]` of each piece. */
const pieces = (side: Side | null): unknown =>
  side?.kind === 'sql'
    ? side.pieces.map(({ text, position: { line, column }, verbatim }) => [
        text,
        line,
        column,
        verbatim,
      ])
    : side

describe('sections', () => {
  test('begin below their markers and keep their lines', () => {
    const { up, down } = readSql(
      '-- a comment\n\n-- migrate:up\n\n  CREATE TABLE a (b);\n\n-- migrate:down\nDROP TABLE a\n',
    )
    expect(pieces(up)).toEqual([['\n  CREATE TABLE a (b);', 4, 1, true]])
    expect(pieces(down)).toEqual([['DROP TABLE a', 8, 1, true]])
  })

  test('in either order', () => {
    const { up, down } = readSql(
      '-- migrate:down\nDROP TABLE a;\n-- migrate:up\nCREATE TABLE a (b);',
    )
    expect([essence(up), essence(down)]).toEqual([['CREATE TABLE a (b);'], ['DROP TABLE a;']])
  })

  test.each(['-- MIGRATE:UP', '--migrate:up', '  --  Migrate : Up  ', '\t-- migrate:up\t'])(
    'marker %j',
    (marker) => {
      const { up } = readSql(`${marker}\nSELECT 1`)
      expect(pieces(up)).toEqual([['SELECT 1', 2, 1, true]])
    },
  )

  test('a file without markers is all up', () => {
    const { up, down } = readSql('-- About.\nCREATE TABLE a (b);\nSELECT 1;\n')
    expect(pieces(up)).toEqual([['-- About.\nCREATE TABLE a (b);\nSELECT 1;', 1, 1, true]])
    expect(down).toBeNull()
  })

  test('CRLF becomes LF, in literals too', () => {
    const { up, down } = readSql(
      "-- migrate:up\r\nINSERT INTO a VALUES ('x\r\ny');\r\n-- migrate:down\r\nDELETE FROM a;\r\n",
    )
    expect(pieces(up)).toEqual([["INSERT INTO a VALUES ('x\ny');", 2, 1, true]])
    expect(pieces(down)).toEqual([['DELETE FROM a;', 5, 1, true]])
  })

  test.each([
    ['string', "INSERT INTO a VALUES ('\n-- migrate:down\n');"],
    ['string with doubled quotes', "INSERT INTO a VALUES ('it''s\n-- migrate:down\n''');"],
    ['identifier', 'SELECT "\n-- migrate:down\n";'],
    ['backticks', 'SELECT `\n-- migrate:down\n`;'],
    ['brackets', 'SELECT [\n-- migrate:down\n];'],
    ['block comment', '/*\n-- migrate:down\n*/ SELECT 1;'],
    ['comment in a comment', '-- not -- migrate:down\nSELECT 1;'],
  ])('a marker inside a %s is none', (_, text) => {
    const { up, down } = readSql(text)
    expect([essence(up), down]).toEqual([[text], null])
  })

  test('a trigger keeps its statements together', () => {
    const trigger =
      'CREATE TRIGGER t AFTER INSERT ON a BEGIN\n  -- description: of the row\n  UPDATE a SET b = 1;\nEND;'
    const { up, description } = readSql(
      `-- migrate:up\n${trigger}\n-- migrate:down\nDROP TRIGGER t;`,
    )
    expect([essence(up), description]).toEqual([[trigger], null])
  })

  test.each(['', '\n\n', '-- nothing\n', '/* nothing'])(
    'a file with %j is an up without statements',
    (text) => expect(essence(readSql(text).up)).toEqual([text.trimEnd()]),
  )

  test('sections without text are there, at their marker', () => {
    const { up, down } = readSql('-- migrate:up\n-- migrate:down')
    expect(pieces(up)).toEqual([['', 1, 1, true]])
    expect(pieces(down)).toEqual([['', 2, 1, true]])
  })

  test('only a down section leaves no up', () => {
    const { up, down } = readSql('-- migrate:down\nSELECT 1')
    expect([up, essence(down)]).toEqual([null, ['SELECT 1']])
  })
})

describe('pairs', () => {
  test('are one migration of two files', () => {
    const migration = readOnly({ '001_a.up.sql': 'SELECT 1', '001_a.down.sql': 'SELECT 2' })
    expect(migration).toMatchObject({
      form: 'sql',
      file: { file: 'migrations/001_a.up.sql' },
      downFile: { file: 'migrations/001_a.down.sql' },
      up: { position: { file: 'migrations/001_a.up.sql', line: 1, column: 1 } },
      down: { position: { file: 'migrations/001_a.down.sql', line: 1, column: 1 } },
    })
    expect([essence(migration.up), essence(migration.down)]).toEqual([['SELECT 1'], ['SELECT 2']])
  })

  test('up alone has no down', () => {
    const migration = readOnly({ '001_a.up.sql': '-- irreversible: gone\nDROP TABLE a' })
    expect(migration).toMatchObject({ down: null, irreversible: { value: 'gone' } })
    expect('downFile' in migration).toBe(false)
  })

  test('down alone is no migration', () => {
    expect(readFolder({ '001_a.down.sql': 'SELECT 1' }).migrations).toEqual([])
  })

  test('of two names are read together all the same', () => {
    const { migrations } = readFolder({
      '001_a.up.sql': '1',
      '001_a.down.sql': '2',
      '001_b.up.sql': '3',
      '001_c.down.sql': '4',
    })
    expect(migrations.map(({ up, down }) => [essence(up), essence(down)])).toEqual([
      [['1'], ['2']],
      [['3'], ['4']],
    ])
  })
})

describe('what comments state', () => {
  test('above, between and below the statements', () => {
    const migration = readSql(
      '-- Description:  Says what it does.  \nSELECT 1;\n  -- effects: sends mail\nSELECT 2\n-- irreversible: the rows are gone',
    )
    expect(migration).toMatchObject({
      description: { value: 'Says what it does.', position: { line: 1, column: 1 } },
      effects: { value: 'sends mail', position: { line: 3, column: 3 } },
      irreversible: { value: 'the rows are gone', position: { line: 5, column: 1 } },
    })
  })

  test.each([
    ['inside a statement', 'CREATE TABLE a (\n-- description: of b\nb)'],
    ['behind a statement', 'SELECT 1; -- description: of it'],
    ['in a block comment', '/*\n-- description: x\n*/'],
    ['with other words', '-- Full description: x\n-- descriptions: y'],
  ])('%s they state nothing', (_, text) => {
    expect(readSql(text)).toMatchObject({ description: null, unreadable: false })
  })

  test('a down section that only says why there is none is none', () => {
    const migration = readSql(
      '-- migrate:up\nDROP TABLE a;\n-- migrate:down\n-- irreversible: gone\n',
    )
    expect(migration).toMatchObject({ down: null, irreversible: { value: 'gone' } })
  })

  test('a down section with statements stays beside the reason', () => {
    const migration = readSql(
      '-- migrate:up\nSELECT 1;\n-- migrate:down\n-- irreversible: gone\nSELECT 2',
    )
    expect(migration).toMatchObject({ down: { kind: 'sql' }, irreversible: { value: 'gone' } })
  })
})

describe('options', () => {
  test.each([
    ['transaction:false', { transaction: { value: false, position: { line: 1, column: 15 } } }],
    ['transaction:TRUE', { transaction: { value: true } }],
    [
      'foreign_keys:enforce',
      { foreignKeys: { value: 'enforce', position: { line: 1, column: 15 } } },
    ],
    ['', { transaction: null, foreignKeys: null }],
    [
      'transaction:false foreign_keys:enforce',
      { foreignKeys: { position: { line: 1, column: 33 } } },
    ],
  ])('%s', (options, expected) => {
    expect(readSql(`-- migrate:up ${options}\nSELECT 1`)).toMatchObject(expected)
  })

  test.each([
    [
      'above the marker',
      '-- Transaction: FALSE\n-- migrate:up\nVACUUM;\n-- migrate:down\nVACUUM;',
      1,
    ],
    ['in the section', '-- migrate:down\nVACUUM;\n-- migrate:up\n--transaction:false\nVACUUM;', 4],
    ['behind the statement', 'VACUUM\n-- transaction: false', 2],
  ])('on a line of its own, %s', (_, text, line) => {
    expect(readSql(text)).toMatchObject({
      transaction: { value: false, position: { line, column: 1 } },
      foreignKeys: null,
      unreadable: false,
    })
  })

  test('foreign keys on a line of its own', () => {
    expect(readSql('-- foreign_keys: enforce\nSELECT 1')).toMatchObject({
      foreignKeys: { value: 'enforce', position: { line: 1, column: 1 } },
    })
  })

  test.each([
    ['inside a statement', 'CREATE TABLE a (\n-- transaction: of the bank\nb)'],
    ['behind a statement', 'SELECT 1; -- transaction: false'],
  ])('%s a comment is no option', (_, text) => {
    expect(readSql(text)).toMatchObject({ transaction: null, unreadable: false })
  })

  test('may be repeated for down', () => {
    const text =
      '-- migrate:up transaction:false\nVACUUM;\n-- migrate:down transaction:false\nVACUUM;'
    expect(readSql(text)).toMatchObject({ transaction: { value: false }, unreadable: false })
  })
})
