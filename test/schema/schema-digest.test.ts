// Digests of schemas: what the registry carries of each version, and what can be told from it.
import { describe, expect, test } from 'vitest'
import type { Registry } from '../../src/model/registry.js'
import {
  diffDigests,
  digestObjects,
  historyUpTo,
  schemaChanges,
  schemaDigest,
} from '../../src/schema/schema-digest.js'
import { canonical } from '../../src/schema/canonical.js'
import { schemaOf } from './read.js'

const A = 'CREATE TABLE a (x TEXT);'
const I = 'CREATE INDEX i ON a (x);'
const B = 'CREATE TABLE b (y);'

/** Versions that lead from one of these scripts to the next. */
function registryOf(...scripts: readonly string[]): Registry<never> {
  return scripts.map((script, at) => {
    const [before, after] = [schemaOf(scripts[at - 1] ?? ''), schemaOf(script)]
    const changes = schemaChanges(before, after)
    return {
      version: at + 1,
      schemaDigest: schemaDigest(digestObjects(after)),
      schemaChanges: changes,
    }
  }) as unknown as Registry<never>
}

test('digests stay what they are from one Lockstep to the next', () => {
  const schema = schemaOf(`${A}${I}CREATE VIEW v AS SELECT x FROM a;`)
  expect(Object.fromEntries(digestObjects(schema))).toMatchInlineSnapshot(`
    {
      "index i": "912087d6cc2104f6",
      "table a": "6e8bae527edfcec7",
      "view v": "8df503805f5f5afe",
    }
  `)
  expect(schemaDigest(digestObjects(schema))).toMatchInlineSnapshot(
    `"1:d2928e8bb480868e2e4bbd8290c12000"`,
  )
  expect(schemaDigest(new Map())).toMatch(/^1:[\da-f]{32}$/)
})

test('changes hold what was made, changed and removed, and nothing else', () => {
  const changes = schemaChanges(
    schemaOf(A + I + B),
    schemaOf(`${A.replace('TEXT', 'BLOB')}${B}CREATE VIEW v AS SELECT 1`),
  )
  expect(changes).toEqual({
    'index i': null,
    'table a': expect.stringMatching(/^[\da-f]{16}$/),
    'view v': expect.stringMatching(/^[\da-f]{16}$/),
  })
})

test('put together, the changes are the digests of the whole schema', () => {
  const scripts = [A, A + I, A + I + B, B + A, A.replace('x', 'z'), '']
  const registry = registryOf(...scripts)
  scripts.forEach((script, at) => {
    const history = historyUpTo(registry, at + 1)
    const digests = digestObjects(schemaOf(script))
    expect(new Map([...(history?.objects ?? [])].sort())).toEqual(new Map([...digests].sort()))
    expect(schemaDigest(history?.objects ?? new Map())).toBe(registry[at]?.schemaDigest)
  })
  expect([...(historyUpTo(registry, 6)?.known ?? [])].sort()).toEqual([
    'index i',
    'table a',
    'table b',
  ])
  expect(historyUpTo(registry, 0)).toEqual({ objects: new Map(), known: new Set() })
})

describe('a history is unknown', () => {
  const registry = registryOf(A, A + I)
  test.each([
    ['without digests', { schemaDigest: undefined }],
    ['without changes', { schemaChanges: undefined }],
    ['with digests of another algorithm', { schemaDigest: '2:a' }],
  ])('%s', (_, lacking) => {
    const other = registry.map((entry) => (entry.version === 2 ? { ...entry, ...lacking } : entry))
    expect(historyUpTo(other as Registry<never>, 2)).toBeUndefined()
    expect(historyUpTo(other as Registry<never>, 1)).toBeDefined()
  })
})

test('objects are told that differ, are lost, or should be gone; those of others are not', () => {
  const registry = registryOf(A + I + B, A + I)
  const found = schemaOf(`${A.replace('TEXT', 'BLOB')}${B}CREATE TABLE theirs (x)`)
  expect(
    diffDigests(historyUpTo(registry, 2)!, found).map(({ object, change }) => [object, change]),
  ).toEqual([
    ['table a', 'changed'],
    ['index i', 'lost'],
    ['table b', 'added'],
  ])
  expect(diffDigests(historyUpTo(registry, 2)!, schemaOf(A + I))).toEqual([])
})

test('IF NOT EXISTS in a schema that somebody has written by hand is no name', () => {
  const [plain, guarded] = ['CREATE TABLE', 'CREATE TABLE IF NOT EXISTS'].map((words) =>
    canonical('table', `${words} e (id INTEGER PRIMARY KEY AUTOINCREMENT)`),
  )
  expect(guarded).toEqual(plain)
  expect(canonical('table', 'CREATE TABLE if (b)').text).toBe('(b)')
})
