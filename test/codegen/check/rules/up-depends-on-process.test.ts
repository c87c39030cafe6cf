// UP_DEPENDS_ON_PROCESS
import { expect, test } from 'vitest'
import type { Fact, ProcessDependent } from '../../../../codegen/model/evidence.js'
import { migrationWith } from '../check-folder.js'
import { onlyFinding, placeIn } from '../replayed-folder.js'

const folder = { '001_a.ts': migrationWith('up(db) { for (const one of list) db.exec(one) }') }
const bound = (values: string) => ({ text: 'INSERT INTO a VALUES (?)', values })
const factWith = (more: Partial<ProcessDependent>): Fact => ({
  kind: 'process-dependent',
  at: placeIn(1, { script: null, offset: null, statement: null }),
  together: bound('["x"]'),
  alone: null,
  failure: null,
  ...more,
})
test('invalid: says what it binds otherwise, and what it throws', async () => {
  const other = await onlyFinding(folder, { facts: [factWith({ alone: bound('["y"]') })] })
  expect(other.message).toContain('and alone `INSERT INTO a VALUES (?)` with ["y"].')
  const thrown = await onlyFinding(folder, { facts: [factWith({ failure: 'no x.' })] })
  expect(thrown.message).toContain('in the same process: alone it fails with "no x". A fresh')
})
