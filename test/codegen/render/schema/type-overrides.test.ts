// The configuration gives columns other types than their declarations say; what it says in vain is told.
import { describe, expect, test } from 'vitest'
import { finalCatalog } from '../../../../codegen/check/subject/catalog-history.js'
import { orderSchema } from '../../../../codegen/render/schema/order-schema.js'
import { schemaRows } from '../../../../codegen/render/schema/row-columns.js'
import type { TypeOverrides } from '../../../../codegen/render/schema/type-overrides.js'
import { unusedTypes } from '../../../../codegen/render/schema/schema-files.js'
import { settingsFor } from '../../../support/project.js'
import { proveScripts } from './prove-scripts.js'

const { proof } = proveScripts(`
  CREATE TABLE users (id INTEGER PRIMARY KEY, meta JSON NOT NULL, extra json, "Odd.name" TEXT);
  CREATE VIEW shown AS SELECT id, meta AS m, count(*) AS n FROM users GROUP BY id;
  CREATE VIEW both AS SELECT meta FROM users UNION SELECT extra FROM users;
`)

const rowsWith = (types: TypeOverrides) =>
  schemaRows(
    orderSchema(finalCatalog(proof), { ledger: '_migrations', ignoreTables: [] }),
    proof.views,
    types,
  )

/** `table.column: type`, of the columns that get another one. */
function changed(types: TypeOverrides): string[] {
  const typesOf = (given: TypeOverrides): string[] => {
    const { tables, views } = rowsWith(given)
    return [...tables, ...views].flatMap(([{ name }, row]) =>
      row.map((column) => `${name}.${column.name}: ${column.type}${column.nullable ? '?' : ''}`),
    )
  }
  const before = new Set(typesOf({}))
  return typesOf(types).filter((line) => !before.has(line))
}

test.each<[TypeOverrides, string[]]>([
  [{ 'users.meta': 'Meta' }, ['users.meta: Meta', 'shown.m: Meta']],
  [{ JSON: 'unknown' }, ['users.meta: unknown', 'users.extra: unknown?', 'shown.m: unknown']],
  [{ 'USERS.Extra': "'a' | 'b'" }, ["users.extra: 'a' | 'b'?"]],
  [
    { JSON: 'unknown', 'users.extra': 'Extra' },
    ['users.meta: unknown', 'users.extra: Extra?', 'shown.m: unknown'],
  ],
  [{ 'users.odd.name': 'Odd' }, ['users.Odd.name: Odd?']],
  [{ 'shown.n': 'bigint' }, ['shown.n: bigint']],
  [{ 'shown.m': 'M' }, ['shown.m: M']],
  [{ 'users.meta': 'Meta<' }, []],
  [{ 'users.extra': '() => string' }, ['users.extra: (() => string)?']],
  [{ 'users.extra': 'abstract new () => Date' }, ['users.extra: (abstract new () => Date)?']],
  [{ 'users.extra': 'A extends B ? C : D' }, ['users.extra: (A extends B ? C : D)?']],
  [{ 'users.extra': 'keyof A | B[]' }, ['users.extra: keyof A | B[]?']],
])('%j gives %j', (types, lines) => {
  expect(changed(types)).toEqual(lines)
})

describe('what it says in vain', () => {
  const problems = (types: TypeOverrides) =>
    unusedTypes(settingsFor('/app', { types }), rowsWith(types)).map(
      ({ code, severity, message }) => `${severity} ${code} ${message}`,
    )
  test.each([
    [{ 'user.meta': 'Meta' }, /^warning TYPE_UNUSED .*for user\.meta, but no column has/],
    [{ JSONB: 'unknown' }, /for JSONB, but no column has that name or declared type/],
    [{ JSON: 'Meta<' }, /for JSON, but `Meta<` is not a TypeScript type/],
    [{ JSON: 'A, B' }, /for JSON, but `A, B` is not a TypeScript type/],
    [{ JSON: 'A] | [B' }, /is not a TypeScript type/],
    [{ JSON: 'A?' }, /is not a TypeScript type/],
    [{ JSON: 'a; b' }, /for JSON, but `a; b` is not a TypeScript type/],
  ])('%j', (types, message) => {
    expect(problems(types as TypeOverrides)).toEqual([expect.stringMatching(message)])
  })
  test('is nothing where all of it is used', () => {
    expect(problems({ json: 'unknown', 'users.meta': 'Meta', 'shown.n': 'bigint' })).toEqual([])
  })
})
