// Which names of two histories of one database are told of.
import { expect, test } from 'vitest'
import { madeBy } from '../../codegen/made-by.js'
import type { Proof } from '../../codegen/model/evidence.js'
import type { Made } from '../../codegen/model/result.js'
import { sharedObjects, type NamedSettings } from '../../src/cli/generate/shared-objects.js'
import { testSome } from '../support/some-of.js'

test('what another history has made is not made by who changes it', () => {
  const table = { type: 'table', name: 't', module: null } as never
  const changed = {
    kind: 'other-changed',
    version: 1,
    object: 'table t',
    history: 'a',
    gone: false,
  }
  const version = { version: 1, catalog: { 'table t': table, 'table u': table } }
  const proofOf = (facts: readonly object[]): Proof =>
    ({ complete: true, versions: [{ ...version, facts }] }) as never
  expect(Object.keys(madeBy(proofOf([]), []).objects)).toEqual(['table t', 'table u'])
  expect(Object.keys(madeBy(proofOf([changed]), []).objects)).toEqual(['table u'])
})

const settingsOf = (name: string, other: string): NamedSettings => ({
  name,
  history: name,
  table: `_migrations_${name}`,
  histories: { [other]: { migrations: other, table: `_migrations_${other}`, out: other } },
  rules: {},
  overrides: [],
})

const made = (
  file: string,
  objects: Readonly<Record<string, boolean>>,
  needs: readonly string[] = [],
): Made => ({
  objects: Object.fromEntries(
    Object.entries(objects).map(([key, stays]) => [key, { file, stays }]),
  ),
  needs,
})

const A = 'a/001.sql'
const B = 'b/001.sql'

testSome<[string, Made, Made, string[]]>([
  ['both have it', made(A, { 'table t': true }), made(B, { 'table t': true }), [B]],
  ['one had it', made(A, { 'table t': false }), made(B, { 'table t': true }), [B]],
  [
    'another kind had it',
    made(A, { 'view t': true, 'table t': false }),
    made(B, { 'index t': false }),
    [B],
  ],
  ['a trigger has it', made(A, { 'trigger t': true }), made(B, { 'table t': true }), []],
  ['neither has it in the end', made(A, { 'table t': false }), made(B, { 'table t': false }), [B]],
  [
    'neither has it in the end, and one is needed',
    made(A, { 'table t': false }),
    made(B, { 'table t': false }, ['a']),
    [],
  ],
  [
    'one had it, and is needed',
    made(A, { 'table t': false }),
    made(B, { 'table t': true }, ['a']),
    [],
  ],
  [
    'both have it, and one is needed',
    made(A, { 'table t': true }),
    made(B, { 'table t': true }, ['a']),
    [B],
  ],
])('where %s', (_, a, b, files) => {
  const found = sharedObjects([settingsOf('a', 'b'), settingsOf('b', 'a')], [a, b])
  expect(found.map(({ file }) => file)).toEqual(files)
})
