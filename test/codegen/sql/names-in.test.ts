// The names that SQL mentions.
import { expect, test } from 'vitest'
import { mentions, namesIn, wordsIn } from '../../../codegen/sql/names-in.js'

const SQL = `SELECT Name, "the ""Order", [Ünit] FROM main.\`t\` -- users
  WHERE a = 'pets' AND "b" = 1 /* dogs */`

test('words and quoted names are names, texts and comments are not', () => {
  const words = wordsIn(SQL)
  for (const name of ['name', 'the "order', 'Ünit', 'main', 't', 'a', 'b'])
    expect(words).toContain(name)
  for (const name of ['users', 'pets', 'dogs', '1']) expect(words).not.toContain(name)
})

test('texts may be names where too many are better than too few', () => {
  const names = [...namesIn(SQL)]
  for (const name of ['name', 'the "order', 'pets']) expect(names).toContain(name)
  for (const name of ['users', 'dogs']) expect(names).not.toContain(name)
})

test.each([
  ['CHECK (State IN (1, 2))', 'state', true],
  ['CHECK (state IN (1, 2))', 'STATE', true],
  ["CHECK (a <> 'state')", 'state', false],
  ['CHECK (a > 0) -- state', 'state', false],
  ['CHECK ("Über" > 0)', 'Über', true],
  ['CHECK ("Über" > 0)', 'über', false],
  ['CHECK (states > 0)', 'state', false],
])('%s mentions %s: %s', (sql, name, expected) => expect(mentions(sql, name)).toBe(expected))
