// Discovery on real folders.
import { mkdirSync } from 'node:fs'
import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { discover } from '../../../codegen/discover/discover.js'
import { addFiles, temporaryProject, type Files } from '../../support/project.js'

let root: string
let migrations: string

beforeEach(() => {
  root = temporaryProject()
  migrations = join(root, 'migrations')
  mkdirSync(migrations)
})

const write = (files: Files): void => addFiles(migrations, files)

/** `file:line:column CODE`, and the fix where a test is about it. */
async function problems(): Promise<string[]> {
  const { diagnostics } = await discover(root, migrations)
  return diagnostics.map(({ file, line, column, code }) => `${file}:${line}:${column} ${code}`)
}

async function fixes(): Promise<string[]> {
  const { diagnostics } = await discover(root, migrations)
  return diagnostics.map(({ fix }) => fix)
}

describe('what takes part', () => {
  test('files in order of version as a number, and of name within one', async () => {
    write({
      '1000_d.ts': '',
      '002_b.sql': '',
      '999_c.ts': '',
      '002_a.ts': '',
      '010-012_list.ts': '',
      'migration_001_x.ts': '',
    })
    const { files, diagnostics } = await discover(root, migrations)
    expect(diagnostics).toEqual([])
    expect(files.map(({ file, kind, from, to, name }) => [file, kind, from, to, name])).toEqual([
      ['migrations/migration_001_x.ts', 'script', 1, 1, 'x'],
      ['migrations/002_a.ts', 'script', 2, 2, 'a'],
      ['migrations/002_b.sql', 'sql', 2, 2, 'b'],
      ['migrations/010-012_list.ts', 'script', 10, 12, 'list'],
      ['migrations/999_c.ts', 'script', 999, 999, 'c'],
      ['migrations/1000_d.ts', 'script', 1000, 1000, 'd'],
    ])
  })

  test('texts without their byte order mark, with the line ends that they have', async () => {
    write({ '001_a.sql': '\ufeffSELECT 1;\r\nSELECT 2;\n' })
    const { files } = await discover(root, migrations)
    expect(files[0]).toMatchObject({
      text: 'SELECT 1;\r\nSELECT 2;\n',
      path: `${migrations}/001_a.sql`,
    })
  })

  test('helpers: scripts that begin with `_`, and those in `_` folders', async () => {
    write({
      '001_a.ts': '',
      '_shared.ts': 'export const a = 1',
      '_lib/rows.ts': 'b',
      '_lib/deep/more.mjs': 'c',
      '_lib/rows.test.ts': 'not a helper',
      '_lib/notes.md': 'not a helper',
      '_notes.txt': 'not a helper',
    })
    const { helpers, diagnostics } = await discover(root, migrations)
    expect(diagnostics).toEqual([])
    expect([...helpers]).toEqual([
      [`${migrations}/_lib/deep/more.mjs`, 'c'],
      [`${migrations}/_lib/rows.ts`, 'b'],
      [`${migrations}/_shared.ts`, 'export const a = 1'],
    ])
  })

  test('an empty folder is nothing to object to', async () => {
    expect(await discover(root, migrations)).toEqual({
      files: [],
      helpers: new Map(),
      diagnostics: [],
    })
  })

  test('a link to a file counts as the file', async () => {
    await writeFile(join(root, 'real.sql'), 'SELECT 1')
    await symlink(join(root, 'real.sql'), join(migrations, '001_a.sql'))
    const { files } = await discover(root, migrations)
    expect(files.map(({ file, text }) => [file, text])).toEqual([
      ['migrations/001_a.sql', 'SELECT 1'],
    ])
  })

  test('data that scripts import is a helper as well, and no other', async () => {
    write({
      '001_a.ts': `import a from './_a.txt'; import b from "./_lib/b.sql?raw"; import c from './_c.txt'`,
      '_lib/x.ts': `export { default } from '../_d.css' with { type: 'text' }`,
      '_a.txt': 'a',
      '_c.txt': new Uint8Array([0xff]),
      '_d.css': 'd',
      '_lib/b.sql': 'b',
      '_notes.txt': new Uint8Array([0xff]),
    })
    const { helpers, diagnostics } = await discover(root, migrations)
    expect([...helpers.keys()].map((path) => path.slice(migrations.length + 1)).sort()).toEqual([
      '_a.txt',
      '_d.css',
      '_lib/b.sql',
      '_lib/x.ts',
    ])
    expect(diagnostics.map(({ file, code }) => `${file} ${code}`)).toEqual([
      'migrations/_c.txt FILE_ENCODING',
    ])
  })

  test('a folder of helpers that is linked into itself is read once', async () => {
    write({ '_lib/a.ts': 'a' })
    await symlink(join(migrations, '_lib'), join(migrations, '_lib', 'again'))
    const { helpers } = await discover(root, migrations)
    expect([...helpers.keys()]).toEqual([`${migrations}/_lib/a.ts`])
  })

  test('a folder outside the project', async () => {
    write({ '001_a.ts': '' })
    const { files } = await discover(join(root, 'app'), migrations)
    expect(files[0]?.file).toBe('../migrations/001_a.ts')
  })

  test('a thousand files', async () => {
    const names = Array.from({ length: 1000 }, (_, i) => `${String(i + 1).padStart(3, '0')}_a.sql`)
    write(Object.fromEntries(names.map((name) => [name, 'SELECT 1'])))
    const { files, diagnostics } = await discover(root, migrations)
    expect(diagnostics).toEqual([])
    expect(files.map(({ from }) => from)).toEqual(names.map((_, i) => i + 1))
  })
})

describe('what is wrong with the folder', () => {
  test('a missing folder', async () => {
    migrations = join(root, 'db', 'steps')
    expect(await problems()).toEqual(['db/steps:1:1 FOLDER_MISSING'])
    expect(await fixes()).toEqual([expect.stringMatching(/`lockstep init`.*`--migrations <dir>`/)])
  })

  test('a file in place of the folder', async () => {
    migrations = join(root, 'file')
    await writeFile(migrations, '')
    expect(await problems()).toEqual(['file:1:1 FOLDER_UNREADABLE'])
  })

  test('a folder inside', async () => {
    write({ 'old/001_a.ts': '', '.git/x': '' })
    expect(await problems()).toEqual(['migrations/old:1:1 FOLDER_UNEXPECTED'])
    expect(await fixes()).toEqual([expect.stringMatching(/^Move its migrations up/)])
  })

  test('a folder for each migration', async () => {
    write({
      '20240101_a/migration.sql': '',
      '2024-01-02_b/up.sql': '',
      '2024-01-02_b/down.sql': '',
    })
    expect(await fixes()).toEqual([
      expect.stringMatching(
        /^Move its down\.sql to migrations\/2024-01-02_b\.down\.sql, and its up\.sql to migrations\/2024-01-02_b\.up\.sql\. /,
      ),
      expect.stringMatching(/^Move its migration\.sql to migrations\/20240101_a\.sql\. .*renumber/),
    ])
  })

  test('a file that is not known', async () => {
    write({
      'notes.txt': '',
      'README.md': '',
      '.keep': '',
      '001_a.test.ts': '',
      '001_a.d.ts': '',
    })
    expect(await problems()).toEqual(['migrations/notes.txt:1:1 FILE_UNKNOWN'])
  })

  test('a script without a version: the next free one is suggested', async () => {
    write({ '001_a.ts': '', '007_b.sql': '', 'AddUsers.ts': '' })
    expect(await problems()).toEqual(['migrations/AddUsers.ts:1:1 FILE_UNNUMBERED'])
    expect(await fixes()).toEqual([expect.stringMatching(/008_add_users\.ts\?.*_AddUsers\.ts/)])
  })

  test('a script without a version that migrations import is a helper', async () => {
    write({
      '001_a.ts': `import { a } from './helpers.js'`,
      '002_b.ts': `import './helpers'`,
      'helpers.ts': '',
    })
    expect(await problems()).toEqual(['migrations/helpers.ts:1:1 FILE_UNNUMBERED'])
    expect(await fixes()).toEqual([expect.stringMatching(/^Rename it to _helpers\.ts, and update/)])
  })

  test('a link to nowhere', async () => {
    await symlink(join(root, 'gone.ts'), join(migrations, '001_a.ts'))
    expect(await problems()).toEqual(['migrations/001_a.ts:1:1 FILE_UNREADABLE'])
  })

  test('text that is not UTF-8', async () => {
    write({
      '001_a.sql': Buffer.from("INSERT INTO a VALUES ('caf\xe9')", 'latin1'),
      '002_b.sql': Buffer.from('\ufeffSELECT 1', 'utf16le'),
      '003_c.sql': "SELECT 'café'",
    })
    expect(await problems()).toEqual([
      'migrations/001_a.sql:1:1 FILE_ENCODING',
      'migrations/002_b.sql:1:1 FILE_ENCODING',
    ])
    expect(new Set(await fixes())).toEqual(
      new Set(['Save it as UTF-8; a byte order mark does no harm.']),
    )
  })

  test('what is no text at all, where a script takes it in', async () => {
    write({
      '001_a.ts': `import icon from './_icon.png' with { type: 'bytes' }`,
      '_icon.png': Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
      '_other.png': Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
    })
    expect(await problems()).toEqual(['migrations/_icon.png:1:1 FILE_ENCODING'])
    expect(await fixes()).toEqual([
      'Write its bytes as base64 in a helper (`_….ts`), and import that.',
    ])
  })

  test('misspelt names, which take part all the same', async () => {
    write({ '1_a.ts': '', '0002_b.ts': '', '003_C.up..sql': '', 'V4__d.sql': '' })
    const { files } = await discover(root, migrations)
    expect(files.map(({ from, name, kind }) => [from, name, kind])).toEqual([
      [1, 'a', 'script'],
      [2, 'b', 'script'],
      [3, 'c', 'sql-up'],
      [4, 'd', 'sql'],
    ])
    expect(await problems()).toEqual([
      'migrations/0002_b.ts:1:1 NAME_INVALID',
      'migrations/003_C.up..sql:1:1 NAME_INVALID',
      'migrations/1_a.ts:1:1 NAME_INVALID',
      'migrations/V4__d.sql:1:1 NAME_INVALID',
    ])
    expect(await fixes()).toEqual([
      'Did you mean 002_b.ts? Rename the file.',
      'Did you mean 003_c.up.sql? Rename the file.',
      'Did you mean 001_a.ts? Rename the file.',
      'Did you mean 004_d.sql? Rename the file.',
    ])
  })

  test('misspelt names where the right one is taken: the advice overwrites nothing', async () => {
    write({ '002_b.ts': '', '0002_b.ts': '', '003-004_c.ts': '', '3-4_c.ts': '' })
    expect(await problems()).toEqual([
      'migrations/0002_b.ts:1:1 NAME_INVALID',
      'migrations/3-4_c.ts:1:1 NAME_INVALID',
    ])
    expect(await fixes()).toEqual([
      'Did you mean 002_b.ts? That file already exists: delete one of the two, or give this one a version of its own, as in 005_b.ts.',
      expect.stringContaining('as in 005-006_c.ts.'),
    ])
  })

  test('versions that are none', async () => {
    write({ '000_a.ts': '', '-1_b.ts': '', '20240131120000_c.ts': '', '005_d.ts': '' })
    expect(await problems()).toEqual(['migrations/-1_b.ts:1:1 VERSION_NOT_POSITIVE'])
    expect(await fixes()).toEqual([
      '`lockstep renumber` numbers all files of the folder in order, starting at 001. The next free name for this one alone is 006_b.ts.',
    ])
    const [found] = (await discover(root, migrations)).diagnostics
    expect(found!.message).toContain('2 more files have no valid number either.')
  })

  test.each([
    [['0000_a.sql', '0001_b.sql', '0002_c.sql'], 'VERSION_NOT_POSITIVE', '2 more files have'],
    [['20240131120000_a.sql', '20240201120000-b.ts'], 'VERSION_TIMESTAMP', '1 more file has'],
    [['001_a.sql', '2024-01-31_b.sql'], 'VERSION_TIMESTAMP', 'noticed.'],
  ])('a folder that is numbered otherwise is told once: %j', async (names, code, more) => {
    write(Object.fromEntries(names.map((name) => [name, ''])))
    const { diagnostics } = await discover(root, migrations)
    expect(diagnostics).toMatchObject([{ code, message: expect.stringContaining(more) }])
  })

  test('a range on an SQL file', async () => {
    write({ '001-003_a.sql': '' })
    expect(await problems()).toEqual(['migrations/001-003_a.sql:1:1 NAME_SQL_RANGE'])
  })

  test('half a pair, and a pair with two names', async () => {
    write({
      '001_a.up.sql': '',
      '001_a.down.sql': '',
      '002_b.down.sql': '',
      '003_c.up.sql': '',
      '003_d.down.sql': '',
      '004_e.up.sql': '',
    })
    expect(await problems()).toEqual([
      'migrations/002_b.down.sql:1:1 PAIR_WITHOUT_UP',
      'migrations/003_d.down.sql:1:1 PAIR_NAMES_DIFFER',
    ])
    expect(await fixes()).toEqual([
      'Add migrations/002_b.up.sql, or delete this file.',
      expect.stringContaining('Did you mean 003_c.down.sql?'),
    ])
  })

  test('a second down for one up', async () => {
    write({ '001_a.up.sql': '', '001_a.down.sql': '', '001_b.down.sql': '' })
    expect(await problems()).toEqual(['migrations/001_b.down.sql:1:1 PAIR_NAMES_DIFFER'])
    expect(await fixes()).toEqual([
      expect.stringContaining('migrations/001_a.up.sql already has its `.down.sql`: delete'),
    ])
  })

  test('numbers with other digits are told once, with what rights all of them', async () => {
    write({ '0001_a.sql': '', '0002_b.sql': '', '0003_c.sql': '' })
    expect(await problems()).toEqual(['migrations/0001_a.sql:1:1 NAME_INVALID'])
    expect(await fixes()).toEqual([
      '`lockstep renumber` gives all files of the folder valid names. This one alone would be 001_a.sql.',
    ])
  })
})
