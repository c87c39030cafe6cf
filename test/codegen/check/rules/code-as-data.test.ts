// CODE_AS_DATA. What bundlers rename was tried with esbuild and Rolldown.
import { expect, test } from 'vitest'
import { checkFolder, migrationWith } from '../check-folder.js'

const CLASSES = `class User { static n = 1 }\nclass Admin extends User {}\nconst fill = () => 1\n`

async function toldIn(body: string, top = '', helper = ''): Promise<string[]> {
  const code = `${top}${CLASSES}${migrationWith(`up(db) { ${body} }`)}`
  const found = await checkFolder({ '001_a.ts': code, ...(helper && { '_help.ts': helper }) })
  return found.map(
    ({ code: rule, message }) => `${rule} ${message.replace(/^[^:]+: |\. Bundling .+$/g, '')}`,
  )
}

test.each([
  ['db.exec(User.name)', 'User.name'],
  [`db.exec(User['name'])`, `User['name']`],
  ['db.exec(fill.name)', 'fill.name'],
  ['const { name } = User; db.exec(name)', 'name'],
  ['class Local {} db.exec(Local.name)', 'Local.name'],
  ['const M = User; db.exec(M.name)', 'M.name'],
  ['for (const M of [User, Admin]) db.exec(M.name)', 'M.name'],
  ['const all = [User] as const; all.forEach((M) => db.exec(M.name))', 'M.name'],
  ['for (const M of Object.values({ User })) db.exec(M.name)', 'M.name'],
  ['const M = db.open ? User : null; db.exec(M?.name)', 'M?.name'],
  ['for (const [M, n] of [[User, 1]]) db.exec(M.name + n)', 'M.name'],
  ['const o = { M: User }; db.exec(o.M.name)', 'o.M.name'],
  ['for (const { M } of [{ M: User }]) db.exec(M.name)', 'M.name'],
  ['const of = (m) => m.name; db.exec(of(User))', 'm.name'],
  ['const one = new User(); db.exec(one.constructor.name)', 'one.constructor.name'],
  ['for (const one of [new User()]) db.exec(one.constructor.name)', 'one.constructor.name'],
  [
    'for (const one of db.all().map((r) => new User(r))) db.exec(one.constructor.name)',
    'one.constructor.name',
  ],
  ['const { constructor: { name } } = new User(); db.exec(name)', 'name'],
  ['const { constructor } = new User(); db.exec(constructor.name)', 'constructor.name'],
  [
    'db.exec(Object.getPrototypeOf(new User()).constructor.name)',
    'Object.getPrototypeOf(new User()).constr…',
  ],
  ['class T { static t() { return this.name } } db.exec(T.t())', 'this.name'],
  [
    'class T { t() { return this.constructor.name } } db.exec(new T().t())',
    'this.constructor.name',
  ],
  [
    'const list = []; list.push(new User()); for (const one of list) db.exec(one.constructor.name)',
    'one.constructor.name',
  ],
  [
    'if (new User().constructor.name === "User") db.exec("DROP TABLE a")',
    'new User().constructor.name',
  ],
  ['db.exec(fill.toString())', 'fill.toString()'],
  ['db.exec(String(fill))', 'String(fill)'],
  ['db.exec(`${User}`)', 'User'],
])('told: %s', async (body, shown) => {
  expect(await toldIn(body)).toEqual([`CODE_AS_DATA \`${shown}\``])
})

test.each([
  [`import { Row } from './_help.js'\n`, 'export class Row {}', 'Row.name'],
  [`import Row from './_help.js'\n`, 'export default class {}', 'Row.name'],
  [`import * as all from './_help.js'\n`, 'export class Row {}', 'all.Row.name'],
  [`import { row } from './_help.js'\n`, 'export const row = () => 1', 'row.name'],
])('told of a helper: %s%s', async (top, helper, read) => {
  expect(await toldIn(`db.exec(${read})`, top, helper)).toEqual([`CODE_AS_DATA \`${read}\``])
})

test.each([
  'try { db.exec("") } catch (error) { db.exec(error.name + error.constructor.name); new User() }',
  'for (const column of db.pragma("x")) db.exec(column.name)',
  'for (const user of db.all()) db.exec(user.name + user.kind.constructor.name, new User())',
  'db.all().map((user) => user.name + `${user}` + String(user) + user.toString())',
  'const of = (m) => m.name; db.exec(of({ name: "a" }))',
  'const User = { name: "users" }; db.exec(User.name)',
  'const one = new User(); db.exec(one.name)',
  'for (const { M } of [{ M: class { } }, { M: () => 1 }]) db.exec(M.name)',
  'for (const [{ name }, M] of [[{ name: "a" }, User]]) db.exec(name, M.n)',
  'const { M } = db.row; db.exec(M.name + M.constructor.name); new User()',
  'class T { static name = "t" } db.exec(T.name)',
  'class T { static get name() { return "t" } } db.exec(new T().constructor.name)',
  'class T { static toString() { return "t" } } db.exec(`${T}`)',
  'const steps = { fill() {}, other: () => 1 }; db.exec(steps.fill.name + steps.other.name)',
  'const tag = (v) => v.constructor.name === "Uint8Array"; class T { tag(v) { tag(v) } } new T()',
  'db.exec(Buffer.name + new Map().constructor.name + [].constructor.name)',
  'ctx.log(User.name)',
  'throw new TypeError(`${User.name} is wrong`)',
  'db.exec(fill().name + `${fill()}` + User.n)',
  'const inner = (User) => User.name; db.all().forEach((row) => inner(row))',
  'class T { name = "t"; t() { return this.name } } db.exec(new T().t())',
  'db.exec`${User}`',
])('not told: %s', async (body) => expect(await toldIn(body)).toEqual([]))

test('not told: a helper that no migration uses, and code of others', async () => {
  const top = `import { Decimal } from 'decimal.js'\nimport { used } from './_help.js'\n`
  const helper = 'class A {}\nexport const used = 1, unused = () => A.name'
  expect(await toldIn('db.exec(Decimal.name + used)', top, helper)).toEqual([])
})
