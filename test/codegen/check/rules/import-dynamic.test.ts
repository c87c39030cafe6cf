// IMPORT_DYNAMIC
import { describe, expect, test } from 'vitest'
import { migrationWith, placesIn, SOUND } from '../check-folder.js'

test.each([
  ['a static import', `import { nanoid } from 'nanoid'\n${SOUND}`],
  ['an imported type', `type Db = import('better-sqlite3').Database\n${SOUND}`],
  [
    'in a comment and in a text',
    `// import('x') require('y')\nconst text = "require('y')"\n${SOUND}`,
  ],
  ['another function of that name', `const tools = { require(x: string) { return x } }\n${SOUND}`],
])('valid: %s', async (_, text) => expect(await placesIn({ '001_a.ts': text })).toEqual([]))

describe('invalid', () => {
  test.each([
    [`up(db) { db.exec(require('./x').sql) }`, '001_a.ts:3:20'],
    [`up(db) { import('./x'); db.exec('CREATE TABLE a (b)') }`, '001_a.ts:3:12'],
    ['up(db) { db.exec(require.resolve(`./${db.name}`)) }', '001_a.ts:3:20'],
    [`up(db) { createRequire('/')('x'); db.exec('SELECT 1') }`, '001_a.ts:3:12'],
  ])('%s', async (up, place) => {
    expect(await placesIn({ '001_a.ts': migrationWith(up) })).toEqual([
      `${place} error IMPORT_DYNAMIC`,
    ])
  })

  test('import … = require, and in a helper', async () => {
    const helper = `import tools = require('tools')\nexport const x = () => require('y')\n`
    expect(await placesIn({ '001_a.ts': SOUND, '_shared.ts': helper })).toEqual([
      '_shared.ts:1:1 error IMPORT_DYNAMIC',
      '_shared.ts:2:24 error IMPORT_DYNAMIC',
    ])
  })
})
