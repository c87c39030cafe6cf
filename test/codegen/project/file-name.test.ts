// What a file is by its name, and the right name for a wrong one.
import { describe, expect, test } from 'vitest'
import { parseFileName } from '../../../codegen/project/file-name.js'

test.each([
  ['001_users.ts', 'script', 1, 1, 'users'],
  ['001_users.mts', 'script', 1, 1, 'users'],
  ['001_users.cts', 'script', 1, 1, 'users'],
  ['001_users.js', 'script', 1, 1, 'users'],
  ['001_users.mjs', 'script', 1, 1, 'users'],
  ['migration_012_add_users.ts', 'script', 12, 12, 'add_users'],
  ['migration_012_add_users.sql', 'sql', 12, 12, 'add_users'],
  ['020_users.sql', 'sql', 20, 20, 'users'],
  ['020_users.up.sql', 'sql-up', 20, 20, 'users'],
  ['020_users.down.sql', 'sql-down', 20, 20, 'users'],
  ['001-005_start.ts', 'script', 1, 5, 'start'],
  ['998-1002_start.ts', 'script', 998, 1002, 'start'],
  ['999_x.ts', 'script', 999, 999, 'x'],
  ['1000_x.ts', 'script', 1000, 1000, 'x'],
  ['1234567_x.ts', 'script', 1234567, 1234567, 'x'],
  ['003_2fa_for_v2.ts', 'script', 3, 3, '2fa_for_v2'],
  ['003_up.sql', 'sql', 3, 3, 'up'],
])('names of migrations: %s', (file, kind, from, to, name) => {
  expect(parseFileName(file)).toEqual({ is: 'migration', kind, from, to, name, canonical: file })
})

describe('names to be fixed', () => {
  test.each([
    ['1_users.ts', '001_users.ts'],
    ['0001_users.ts', '001_users.ts'],
    ['01000_users.ts', '1000_users.ts'],
    ['003_AddUsers.ts', '003_add_users.ts'],
    ['003_addUsers.ts', '003_add_users.ts'],
    ['003-add-users.ts', '003_add_users.ts'],
    ['003 add users.ts', '003_add_users.ts'],
    ['003.add.users.ts', '003_add_users.ts'],
    ['003__users.ts', '003_users.ts'],
    ['003_users_.ts', '003_users.ts'],
    ['003_users..ts', '003_users.ts'],
    ['003_users..up.sql', '003_users.up.sql'],
    ['003_users.up..sql', '003_users.up.sql'],
    ['003_users.UP.SQL', '003_users.up.sql'],
    ['003_users.TS', '003_users.ts'],
    ['003_users.tsx', '003_users.ts'],
    ['003_users.CJS', '003_users.cjs'],
    ['V2__users.sql', '002_users.sql'],
    ['V2020__users.sql', '2020_users.sql'],
    ['v2_users.sql', '002_users.sql'],
    ['migration-003-add-users.ts', 'migration_003_add_users.ts'],
    ['Migration003AddUsers.ts', 'migration_003_add_users.ts'],
    ['3.ts', '003_describe_the_change.ts'],
    ['003_.ts', '003_describe_the_change.ts'],
    ['003_変更.ts', '003_describe_the_change.ts'],
    ['003_Überweisung.ts', '003_uberweisung.ts'],
    ['003_café.ts', '003_cafe.ts'],
    ['003_🚀launch.ts', '003_launch.ts'],
    ["003_it's.sql", '003_it_s.sql'],
    ['1-5_start.ts', '001-005_start.ts'],
    ['001-005-start.ts', '001-005_start.ts'],
    ['005-001_start.ts', '001-005_start.ts'],
    ['004-004_start.ts', '004_start.ts'],
  ])('%s → %s', (file, canonical) => {
    expect(parseFileName(file)).toMatchObject({ is: 'migration', canonical })
  })

  test.each(['1_users.ts', '0001_AddUsers.up..sql', 'migration-3-x.ts', '5-1_x.ts', '3.ts'])(
    'the fixed name of %s needs no fixing',
    (file) => {
      const first = parseFileName(file)
      const canonical = first.is === 'migration' ? first.canonical : ''
      expect(parseFileName(canonical)).toEqual({ ...first, canonical })
    },
  )
})

test.each([
  ['000_users.ts', { is: 'not-positive', version: 0, rest: 'users.ts' }],
  ['0000_init.sql', { is: 'not-positive', version: 0, rest: 'init.sql' }],
  ['-1_users.ts', { is: 'not-positive', version: -1, rest: 'users.ts' }],
  ['-001_users.ts', { is: 'not-positive', version: -1, rest: 'users.ts' }],
  ['000-003_users.ts', { is: 'not-positive', version: 0, rest: 'users.ts' }],
  ['20240131_users.ts', { is: 'timestamp', digits: '20240131', rest: 'users.ts' }],
  ['20240131235959_Add.ts', { is: 'timestamp', digits: '20240131235959', rest: 'add.ts' }],
  ['2024-01-31_users.sql', { is: 'timestamp', digits: '2024-01-31', rest: 'users.sql' }],
  ['2024-01-31T23-59_users.sql', { is: 'timestamp', digits: '2024-01-31' }],
  ['001-003_users.sql', { is: 'sql-range', canonical: '001-003_users.ts' }],
  ['add_users.ts', { is: 'unnumbered', rest: 'add_users.ts' }],
  ['AddUsers.sql', { is: 'unnumbered', rest: 'add_users.sql' }],
  ['index.ts', { is: 'unnumbered', rest: 'index.ts' }],
])('names without a usable version: %s', (file, expected) => {
  expect(parseFileName(file)).toMatchObject(expected)
})

describe('other files', () => {
  test.each([
    '.gitkeep',
    '.DS_Store',
    'README.md',
    'README.de.md',
    'readme',
    'Readme.txt',
    '001_users.test.ts',
    '001_users.spec.js',
    '001_users.test.mts',
    '001_users.d.ts',
    '001_users.d.mts',
    '_notes.md',
    '_shared.test.ts',
  ])('%s is no concern of the generator', (file) => {
    expect(parseFileName(file)).toEqual({ is: 'bystander' })
  })

  test.each([
    '_shared.ts',
    '_shared.mjs',
    '_x.cts',
    '_001_old.ts',
    '_data.json',
    '_x.tsx',
    '_x.jsx',
  ])('%s is a helper', (file) => expect(parseFileName(file)).toEqual({ is: 'helper' }))

  test.each(['notes.txt', '001_users', '001_users.py', '001_users.sql.bak', '001_users.ts~', 'x'])(
    '%s is unknown',
    (file) => expect(parseFileName(file)).toEqual({ is: 'unknown' }),
  )
})
