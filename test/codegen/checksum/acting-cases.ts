// Migrations in which something that nobody mentions acts when their files are loaded, so that it changes what `up` does. Each
// stands for two: `@` is written as one word and as another.
import type { Folder } from '../parse/read-folder.js'

const HEAD = 'const list = []; const define = (s) => { list.push(s); return s };'
const UP = 'up(db) { for (const one of list) db.exec(one) }'
const RUN = `export default { ${UP}, irreversible: 'x' }`
const CLASS = (members: string): string =>
  `const list = []; export default class A { irreversible = 'x'; ${members} ${UP} }`
const OWN = (stated: string, body: string): string =>
  `export default class A { irreversible = 'x'; ${stated} up(db) { ${body} } }`

const ONE_FILE: Readonly<Record<string, string>> = {
  'a call in a constant': `${HEAD} const users = define('@'); ${RUN}`,
  'a call in an exported constant': `${HEAD} export const users = define('@'); ${RUN}`,
  'a method of what is shared': `const list = []; const a = list.push('@'); ${RUN}`,
  'an optional call': `const list = []; const a = list?.push?.('@'); ${RUN}`,
  'a call in brackets': `const list = []; const a = list['push']('@'); ${RUN}`,
  'one call of several': `const list = []; const a = list.push('@'), b = list.push('b'); ${RUN}`,
  'Object.assign': `const to = {}; const a = Object.assign(to, { a: '@' }); export default { up(db) { db.exec(to.a) }, irreversible: 'x' }`,
  'Object.assign to a new object with a call': `${HEAD} const a = Object.assign({}, { a: define('@') }); ${RUN}`,
  'Object.freeze of what is shared': `const to = { a: 1 }; const a = ['@'].includes('one') ? Object.freeze(to) : 0; export default { up(db) { to.a = 2; db.exec(to) }, irreversible: 'x' }`,
  'Object.freeze around a call': `${HEAD} const a = Object.freeze([define('@')]); ${RUN}`,
  'a static block': `${HEAD} class A { static { define('@') } } ${RUN}`,
  'a static field': `${HEAD} class A { static a = define('@') } ${RUN}`,
  'a static field of a class expression': `${HEAD} const A = class { static a = define('@') }; ${RUN}`,
  'a computed name of a member': `${HEAD} class A { [define('@')]() {} } ${RUN}`,
  'a computed name in an object': `${HEAD} const a = { [define('@')]: 1 }; ${RUN}`,
  'a base class': `${HEAD} class A extends (define('@'), Object) {} ${RUN}`,
  'an enum': `${HEAD} enum E { A = define('@') } ${RUN}`,
  'a merged enum': `${HEAD} enum E { A = 1 } enum E { B = define('@') } ${RUN}`,
  'a namespace': `${HEAD} namespace N { define('@') } ${RUN}`,
  'a nested namespace': `${HEAD} namespace N.O { define('@') } ${RUN}`,
  'a constant of a namespace': `${HEAD} namespace N { export const a = define('@') } ${RUN}`,
  'a name of a namespace like one of the platform': `const list = []; namespace N { const parseInt = (s) => list.push(s); parseInt('@') } ${RUN}`,
  'a default in a pattern': `${HEAD} const { a = define('@') } = {}; ${RUN}`,
  'a pattern of a list': `${HEAD} const [a] = [define('@')]; ${RUN}`,
  'a computed name in a pattern': `${HEAD} const { [define('@')]: a } = {}; ${RUN}`,
  'a tagged template': `const list = []; const tag = (s) => list.push(s[0]); const a = tag\`@\`; ${RUN}`,
  'a function called at once': `const list = []; const a = (() => { list.push('@') })(); ${RUN}`,
  'a parameter of a function called at once': `const list = []; const x = ((a = list.push('@')) => a)(); ${RUN}`,
  'a function called through call': `const list = []; const a = (function () { list.push('@') }).call(null); ${RUN}`,
  'a comma': `const list = []; const a = (list.push('@'), 1); ${RUN}`,
  'a conditional': `const list = []; const a = true ? list.push('@') : 0; ${RUN}`,
  'a logical assignment': `let list; const a = (list ??= ['@']); ${RUN}`,
  'an assignment': `let list = []; const a = (list = ['@']); ${RUN}`,
  'an assignment to an element': `const list = []; const a = (list[0] = '@'); ${RUN}`,
  'an assignment to a pattern': `let list = []; const a = ([list] = [['@']]); ${RUN}`,
  'a counter': `let list = 0; const a = '@' === 'one' ? list++ : 0; export default { up(db) { db.exec(list) }, irreversible: 'x' }`,
  'a deletion': `const to = { one: 1, two: 2 }; const a = delete to.@; export default { up(db) { db.exec(to) }, irreversible: 'x' }`,
  'a new instance': `const list = []; class A { constructor(s) { list.push(s) } } const a = new A('@'); ${RUN}`,
  'a field of a new instance': `const list = []; class A { s = list.push('@') } const a = new A(); ${RUN}`,
  'a base class of a new instance': `const list = []; class B { s = list.push('@') } class A extends B {} const a = new A(); ${RUN}`,
  'a getter': `const list = []; const o = { get a() { list.push('@'); return 1 } }; const a = o.a; ${RUN}`,
  'a getter that is taken apart': `const list = []; const o = { get a() { list.push('@'); return 1 } }; const { a } = o; ${RUN}`,
  'a getter that is spread': `const list = []; const o = { get a() { list.push('@'); return 1 } }; const a = { ...o }; ${RUN}`,
  'a getter behind Object.values': `const list = []; const o = { get a() { list.push('@'); return 1 } }; const a = Object.values(o); ${RUN}`,
  'a setter': `const list = []; const o = { set a(s) { list.push(s) } }; const a = (o.a = '@'); ${RUN}`,
  'a conversion to text': `const list = []; const o = { toString() { list.push('@'); return '' } }; const a = \`\${o}\`; ${RUN}`,
  'a conversion by String': `const list = []; const o = { toString() { list.push('@'); return '' } }; const a = String(o); ${RUN}`,
  'a conversion by join': `const list = []; const o = { toString() { list.push('@'); return '' } }; const a = [o].join(''); ${RUN}`,
  'an iterator': `const list = []; const o = { *[Symbol.iterator]() { list.push('@') } }; const a = [...o]; ${RUN}`,
  'an iterator behind a set': `const list = []; const o = { *[Symbol.iterator]() { list.push('@') } }; const a = new Set(o); ${RUN}`,
  'a proxy': `const list = []; const o = new Proxy({}, { get(_, k) { list.push('@') } }); const a = o.x; ${RUN}`,
  'a method called as one of lists': `const list = []; const o = { map(s) { list.push(s) } }; const a = o.map('@'); ${RUN}`,
  'a function that is handed to map': `const list = []; const a = ['@'].map((s) => list.push(s)); ${RUN}`,
  'a named function that is handed to forEach': `${HEAD} const a = ['@'].forEach(define); ${RUN}`,
  'a function that is handed to Array.from': `${HEAD} const a = Array.from(['@'], define); ${RUN}`,
  'a function that calls another': `${HEAD} const twice = (s) => [define(s), define(s)]; const a = twice('@'); ${RUN}`,
  'functions that call each other': `${HEAD} function a(s) { return s ? b(s) : 0 } function b(s) { define(s); return a('') } const c = a(''), d = b('@'); ${RUN}`,
  'a local name for what is shared': `const list = []; const add = (s) => { const to = list; to.push(s) }; const a = add('@'); ${RUN}`,
  'a member of what a function makes': `const list = []; const add = (s) => { const to = { list }; to.list.push(s) }; const a = add('@'); ${RUN}`,
  'a name that is given something else': `const list = []; const add = (s) => { let to = []; to = list; to.push(s) }; const a = add('@'); ${RUN}`,
  'a map': `const list = new Map(); const a = list.set('a', '@'); export default { up(db) { for (const one of list.values()) db.exec(one) }, irreversible: 'x' }`,
  'a prototype of the platform': `const list = ['a']; const a = Object.defineProperty(Array.prototype, 'x', { value: '@' }); export default { up(db) { db.exec(list.x) }, irreversible: 'x' }`,
  'a prototype of a class': `class L {} const a = (L.prototype.sql = '@'); export default { up(db) { db.exec(new L().sql) }, irreversible: 'x' }`,
  'the global object': `const a = (globalThis.x = '@'); export default { up(db) { db.exec(globalThis.x) }, irreversible: 'x' }`,
  'import.meta': `const x = (import.meta.x = '@'); export default { up(db) { db.exec(import.meta.x) }, irreversible: 'x' }`,
  'a function of another module': `import { define, all } from 'elsewhere'; const a = define('@'); export default { up(db) { all(db) }, irreversible: 'x' }`,
  'a method of another module': `import z from 'elsewhere'; const a = z.map('@'); export default { up(db) { z.run(db) }, irreversible: 'x' }`,
  'a member of a function': `function up(db) { db.exec(up.sql) } const x = (up.sql = '@'); export default { up, irreversible: 'x' }`,
  'a generator that is gone through': `const list = []; function* g() { list.push('@') } const x = [...g()]; ${RUN}`,
  eval: `const list = []; const x = eval("list.push('@')"); ${RUN}`,
  'a value that is disposed of': `const list = []; using x = { [Symbol.dispose]() { list.push('@') } }; ${RUN}`,
  'a variable that is declared twice': `var list = ['@']; var list; ${RUN}`,
  'another member of the migration': `const list = []; export default { extra: list.push('@'), ${UP}, irreversible: 'x' }`,
  'an argument beside the migration': `import { defineMigration } from 'lockstep'; const list = []; export default defineMigration({ ${UP}, irreversible: 'x' }, list.push('@'))`,
  'another member of a named migration': `const list = []; const m = { extra: list.push('@'), ${UP}, irreversible: 'x' }; export default m`,
  'a field of the class': CLASS(`extra = list.push('@');`),
  'a private field of the class': CLASS(`#a = list.push('@');`),
  'a static field of the class': CLASS(`static extra = list.push('@');`),
  'a static block of the class': CLASS(`static { list.push('@') }`),
  'a computed name of the class': CLASS(`[Symbol.for(list.push('@'))] = 1;`),
  'the constructor of the class': CLASS(`constructor() { this.extra = list.push('@') }`),
  'what the constructor states': `import { Migration } from 'lockstep'; const list = []; export default class A extends Migration { irreversible = 'x'; constructor() { super({ description: 'a', extra: list.push('@') }) } ${UP} }`,
  'a spread in the migration': `const base = { sql: '@' }; export default { ...base, up(db) { db.exec(this.sql) }, irreversible: 'x' }`,
  'what the migration inherits': `const base = { sql: '@' }; export default { __proto__: base, up(db) { db.exec(this.sql) }, irreversible: 'x' }`,
  'a member of super': `const base = { sql: '@' }; export default { __proto__: base, up(db) { db.exec(super.sql) }, irreversible: 'x' }`,
  'a parameter default beside a var': `const list = ['@']; export default { up(db, l = list) { for (const one of l) db.exec(one); var list = [] }, irreversible: 'x' }`,
  'a computed name beside a var': `const list = ['@']; export default { up(db) { const o = { [list[0]]() { var list } }; db.exec(Object.keys(o)[0]) }, irreversible: 'x' }`,
  'a computed name beside a parameter': `const list = ['@']; export default { up(db) { const o = { [list[0]](list) {} }; db.exec(Object.keys(o)[0]) }, irreversible: 'x' }`,
  'a computed name that says this': `export default { sql: '@', up(db) { const o = { [this.sql]() {} }; db.exec(Object.keys(o)[0]) }, irreversible: 'x' }`,
  'a computed name of an inner class that says this': `export default { sql: '@', up(db) { class B { static [this.sql] = 1 } db.exec(Object.keys(B)[0]) }, irreversible: 'x' }`,
  'a base of an inner class that says this': `export default { sql: '@', up(db) { class B extends db.mix(this.sql) {} db.exec(B) }, irreversible: 'x' }`,
  'a name that is declared for the compiler alone': `const list = ['@']; namespace N { declare const list: string[]; export const f = (db) => { for (const one of list) db.exec(one) } } export default { up(db) { N.f(db) }, irreversible: 'x' }`,
  'description, taken apart': OWN(
    `description = '@';`,
    'const { description } = this; db.exec(description)',
  ),
  'description, taken apart under another name': OWN(
    `description = '@';`,
    'const { description: text } = this; db.exec(text)',
  ),
  'description, taken apart in brackets': OWN(
    `description = '@';`,
    `const { ['description']: text } = this; db.exec(text)`,
  ),
  'description, taken apart later': OWN(
    `description = '@';`,
    'let description; ({ description } = this); db.exec(description)',
  ),
  'description, of the rest': OWN(
    `description = '@';`,
    'const { up, ...rest } = this; db.exec(rest.description)',
  ),
  'description, by another name for this': OWN(
    `description = '@';`,
    'const self = this; db.exec(self.description)',
  ),
  'description, in a computed name': OWN(`description = '@';`, `db.exec(this['descr' + 'iption'])`),
  'description, bound by its name': OWN(
    `description = '@';`,
    `db.prepare('INSERT INTO log VALUES (@description)').run(this)`,
  ),
  'description, among all values': OWN(
    `description = '@';`,
    'for (const value of Object.values(this)) db.exec(value)',
  ),
  'description, spread': OWN(`description = '@';`, 'db.exec({ ...this })'),
  'description, in a function': `${OWN(`description = '@';`, 'run(db, this)')} const run = (db, m) => db.exec(m.description)`,
  'description, of a constant': `const m = { irreversible: 'x', description: '@', up(db) { run(db, m) } }; const run = (db, m) => db.exec(m.description); export default m`,
  'description, stated by super': `import { Migration } from 'lockstep'; export default class A extends Migration { irreversible = 'x'; constructor() { super({ description: '@' }) } up(db) { db.exec(this.description) } }`,
  'description, stated by the constructor': OWN(
    `constructor() { this.description = '@' }`,
    'db.exec(this.description)',
  ),
}

/** Ways of a side to the other one. */
const TO_DOWN: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    'down, in a computed name': `this['do' + 'wn'](db)`,
    'down, among all values': `for (const one of Object.values(this)) if (one !== this.up && typeof one === 'function') one(db)`,
    'down, among all entries': `Object.entries(this).forEach(([name, one]) => name.length === 4 && one(db))`,
    'down, by reflection': `Reflect.get(this, 'do' + 'wn')(db)`,
    'down, by its descriptor': `Object.getOwnPropertyDescriptor(this, 'do' + 'wn').value(db)`,
    'down, gone through': `for (const key in this) if (key.length === 4) this[key](db)`,
    'down, by another name for this': 'const self = this; self.down(db)',
    'down, computed, by another name for this': `const self = this; self['do' + 'wn'](db)`,
    'down, taken apart': 'const { down } = this; down(db)',
    'down, taken apart later in brackets': `let one; ({ ['do' + 'wn']: one } = this); one(db)`,
    'down, taken apart in brackets': `const { ['do' + 'wn']: one } = this; one(db)`,
    'down, of the rest': `const { up, ...rest } = this; rest.down(db)`,
    'down, of a copy': `const copy = { ...this }; copy.down(db)`,
    'down, in a function': `run(db, this)`,
  }).map(([name, body]) => [
    name,
    `const run = (db, m) => m.down(db); export default { up(db) { ${body} }, down(db) { db.exec('@') } }`,
  ]),
)

/** Statements that fill and arrange what their file has made. */
const FILLING: Readonly<Record<string, string>> = {
  'a statement that goes through a list': `const list = []; for (const one of ['@', 'b']) list.push(one); ${RUN}`,
  'the code of such a statement': `const list = []; for (const one of ['a', 'b']) list.push(one + '@'); ${RUN}`,
  'the condition of such a statement': `const list = []; for (const one of ['one', 'two', 'b']) { if (one === '@') continue; list.push(one) } ${RUN}`,
  'a statement that counts': `const list = []; for (let at = 0; at < 3; at++) list[at] = '@' + at; ${RUN}`,
  'a statement that goes through keys': `const list = []; for (const key in { a: 1, b: 2 }) list.push(key + '@'); ${RUN}`,
  'a statement that repeats': `const list = []; while (list.length < 2) list.push('@'); ${RUN}`,
  'a statement that chooses': `const list = []; if (list.length === 0) list.push('@'); else list.pop(); ${RUN}`,
  'a statement that switches': `const list = []; switch (list.length) { case 0: list.push('@') } ${RUN}`,
  'a statement that catches': `const list = []; try { JSON.parse('{') } catch { list.push('@') } ${RUN}`,
  'a statement that leaves a label': `const list = ['b']; out: for (const one of ['one', 'two']) { if (one === '@') break out; list.push(one) } ${RUN}`,
  'a block': `const list = []; { const text = '@'; list.push(text) } ${RUN}`,
  'a sort by a function': `const list = ['a one', 'b two']; list.sort((x, y) => Number(y.endsWith('@')) - Number(x.endsWith('@'))); ${RUN}`,
  'a map that is filled': `const list = new Map(); list.set('a', '@'); export default { up(db) { for (const one of list.values()) db.exec(one) }, irreversible: 'x' }`,
  'members that a function fills in': `const to = {}; const fill = (to, all) => { all.forEach((one, at) => { to[one] = at }) }; fill(to, ['@', 'b']); export default { up(db) { db.exec(to) }, irreversible: 'x' }`,
  'a statement that freezes': `const to = { sql: '@' }; Object.freeze(to); export default { up(db) { db.exec(to.sql) }, irreversible: 'x' }`,
  'a function called by a statement': `const list = []; (() => { list.push('@') })(); ${RUN}`,
  'a counter of a statement': `let list = 0; for (const one of ['one', 'two', 'two']) if (one === '@') list++; export default { up(db) { db.exec(list) }, irreversible: 'x' }`,
}

const HELPER = { '_c.ts': 'export const list = []' }
const TAKES = `import { list } from './_c.js';`

const FILES: Readonly<Record<string, Folder>> = {
  'a constant of a helper': {
    '001_case.ts': `import { list } from './_b.js'; ${RUN}`,
    '_b.ts': `export const list = []; const a = list.push('@')`,
  },
  'a call of what a helper gives': {
    '001_case.ts': `import { list, define } from './_b.js'; const a = define('@'); ${RUN}`,
    '_b.ts': `export const list = []; export function define(s) { list.push(s) }`,
  },
  'a call through a whole helper': {
    '001_case.ts': `import * as b from './_b.js'; const a = b.define('@'); export default { up(db) { db.exec(b.list) }, irreversible: 'x' }`,
    '_b.ts': `export const list = []; export function define(s) { list.push(s) }`,
  },
  'a helper of which nothing is imported': {
    '001_case.ts': `import {} from './_b.js'; ${TAKES} ${RUN}`,
    '_b.ts': `${TAKES} list.push('@')`,
    ...HELPER,
  },
  'a helper that is not mentioned': {
    '001_case.ts': `import { b } from './_b.js'; ${TAKES} const c = b; ${RUN}`,
    '_b.ts': `${TAKES} export const b = list.push('@')`,
    ...HELPER,
  },
  'a statement of a helper that is not mentioned': {
    '001_case.ts': `import { b } from './_b.js'; ${TAKES} const c = b; ${RUN}`,
    '_b.ts': `${TAKES} list.push('@'); export const b = 1`,
    ...HELPER,
  },
  'a helper that is passed on': {
    '001_case.ts': `export { b } from './_b.js'; ${TAKES} ${RUN}`,
    '_b.ts': `${TAKES} export const b = list.push('@')`,
    ...HELPER,
  },
  'a helper among those that are passed on as a whole': {
    '001_case.ts': `import { list } from './_d.js'; ${RUN}`,
    '_d.ts': `export * from './_c.js'; export * from './_b.js'`,
    '_b.ts': `${TAKES} export const b = list.push('@')`,
    ...HELPER,
  },
  'a helper of a helper': {
    '001_case.ts': `import { list } from './_c.js'; ${RUN}`,
    '_b.ts': `import { push } from './_e.js'; export const b = push('@')`,
    '_e.ts': 'export const all = []; export const push = (x) => all.push(x)',
    '_c.ts': `import { b } from './_b.js'; import { all } from './_e.js'; export const list = all; export const c = b`,
  },
  'helpers that import each other': {
    '001_case.ts': `import { list } from './_b.js'; ${RUN}`,
    '_b.ts': `import { c } from './_c.js'; export const list = []; export const b = () => c`,
    '_c.ts': `import { b } from './_b.js'; export const c = globalThis.add('@')`,
  },
  'data in JSON': {
    '001_case.ts': `import data from './_b.json' with { type: 'json' }; const list = []; const a = data.map((x) => list.push(x)); ${RUN}`,
    '_b.json': `["@"]`,
  },
}

const written = (texts: Folder, word: string): Folder =>
  Object.fromEntries(
    Object.entries(texts).map(([file, text]) => [file, text.replace(/@(?!description)/g, word)]),
  )

const FILLED: Readonly<Record<string, Folder>> = {
  'a list that a helper fills': {
    '001_case.ts': `import { list } from './_b.js'; ${RUN}`,
    '_b.ts': `export const list = []; for (const one of ['a', 'b']) list.push(one + '@')`,
  },
}

type Pairs = readonly (readonly [why: string, one: Folder, other: Folder])[]

const pairs = (cases: Readonly<Record<string, string | Folder>>): Pairs =>
  Object.entries(cases).map(([why, given]) => {
    const texts = typeof given === 'string' ? { '001_case.ts': given } : given
    return [why, written(texts, 'one'), written(texts, 'two')]
  })

/** Why, and the two. */
export const ACTING = pairs({ ...ONE_FILE, ...FILES })

/** The same for what only the other side says, which earlier builds did not look at. */
export const SIDES = pairs(TO_DOWN)

/** Those in which statements act, which all builds have described. */
export const STATEMENTS = pairs({ ...FILLING, ...FILLED })
