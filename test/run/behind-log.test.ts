// What is there of versions that the ledger does not have is told with what the log says of them last.
import { expect, test } from 'vitest'
import { databases } from '../support/databases.js'
import { managerOf } from '../support/manager-of.js'
import { registryOf } from '../support/registry.js'
import { withDigests } from '../support/replayed.js'

const files = databases()

const registry = withDigests(
  registryOf({ up: 'CREATE TABLE a (x)' }, { up: 'CREATE TABLE b (x)', down: 'SELECT 1' }),
)

function applied() {
  const db = files.open()
  const manager = managerOf(db, registry)
  manager.migrate()
  const told = (): string[] =>
    manager.verify().problems.map(({ message, fix }) => `${message} ${fix}`)
  return { db, manager, told }
}

test('that it was marked as pending', () => {
  const { manager, told } = applied()
  manager.mark(2, { as: 'pending' })
  const marked = /002 was marked as pending at \d{4}-.*T.*Z\. Undo it by hand, and apply 002/
  expect(told()).toEqual([expect.stringMatching(marked)])
})

test('that it was rolled back', () => {
  const { manager, told } = applied()
  manager.rollback()
  const undone = /002 was rolled back at \d{4}-.*T.*Z\. Its down left it there/
  expect(told()).toEqual([expect.stringMatching(undone)])
})

test('nothing where it was recorded again since', () => {
  const { db, manager, told } = applied()
  for (const as of ['pending', 'applied'] as const) manager.mark(2, { as })
  db.exec("DELETE FROM _migrations WHERE version = '002'")
  expect(told()).toEqual([expect.stringMatching(/there: table b\. If 002 was applied, record it/)])
})
