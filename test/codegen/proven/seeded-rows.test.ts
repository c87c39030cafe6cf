// Rows of earlier versions that a step inserts once more in the place of what the application has made of them.
import { expect } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const TABLE = 'CREATE TABLE s (key TEXT PRIMARY KEY, value TEXT);'
const SEEDED = `${TABLE} INSERT INTO s (key, value) VALUES ('theme', 'light'), ('font', 'serif');`
const REPLACING =
  "INSERT OR REPLACE INTO s (key, value) VALUES ('theme', 'system'), ('size', '12');"
const UPSERT = `${REPLACING.replace('OR REPLACE ', '').replace(';', '')} ON CONFLICT (key) DO UPDATE SET value = excluded.value;`

testSome([REPLACING, UPSERT])('is told: %s', async (change) =>
  expect(await codesIn(SEEDED, change)).toEqual(['info VALUES_LOST s.value']),
)

testSome([
  [TABLE, REPLACING],
  [TABLE, UPSERT],
  [SEEDED, REPLACING.replace('OR REPLACE', 'OR IGNORE')],
  [SEEDED, "UPDATE s SET value = 'system' WHERE key = 'theme';"],
  [SEEDED, `DELETE FROM s WHERE key = 'theme'; ${REPLACING.replace('OR REPLACE ', '')}`],
  [SEEDED.replaceAll(/\bvalue\b/g, 'label'), REPLACING.replace('value)', 'label)')],
  [
    `${TABLE} INSERT INTO s (key, value) VALUES ('schema_version', '10');`,
    "INSERT OR REPLACE INTO s (key, value) VALUES ('schema_version', '11');",
  ],
])('other rows, other lists, or by name: %s %s', async (table, change) =>
  expect(await codesIn(table, change)).toEqual([]),
)

testSome([
  ['schema_version', '9'],
  ['schema_version', 'old'],
  ['tls_version', '11'],
])('is told of what is no version of the schema that goes up: %s %s', async (key, value) =>
  expect(
    await codesIn(
      `${TABLE} INSERT INTO s (key, value) VALUES ('${key}', '10');`,
      `INSERT OR REPLACE INTO s (key, value) VALUES ('${key}', '${value}');`,
    ),
  ).toEqual(['info VALUES_LOST s.value']),
)
