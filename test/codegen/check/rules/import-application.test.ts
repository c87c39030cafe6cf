// IMPORT_APPLICATION
import { describe, expect, test } from 'vitest'
import { placesIn, SOUND } from '../check-folder.js'

const importing = (line: string) => ({
  '001_a.ts': `${line}\n${SOUND}`,
  '_shared.ts': `export const x = 1\n`,
})

test.each([
  `import { x } from './_shared.js'`,
  `import { x } from './_folder/deep.js'`,
  `import { nanoid } from 'nanoid'`,
  `import { x } from '@scope/package'`,
  `import type { User } from '../src/users.js'`,
  `import { type User, type Group } from '../src/users.js'`,
  `export type { User } from '../src/users.js'`,
])('valid: %s', async (line) => expect(await placesIn(importing(line))).toEqual([]))

describe('what the reading has reported already', () => {
  const OBJECT = `import { defineMigration } from 'lockstep/better-sqlite3'\n`
  test.each([
    [`export { default } from './001_a.js'`, '002_b.ts:1:10 error READ_REEXPORT'],
    [`export * from '../src/b.js'`, '002_b.ts:1:1 error READ_REEXPORT'],
    [`export { up } from '../src/b.js'`, '002_b.ts:1:10 error READ_IMPORTED'],
    [
      `${OBJECT}import { up } from '../src/b.js'\nexport default defineMigration({ up })`,
      '002_b.ts:3:34 error READ_IMPORTED',
    ],
    [
      `${OBJECT}import * as b from '../src/b.js'\nexport default defineMigration({ up: b.up })`,
      '002_b.ts:3:38 error READ_IMPORTED',
    ],
    [`import b from '../src/b.js'\nexport default b`, '002_b.ts:2:16 error READ_IMPORTED'],
  ])('%s', async (text, place) => {
    expect(await placesIn({ '001_a.ts': SOUND, '002_b.ts': text })).toEqual([place])
  })

  test('but another import is told of', async () => {
    const text = `import b from '../src/b.js'\nimport { c } from '../src/c.js'\nexport default b`
    expect(await placesIn({ '001_a.ts': SOUND, '002_b.ts': text })).toEqual([
      '002_b.ts:2:19 warning IMPORT_APPLICATION',
      '002_b.ts:3:16 error READ_IMPORTED',
    ])
  })
})

describe('invalid', () => {
  test.each([
    [`import { users } from '../src/users.js'`, '001_a.ts:1:23'],
    [`import users, { type User } from '../src/users.js'`, '001_a.ts:1:34'],
    [`import { type User, users } from '../src/users.js'`, '001_a.ts:1:34'],
    [`import * as users from '@/users'`, '001_a.ts:1:24'],
    [`import users from '~/users'`, '001_a.ts:1:19'],
    [`import users from '#users'`, '001_a.ts:1:19'],
    [`import users from '..'`, '001_a.ts:1:19'],
    [`import { x } from './data.js'`, '001_a.ts:1:19'],
    [`export { users } from '../src/users.js'`, '001_a.ts:1:23'],
    [`import { x } from '../_outside.js'`, '001_a.ts:1:19'],
  ])('%s', async (line, place) => {
    expect(await placesIn(importing(line))).toEqual([`${place} warning IMPORT_APPLICATION`])
  })

  test('in a helper, also in a folder of helpers', async () => {
    const folder = {
      '001_a.ts': SOUND,
      '_shared/names.ts': `import { x } from '../_more.js'\nimport { y } from '../../src/y.js'\n`,
      '_more.ts': 'export const x = 1\n',
    }
    expect(await placesIn(folder)).toEqual(['_shared/names.ts:2:19 warning IMPORT_APPLICATION'])
  })
})
