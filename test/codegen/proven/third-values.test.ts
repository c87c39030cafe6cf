// A `down` that sets to a value of its own what `up` has set to another one.
import { expect } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const step = (up: string, down: string): string => `-- migrate:up\n${up}\n-- migrate:down\n${down}`
const M = `CREATE TABLE m (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, state TEXT);
-- migrate:down
DROP TABLE m;`

const lost = async (change: string): Promise<string[]> =>
  (await codesIn(M, change)).filter((code) => code.includes('VALUES_LOST'))

testSome([
  step('UPDATE m SET kind = 4 WHERE kind = 3;', 'UPDATE m SET kind = 2 WHERE kind = 4;'),
  step('UPDATE m SET kind = 4 WHERE kind = 3;', 'UPDATE m SET kind = 2;'),
  step(
    "UPDATE m SET state = 'done' WHERE state = 'ready';",
    "UPDATE m SET state = 'open' WHERE state = 'done';",
  ),
])('a third value is told: %s', async (change) =>
  expect(await lost(change)).toEqual([
    `warning VALUES_LOST m.${change.includes('SET state') ? 'state' : 'kind'}`,
  ]),
)

testSome([
  step('UPDATE m SET kind = 4 WHERE kind = 3;', 'UPDATE m SET kind = 3 WHERE kind = 4;'),
  step('UPDATE m SET kind = 4 WHERE kind = 3;', 'UPDATE m SET kind = 2 WHERE kind = 5;'),
  step(
    "UPDATE m SET state = 'closed' WHERE state IN ('done', 'refused');",
    "UPDATE m SET state = 'unknown' WHERE state = 'closed';",
  ),
  step(
    "UPDATE m SET state = 'open' WHERE state IS NULL;",
    "UPDATE m SET state = 'new' WHERE state = 'open';",
  ),
])('none where it comes back, is left, or was several: %s', async (change) =>
  expect(await lost(change)).toEqual([]),
)
