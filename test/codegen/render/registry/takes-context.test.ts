// When the registry brings in the larger tools of ctx: where a migration's function can reach its second argument.
import { expect, it } from 'vitest'
import { readMigrations } from '../../../../codegen/parse/read-migrations.js'
import { takesContext } from '../../../../codegen/render/registry/takes-context.js'

const DOWN = 'down() {}'

const CASES: readonly (readonly [what: string, body: string, takes: boolean])[] = [
  ['a function of the handle alone', `{ up(db) { db.exec('SELECT 1') }, ${DOWN} }`, false],
  ['a function without parameters', `{ up() {}, ${DOWN} }`, false],
  ['SQL', `{ up: 'SELECT 1', down: 'SELECT 2' }`, false],
  ['a second parameter', `{ up(db, ctx) { ctx.log('x') }, ${DOWN} }`, true],
  [
    'an arrow function with a second parameter',
    `{ up: (db, { rebuild }) => rebuild('t', x), ${DOWN} }`,
    true,
  ],
  ['the second parameter of down', `{ up(db) {}, down(db, ctx) { ctx.log('x') } }`, true],
  ['a rest parameter', `{ up(...all) { all[1].log('x') }, ${DOWN} }`, true],
  ['arguments', `{ up: function () { arguments[1].log('x') }, ${DOWN} }`, true],
]

it.each(CASES)('takesContext: %s', (_what, body, takes) => {
  const file = {
    file: 'migrations/001_one.ts',
    path: '/project/migrations/001_one.ts',
    kind: 'script',
    from: 1,
    to: 1,
    name: 'one',
    text: `export default ${body}\n`,
  } as const
  const { migrations } = readMigrations({ files: [file], helpers: new Map(), diagnostics: [] })
  expect(migrations.map(takesContext)).toEqual([takes])
})
