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
])('other rows, other lists, or by name: %s %s', async (table, change) =>
  expect(await codesIn(table, change)).toEqual([]),
)
