// The names of types: those of the tables, never twice the same.
import { expect, test } from 'vitest'
import { typeNames } from '../../../../codegen/render/schema/type-names.js'

test.each([
  ['users', 'UsersRow'],
  ['user_tags', 'UserTagsRow'],
  ['userTags', 'UserTagsRow'],
  ['HTTP_log', 'HTTPLogRow'],
  ['_private', 'PrivateRow'],
  ['a-b c.d', 'ABCDRow'],
  ['größe', 'GrößeRow'],
  ['2fa', 'Table2faRow'],
  ['', 'TableRow'],
  ['💾', 'TableRow'],
  ['t1', 'T1Row'],
])('names of rows: %s → %s', (name, row) => expect(typeNames([name]).get(name)?.row).toBe(row))

test('a name that is taken gets a number, for all types of the table', () => {
  const found = typeNames(['user_data', 'user-data', 'userData', 'user_data2'])
  expect([...found.values()].map(({ table }) => table)).toEqual([
    'UserDataTable',
    'UserData2Table',
    'UserData3Table',
    'UserData22Table',
  ])
})

test('types of different kinds never share a name', () => {
  const found = typeNames(['new_users', 'users_update', 'users', 'new_users_row'])
  const all = [...found.values()].flatMap((names) => Object.values(names))
  expect(new Set(all).size).toBe(all.length)
  expect(found.get('users_update')?.insert).toBe('NewUsersUpdate2')
})
