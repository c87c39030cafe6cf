// What plans, and facts about databases, say: what goes on, what is declared, and whose it is.
import { expect, it } from 'vitest'
import { renderInfo } from '../../src/cli/render/info.js'
import { renderPlan } from '../../src/cli/render/plan.js'
import { makeStyle } from '../../src/cli/terminal/style.js'

const plain = makeStyle({ colors: 'off', listing: 'whole' })

it('a plan: tells what is declared, and what goes on', () => {
  const step = { version: 1, id: '001', name: 'a', file: 'm/001_a.ts', kind: 'apply' } as const
  const code = { ...step, runs: 'code', statements: null, transaction: 'own' } as const
  const steps = [
    { ...code, declared: true },
    { ...code, batches: true },
    { ...code, batches: true, begun: true },
  ] as const
  const text = renderPlan('a.db', { from: 0, to: 3, steps, warnings: [] }, plain).join('\n')
  expect(text).toMatch(/1\. .* a declared change +m/)
  expect(text).toMatch(/2\. .* a {2}in batches, each in a transaction/)
  expect(text).toMatch(/3\. .* a {2}continues in batches, each in a transaction/)
})

it('facts: about the file once, and about each history in it', () => {
  const contents = { tables: 3, indexes: 1, triggers: 0, views: 0, journalMode: 'wal' }
  const file = { database: 'a.db', exists: true, sizeBytes: 4096, sqliteVersion: '3.50.0' }
  const info = { ...file, ...contents, version: 1, latest: 2, lastMigration: null }
  const both = renderInfo(
    [
      { name: 'core', info },
      { name: 'plugin', info: { ...info, version: 4, latest: 4 } },
    ],
    plain,
  )
  expect(both.map((line) => line.replace(/ {2,}/, ': '))).toEqual([
    'Database: a.db',
    'Size: 4 KB (4,096 bytes)',
    'Schema version of core: 001 of 002',
    'Last migration of core: none',
    'Schema version of plugin: 004 of 004',
    'Last migration of plugin: none',
    'Tables: 3',
    'Indexes: 1',
    'Triggers: 0',
    'Views: 0',
    'Journal mode: wal',
    'SQLite: 3.50.0',
  ])
})
