// What is called on an object that stands in for a handle, or on a handle that is changed, may do anything with a text.
import { describe, expect, test } from 'vitest'
import { digestsOfFile, upOf } from './checksums-of.js'

const TEXT = 'SELECT * FROM users'
const OTHERS = ['select * from users', 'SELECT * FROM  users', 'SELECT * FROM users -- all']
const INSERT = `const insert = db.prepare('INSERT INTO a VALUES (?)'); const put = (text) => insert.run(text);`
const BOUND = 'insert.run.bind(insert)'

type Place = readonly [body: string, above?: string]

const written = ([body, above = '']: Place, text: string): string => {
  const put = (code: string): string => code.replaceAll('@', JSON.stringify(text))
  return upOf(put(`${INSERT} ${body}`), put(above))
}

const PROXY = 'new Proxy(db, { get: () => put })'

const UNSEEN: Readonly<Record<string, Place>> = {
  'a proxy': [`const p = ${PROXY}; p.exec(@)`],
  'a proxy without a name': [`(${PROXY}).exec(@)`],
  'a proxy that can be revoked': [
    'const { proxy } = Proxy.revocable(db, { get: () => put }); proxy.exec(@)',
  ],
  'a proxy by another name of Proxy': [
    'const P = Proxy; const p = new P(db, { get: () => put }); p.exec(@)',
  ],
  'a proxy that is passed on': [`fill(${PROXY})`, 'function fill(handle) { handle.exec(@) }'],
  'a proxy that is passed on for the handle': [
    `fill(${PROXY})`,
    'const fill = (db) => db.prepare(@)',
  ],
  'a proxy of the context': [
    'const own = new Proxy(ctx, { get: () => ({ exec: put }) }); own.db.exec(@)',
  ],
  'a proxy that is answered': [
    'wrap(db, put).exec(@)',
    'function wrap(db, put) { return new Proxy(db, { get: () => put }) }',
  ],
  'a proxy that an arrow answers': [
    'const p = wrap(db, put); p.exec(@)',
    'const wrap = (db, put) => new Proxy(db, { get: () => put })',
  ],
  'a proxy that a constructor answers': [
    'new Wrap(db, put).exec(@)',
    'class Wrap { constructor(db, put) { return new Proxy(db, { get: () => put }) } }',
  ],
  'a proxy in a list': [`for (const one of [${PROXY}]) one.exec(@)`],
  'a proxy in an object': [`const all = { one: ${PROXY} }; all.one.exec(@)`],
  'a proxy by a key': [`const all = { one: ${PROXY} }; for (const key in all) all[key].exec(@)`],
  'a proxy in a map': [`const all = new Map(); all.set('one', ${PROXY}); all.get('one').exec(@)`],
  'an heir in a list that is made of another': [
    '[db].map((one) => Object.create(one, { exec: { value: put } })).forEach((one) => one.exec(@))',
  ],
  'an heir that is waited for': [
    'Promise.resolve(Object.create(db, { exec: { value: put } })).then((one) => one.exec(@))',
  ],
  'a proxy that is chosen': [`(ctx ? db : ${PROXY}).exec(@)`],
  'a proxy that is frozen': [`const p = Object.freeze(${PROXY}); p.exec(@)`],
  'a proxy that is waited for': [`const p = await Promise.resolve(${PROXY}); p.exec(@)`],
  'a proxy that a member becomes': [`ctx.db = ${PROXY}; const { db: own } = ctx; own.exec(@)`],
  'a proxy that is asked for a pragma': [`const p = ${PROXY}; p.pragma(@)`],
  'a handle that inherits': [
    'const own = Object.create(db, { exec: { value: put } }); own.exec(@)',
  ],
  'one that inherits, in an object': [
    'const all = { one: Object.create(db, { exec: { value: put } }) }; for (const key of Object.keys(all)) all[key].exec(@)',
  ],
  'one that is given a prototype': [
    'const own = {}; Object.setPrototypeOf(own, { exec: put }); own.exec(@)',
  ],
  'a literal with a prototype': ['const own = { __proto__: { exec: put } }; own.exec(@)'],
  'a spread copy': ['const own = { ...db, exec: put }; own.exec(@)'],
  'a spread copy that is copied over': ['const own = { ...db, ...{ exec: put } }; own.exec(@)'],
  'a copy': ['const own = Object.assign({}, db, { exec: put }); own.exec(@)'],
  'a bound method': [`const own = { exec: ${BOUND} }; own.exec(@)`],
  'a method by its name': [`const exec = ${BOUND}; const own = { exec }; own.exec(@)`],
  'a getter': ['const own = { get exec() { return put } }; own.exec(@)'],
  'a computed name': ["const own = { ['ex' + 'ec']: put }; own.exec(@)"],
  'a computed name of a class': [
    'new Own().exec(@)',
    "const list = []; class Own { ['ex' + 'ec'](text) { list.push(text) } }",
  ],
  'a field of a class': [
    'new Own().exec(@)',
    'const list = []; const put = list.push.bind(list); class Own { exec = put }',
  ],
  'a member that a constructor sets': [
    'new Own(put).exec(@)',
    'class Own { constructor(put) { this.exec = put } }',
  ],
  'a member that a constructor sets by a key': [
    'new Own(put).exec(@)',
    "class Own { constructor(put) { this['ex' + 'ec'] = put } }",
  ],
  'a method that is set': ['db.exec = put; db.exec(@)'],
  'a method that is set in brackets': ["db['exec'] = put; db.exec(@)"],
  'a method that is set by a key': ["db['ex' + 'ec'] = put; db.exec(@)"],
  'a method that is set in a pattern': ['[db.exec] = [put]; db.exec(@)'],
  'a method that is set by a name in a pattern': ['({ put: db.exec } = { put }); db.exec(@)'],
  'a method that a loop sets': ['for (db.exec of [put]) db.exec(@)'],
  'a method that is set by another name of the handle': [
    'const own = db; own.exec = put; db.exec(@)',
  ],
  'a method that a function sets': [
    'change(db, put); db.exec(@)',
    'const change = (handle, put) => { handle.exec = put }',
  ],
  'a method that is set for a name that is passed on': [
    'db.exec = put; fill(db)',
    'const fill = (handle) => handle.exec(@)',
  ],
  'a defined method': ["Object.defineProperty(db, 'exec', { value: put }); db.exec(@)"],
  'defined methods': ['Object.defineProperties(db, { exec: { value: put } }); db.exec(@)'],
  'a method by reflection': ["Reflect.set(db, 'exec', put); db.exec(@)"],
  'a method by reflection, defined': [
    "Reflect.defineProperty(db, 'exec', { value: put }); db.exec(@)",
  ],
  'an assigned method': ['Object.assign(db, { exec: put }); db.exec(@)'],
  'an assigned method by another name of assign': [
    'const { assign } = Object; assign(db, { exec: put }); db.exec(@)',
  ],
  'a getter that is defined': ["db.__defineGetter__('exec', () => put); db.exec(@)"],
  'a method of the prototype': ['Object.getPrototypeOf(db).exec = put; db.exec(@)'],
  'a method of the class': ['db.constructor.prototype.exec = put; db.exec(@)'],
  'another prototype': ['db.__proto__ = { exec: put }; db.exec(@)'],
  'a subclass that is passed on': [
    "const own = new Own(':memory:'); fill(own); for (const one of own.list) put(one)",
    `import Database from 'better-sqlite3'
     class Own extends Database { list = []; exec(text) { this.list.push(text) } }
     const fill = (db) => db.exec(@)`,
  ],
  'a subclass of a subclass': [
    'new More().exec(@)',
    'class Own { exec = [].push.bind([]) } class More extends Own {}',
  ],
}

test.each(Object.entries(UNSEEN))('a text may be data on %s', (_, place) => {
  const digests = [TEXT, ...OTHERS].map((text) => written(place, text))
  expect(new Set(digests).size).toBe(digests.length)
})

const RUN: Readonly<Record<string, Place>> = {
  'a handle that is passed on': ['fill(db)', 'const fill = (handle) => handle.exec(@)'],
  'a handle in an object': ['fill({ db, dry: true })', 'const fill = ({ db }) => db.exec(@)'],
  'a handle beside what is made': [
    'fill({ db, more: Object.assign({}, { a: 1 }) })',
    'function fill({ db }) { db.exec(@) }',
  ],
  'a handle beside rows that are changed': [
    `for (const row of db.prepare('SELECT a, query FROM a').all()) { row.query = row.a; row[row.a] = 1; put(row.query) } db.exec(@)`,
  ],
  'a handle beside copies of rows': [
    `const rows = db.prepare('SELECT a FROM a').all().map((row) => ({ ...row, b: 1 })); Object.assign(rows[0], { a: 1 }); db.exec(@)`,
  ],
  'a handle beside a proxy of something else': [
    'const seen = new Proxy({}, { get: () => 1 }); put(seen.a); db.exec(@)',
  ],
  'a handle that a class keeps': [
    'new Own(db).go()',
    'class Own { constructor(db) { this.db = db; this.query = 1 } go() { this.db.exec(@) } }',
  ],
  'a handle in a list, beside copies of rows': [
    `const rows = db.prepare('SELECT a FROM a').all().map((row) => Object.assign({}, row)); rows.forEach((row) => { for (const one of [db]) one.exec(@) })`,
  ],
  'a handle of the context': ['ctx.db.exec(@)'],
  'a handle that is opened': [
    "const own = new Database(':memory:', { readonly: true }); own.exec(@)",
    "import Database from 'better-sqlite3'",
  ],
  'a handle of a class that adds to it': [
    "const own = new Own(':memory:'); own.exec(@)",
    "import Database from 'better-sqlite3'; class Own extends Database { count = 0; more() { return 1 } }",
  ],
  'a handle that a function answers': ['open(db).exec(@)', 'function open(db) { return db }'],
  'a handle that another wraps': [
    'const own = wrap(db, { schema: {} }); own.query(@)',
    "import { wrap } from 'a-package'",
  ],
}

test.each(Object.entries(RUN))('a text is run on %s', (_, place) => {
  expect(written(place, OTHERS[0]!)).toBe(written(place, TEXT))
  expect(written(place, OTHERS[1]!)).toBe(written(place, TEXT))
})

describe('what an earlier build recorded', () => {
  test('is still known', () => {
    const { checksums, formerly } = digestsOfFile(
      `export default { up(db) { const p = ${PROXY}; p.exec('select  1') }, irreversible: 'x' }`,
    )
    expect(formerly.length).toBeGreaterThan(0)
    expect(formerly).not.toContain(checksums.up)
  })
})
