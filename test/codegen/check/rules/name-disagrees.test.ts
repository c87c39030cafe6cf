// NAME_DISAGREES
import { expect, test } from 'vitest'
import { migrationWith, placesIn } from '../check-folder.js'

const named = (name: string) => ({
  '001_add_users.ts': migrationWith(`name: '${name}', up: 'CREATE TABLE a (b)'`),
})

test.each(['add_users', 'AddUsers', 'Add users'])('valid: %s', async (name) => {
  expect(await placesIn(named(name))).toEqual([])
})
