// NAME_DISAGREES
import { describe, expect, test } from 'vitest'
import { checkFolder, migrationWith, placesIn } from '../check-folder.js'

const named = (name: string) => ({
  '001_add_users.ts': migrationWith(`name: '${name}', up: 'CREATE TABLE a (b)'`),
})

describe('valid', () => {
  test.each(['add_users', 'AddUsers', 'Add users'])('%s', async (name) => {
    expect(await placesIn(named(name))).toEqual([])
  })
})

test('invalid', async () => {
  const [found, ...more] = await checkFolder(named('add_groups'))
  expect(more).toEqual([])
  expect(found).toMatchObject({ code: 'NAME_DISAGREES', severity: 'error', line: 3, column: 9 })
  expect(found!.message).toBe(
    `The code says the name is 'add_groups', but the file migrations/001_add_users.ts says 'add_users'.`,
  )
})
