// CALL_MARKED_PURE. What esbuild with --minify and Rolldown leave out was tried with both.
import { expect, test } from 'vitest'
import { checkFolder, migrationWith, placesIn } from '../check-folder.js'

const FILL = 'const fill = (...given) => given[0].exec(String(given[1]))\n'
const inUp = (body: string): string => FILL + migrationWith(`up(db) { ${body} }`)

test.each([
  '/* @__PURE__ */ fill(db)',
  '// here #__PURE__ is only mentioned\nfill(db)',
  '/* @__PURE__ */\n// another\nfill(db)',
  '/* @__PURE__ */ (fill(db))',
  '/* @__PURE__ */ new Filler(db)',
  `/* @__PURE__ */ db.prepare('DELETE FROM a WHERE b').run()`,
  'const n = /* @__PURE__ */ fill(db)',
  'if (db) /* @__PURE__ */ later()',
  'db && /* @__PURE__ */ later()',
  'db ? /* @__PURE__ */ later() : 0',
  '/* @__PURE__ */ later(), fill(db)',
  'for (;; /* @__PURE__ */ later()) break',
  'const n = /* @__PURE__ */ fill(db); return db.open && n',
  'const rows = []; /* @__PURE__ */ rows.push(1); fill(db, rows)',
])('invalid: %s', async (body) => {
  const found = await checkFolder({ '001_a.ts': inUp(body) }, { rules: OTHERS })
  expect(found.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
    'error CALL_MARKED_PURE',
  ])
  const { line, column } = found[0]!
  const lines = inUp(body).split('\n')
  const text = lines[line - 1]!.slice(column - 1)
  expect(text).toMatch(/^[@#]__PURE__/)
})

const OTHERS = { STATEMENT_NOT_RUN: 'off' } as const

test.each([
  'fill(db)',
  'const make = /* @__PURE__ */ later(1); fill(db, make)',
  'fill(db, /* @__PURE__ */ later(1))',
  'return fill(db) /* @__PURE__ */',
  '/* PURE */ fill(db)',
  '/* @__PURE__ */ const n = 1; fill(db, n)',
  '/* @__PURE__ */ db.exec`DELETE FROM a WHERE b`',
  `fill(db, '/* @__PURE__ */ x()')`,
  '/* @__INLINE__ */ fill(db)',
])('valid: %s', async (body) => {
  expect(await placesIn({ '001_a.ts': inUp(body) })).toEqual([])
})

const EXPORTED = 'export const list = /* @__PURE__ */ make()\nconst make = () => [1]\n'

test('valid: a value that is exported', async () => {
  const folder = { '001_a.ts': migrationWith(`up: 'CREATE TABLE a (b)'`), '_x.ts': EXPORTED }
  expect(await placesIn(folder)).toEqual([])
})

const RUN = `{ db.exec('DELETE FROM a WHERE b') }`
const IMPORT = `import { fill } from './_fill.js'\n`

test.each([
  ['/* @__NO_SIDE_EFFECTS__ */ export function fill(db) ' + RUN, IMPORT, 'fill(db)'],
  ['export /* #__NO_SIDE_EFFECTS__ */ function fill(db) ' + RUN, IMPORT, 'fill(db)'],
  ['// @__NO_SIDE_EFFECTS__\nexport const fill = (db) => ' + RUN, IMPORT, 'fill(db)'],
  ['export const fill = /* @__NO_SIDE_EFFECTS__ */ (db) => ' + RUN, IMPORT, 'fill(db)'],
  [
    'export default /* @__NO_SIDE_EFFECTS__ */ (db) => ' + RUN,
    `import fill from './_fill.js'\n`,
    'fill(db)',
  ],
  [
    '/* @__NO_SIDE_EFFECTS__ */ export function fill(db) ' + RUN,
    `import * as all from './_fill.js'\n`,
    'all.fill(db)',
  ],
])('invalid: a function that is marked: %s', async (helper, top, call) => {
  const migration = top + migrationWith(`up(db) { ${call} }`)
  const found = await checkFolder({ '001_a.ts': migration, '_fill.ts': helper })
  expect(found.map(({ code, file }) => `${file} ${code}`)).toEqual([
    'migrations/_fill.ts CALL_MARKED_PURE',
  ])
  expect(found[0]!.message).toContain(`\`${call}\` (migrations/001_a.ts:4)`)
})

test.each([
  ['const n = fill(1); db.exec(String(n))', 'its result is used'],
  ['const fill = (x) => x; fill(db)', 'another function is called the same'],
  ['rows.fill(db)', 'a method is called the same'],
])('valid: %s: %s', async (body) => {
  const helper = '/* @__NO_SIDE_EFFECTS__ */ export function fill(n) { return n + 1 }'
  const code = IMPORT + migrationWith(`up(db) { ${body} }`)
  expect(await placesIn({ '001_a.ts': code, '_fill.ts': helper })).toEqual([])
})
