// How the path of an import is rewritten where the file that it leads to gets another name.
import { describe, expect, test } from 'vitest'
import { followImports } from '../../../codegen/renumber/follow-imports.js'
import { testSome } from '../../support/some-of.js'

const RENAMES = new Map([
  ['/p/migrations/002_mine.ts', '/p/migrations/003_mine.ts'],
  ['/p/migrations/003_next.js', '/p/migrations/004_next.js'],
  ['/p/migrations/004-005_list.ts', '/p/migrations/005-006_list.ts'],
  ['/p/migrations/006_text.up.sql', '/p/migrations/007_text.up.sql'],
])
const follow = (text: string, path = '/p/migrations/_shared.ts'): string | null =>
  followImports(text, path, RENAMES)

testSome([
  ["import type { Row } from './002_mine.js'", "import type { Row } from './003_mine.js'"],
  ['import "./002_mine"', 'import "./003_mine"'],
  ["export * from './002_mine.ts' // 002_mine", "export * from './003_mine.ts' // 002_mine"],
  ["type A = import('./003_next.mjs').A", "type A = import('./004_next.mjs').A"],
  ["const a = await import('./004-005_list.js')", "const a = await import('./005-006_list.js')"],
  ["const a = require('./003_next')", "const a = require('./004_next')"],
  ["import a = require('./003_next')", "import a = require('./004_next')"],
  ["import a from './006_text.up.sql?raw'", "import a from './007_text.up.sql?raw'"],
  ["import a from '../migrations/002_mine.js'", "import a from '../migrations/003_mine.js'"],
  [
    "import { a } from './002_mine.js'\r\nimport { b } from './003_next.js'\r\nb(a, './002_mine.js')\r\n",
    "import { a } from './003_mine.js'\r\nimport { b } from './004_next.js'\r\nb(a, './002_mine.js')\r\n",
  ],
])('%s', (before, after) => expect(follow(before)).toBe(after))

test('a path in another folder leads from there', () => {
  const text = "import { up } from '../migrations/002_mine.js'"
  expect(follow(text, '/p/src/app.ts')).toBe("import { up } from '../migrations/003_mine.js'")
  expect(follow(text, '/p/other/deeper/app.ts')).toBeNull()
})

describe('what is left as it is:', () => {
  testSome([
    ["import { a } from './002_mine_too.js'"],
    ["import { a } from './_002_mine.js'"],
    ["import { a } from './elsewhere/002_mine.js'"],
    ["import { a } from '002_mine'"],
    ["import { a } from './006_text.sql'"],
    ["const a = './002_mine.js'"],
    ["// import { a } from './002_mine.js'"],
    ["const a = `import './002_mine.js'`"],
    ["import { a } from './002_\\x6dine.js'"],
  ])('%s', (text) => expect(follow(text)).toBeNull())
  test('a file that is no script', () => {
    expect(follow("import './002_mine.js'", '/p/migrations/001_a.sql')).toBeNull()
  })
})
