// Values that `up` moves into a table which `down` drops: whether they come back.
import { expect } from 'vitest'
import { factsOf } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

const W = 'CREATE TABLE w (id INTEGER PRIMARY KEY, address TEXT, stock INTEGER NOT NULL DEFAULT 0)'
const A = 'CREATE TABLE a (id INTEGER PRIMARY KEY, w INTEGER NOT NULL, text TEXT NOT NULL)'
const MOVE = 'INSERT INTO a (w, text) SELECT id, address FROM w WHERE address IS NOT NULL'
const L =
  "CREATE TABLE l (w INTEGER NOT NULL, place TEXT NOT NULL DEFAULT 'main', n INTEGER NOT NULL, PRIMARY KEY (w, place))"
const UP = `${A}; ${MOVE}; ALTER TABLE w DROP COLUMN address`
const UP_STOCK = `${L}; INSERT INTO l (w, n) SELECT id, stock FROM w; ALTER TABLE w DROP COLUMN stock`
const ADD = 'ALTER TABLE w ADD COLUMN address TEXT'
const ADD_STOCK = 'ALTER TABLE w ADD COLUMN stock INTEGER NOT NULL DEFAULT 0'
const back = (text: string): string =>
  `UPDATE w SET address = (SELECT ${text} FROM a WHERE a.w = w.id)`
const stock = (place: string): string =>
  `UPDATE w SET stock = coalesce((SELECT n FROM l WHERE l.w = w.id AND place = '${place}'), 0)`

testSome([
  ['nothing does', UP, `${ADD}; DROP TABLE a`, 'address'],
  ['the table goes first', UP, `DROP TABLE a; ${ADD}`, 'address'],
  ['the copy finds none', UP_STOCK, `${ADD_STOCK}; ${stock('shop')}; DROP TABLE l`, 'stock'],
])('they do not come back: %s', async (_name, up, down, column) => {
  expect(await factsOf([W, { up, down }])).toMatchObject([
    { kind: 'values-changed', lost: 'forsaken', table: 'w', column, at: { direction: 'down' } },
  ])
})

testSome([
  ['they come back', UP, `${ADD}; ${back('text')}; DROP TABLE a`],
  ['one of several comes back', UP, `${ADD}; ${back('max(text)')}; DROP TABLE a`],
  ['numbers come back', UP_STOCK, `${ADD_STOCK}; ${stock('main')}; DROP TABLE l`],
  ['they stay where they are', UP, ADD],
  ['they were moved nowhere', `${A}; ALTER TABLE w DROP COLUMN address`, `${ADD}; DROP TABLE a`],
  ['the column is another one', `${A}; ${MOVE}`, 'DROP TABLE a; ALTER TABLE w ADD COLUMN b TEXT'],
])('nothing is told where %s', async (_name, up, down) => {
  const found = await factsOf([W, { up, down }])
  expect(found.filter(({ kind }) => kind === 'values-changed')).toEqual([])
})

testSome([
  ['unhex(key)', []],
  ['key', ['unreturned handle']],
])('a blob that `up` moves as a text comes back as %s', async (key, told) => {
  const made = 'CREATE TABLE k (id INTEGER PRIMARY KEY, handle BLOB NOT NULL)'
  const up =
    'CREATE TABLE n (id INTEGER PRIMARY KEY, key TEXT); INSERT INTO n SELECT id, hex(handle) FROM k; DROP TABLE k'
  const down = `${made}; INSERT INTO k SELECT id, ${key} FROM n; DROP TABLE n`
  const found = await factsOf([made, { up, down }])
  expect(
    found.flatMap((one) => (one.kind === 'values-changed' ? [`${one.lost} ${one.column}`] : [])),
  ).toEqual(told)
})
