// What a migration in code runs is known only where nothing but literal texts reaches the handle.
import { Project, ts } from 'ts-morph'
import { expect, test } from 'vitest'
import { executedTexts } from '../../../codegen/check/source/executed-texts.js'
import type { CodeSide } from '../../../codegen/model/migration.js'

const project = new Project({ useInMemoryFileSystem: true })

/** The first function of a file. */
function sideOf(code: string): CodeSide {
  const file = project.createSourceFile('a.ts', code, { overwrite: true })
  const node = file.getFirstDescendantOrThrow(({ compilerNode }) => ts.isFunctionLike(compilerNode))
  return { kind: 'code', async: false, position: { file: 'a.ts', line: 1, column: 1 }, node }
}

test.each([
  ['a function', "export function up(db) { db.exec('A') }", ['A']],
  ['a method', "export default { up(db) { db.exec('A'); db.exec(`B`) } }", ['A', 'B']],
  ['a method of a class', 'class M { up(db: Handle): void { db.exec("it\'s") } }', ["it's"]],
  ['an arrow function', "const up = (db) => db.exec('A')", ['A']],
  ['an arrow function with void', "const up = (db) => void db.exec('A')", ['A']],
  ['a function expression', "const up = function (db, ctx) { db.exec('A') }", ['A']],
  ['an escape', "const up = (db) => db.exec('A\\n')", ['A\n']],
  ['nothing', 'const up = (db) => {}', []],
])('%s', (_, code, texts) => expect(executedTexts(sideOf(code))).toEqual(texts))

test.each([
  ['a hole', 'const up = (db) => db.exec(`A ${x}`)'],
  ['a name', 'const up = (db) => db.exec(A)'],
  ['a sum', "const up = (db) => db.exec('A' + 'B')"],
  ['another method', "const up = (db) => db.prepare('A').run()"],
  ['another handle', "const up = (db) => other.exec('A')"],
  ['a handle inside', "const up = (db) => db.inner.exec('A')"],
  ['an optional call', "const up = (db) => db.exec?.('A')"],
  ['an optional handle', "const up = (db) => db?.exec('A')"],
  ['two arguments', "const up = (db) => db.exec('A', f())"],
  ['no argument', 'const up = (db) => db.exec()'],
  ['a spread argument', "const up = (db) => db.exec(...['A'])"],
  ['a call by name', "const up = (db) => db['exec']('A')"],
  ['a chain', "const up = (db) => db.exec('A').exec('B')"],
  ['another statement', "const up = (db) => { db.exec('A'); if (x) db.exec('B') }"],
  ['a return', "const up = (db) => { return db.exec('A') }"],
  ['another expression', "const up = (db) => { db.exec('A'); db = other; db.exec('B') }"],
  ['a call of something else', "const up = (db) => { db.exec('A'); fill(db) }"],
  ['a handle by default', "const up = (db = other) => db.exec('A')"],
  ['a handle taken apart', "const up = ({ db }) => db.exec('A')"],
  ['all arguments', "const up = (...db) => db.exec('A')"],
  ['no parameter', "const up = () => db.exec('A')"],
  ['a context that writes by default', "const up = (db, ctx = fill(db)) => db.exec('A')"],
  ['a generator', "const up = function* (db) { db.exec('A') }"],
  ['a generator method', "export default { *up(db) { db.exec('A') } }"],
])('not %s', (_, code) => expect(executedTexts(sideOf(code))).toBeNull())

test('not an asynchronous function', () => {
  expect(executedTexts({ ...sideOf("const up = (db) => db.exec('A')"), async: true })).toBeNull()
})
