// NAME_DISAGREES
import { describe, expect, test } from 'vitest'
import { migrationWith, placesIn } from '../check-folder.js'

const named = (name: string) => ({
  '001_add_users.ts': migrationWith(`name: '${name}', up: 'CREATE TABLE a (b)'`),
})

describe('valid', () => {
  test.each(['add_users', 'AddUsers', 'Add users'])('%s', async (name) => {
    expect(await placesIn(named(name))).toEqual([])
  })
})
