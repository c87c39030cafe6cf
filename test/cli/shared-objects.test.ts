// Which names of two histories of one database are told of.
import { expect, test } from 'vitest'
import type { Made } from '../../codegen/model/result.js'
import { sharedObjects, type NamedSettings } from '../../src/cli/generate/shared-objects.js'

const settingsOf = (name: string, other: string): NamedSettings => ({
  name,
  history: name,
  table: `_migrations_${name}`,
  histories: { [other]: { migrations: other, table: `_migrations_${other}`, out: other } },
  rules: {},
  overrides: [],
})

const madeBy = (
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

test.each<[string, Made, Made, string[]]>([
  ['both have it', madeBy(A, { 'table t': true }), madeBy(B, { 'table t': true }), [B]],
  ['one had it', madeBy(A, { 'table t': false }), madeBy(B, { 'table t': true }), [B]],
  [
    'another kind had it',
    madeBy(A, { 'view t': true, 'table t': false }),
    madeBy(B, { 'index t': false }),
    [B],
  ],
  ['a trigger has it', madeBy(A, { 'trigger t': true }), madeBy(B, { 'table t': true }), []],
  [
    'neither has it in the end',
    madeBy(A, { 'table t': false }),
    madeBy(B, { 'table t': false }),
    [B],
  ],
  [
    'neither has it in the end, and one is needed',
    madeBy(A, { 'table t': false }),
    madeBy(B, { 'table t': false }, ['a']),
    [],
  ],
  [
    'one had it, and is needed',
    madeBy(A, { 'table t': false }),
    madeBy(B, { 'table t': true }, ['a']),
    [],
  ],
  [
    'both have it, and one is needed',
    madeBy(A, { 'table t': true }),
    madeBy(B, { 'table t': true }, ['a']),
    [B],
  ],
])('where %s', (_, a, b, files) => {
  const found = sharedObjects([settingsOf('a', 'b'), settingsOf('b', 'a')], [a, b])
  expect(found.map(({ file }) => file)).toEqual(files)
})
