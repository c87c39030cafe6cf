// What a person reads before a database is taken over by its schema.
import { expect, test } from 'vitest'
import { renderAdoption } from '../../src/cli/render/adoption.js'
import { makeStyle } from '../../src/cli/terminal/style.js'
import type { Adoption, RecognizedSchema } from '../../src/model/adoption.js'

const plain = makeStyle({ colors: 'off', listing: 'whole' })

const rendered = (told: Partial<RecognizedSchema>, more: Partial<Adoption> = {}): string => {
  const schema = { compared: 0, foreign: [], alike: [], traceless: [], differences: [], ...told }
  const migrations = ['users', 'emails'].map((name, index) => {
    return { version: index + 1, id: `00${index + 1}`, name, row: null, appliedAt: null }
  })
  const adoption: Adoption = {
    layout: 'schema',
    table: null,
    by: 'number',
    source: 'schema',
    version: 2,
    migrations,
    log: null,
    renames: null,
    schema,
    forced: schema.differences.length > 0,
    contradictions: [],
    ...more,
  }
  return renderAdoption(adoption, 'app.db', plain).join('\n')
}

test('how the version was recognised', () => {
  expect(rendered({ compared: 3, foreign: [], traceless: [] })).toMatchInlineSnapshot(`
    "app.db  recognised by its schema: 2 migrations applied; 3 objects compared, none differs

      001  users
      002  emails"
  `)
})

test('how a log was read', () => {
  const log = { order: 'id', undone: ['3 posts'] }
  const told = rendered({ compared: 3 }, { layout: 'table', table: 'L', source: 'L', log })
  expect(told).toContain(
    'L is a log: the latest row of each migration counts, by its id. Undone, and so not applied: 3 posts.',
  )
  expect(
    rendered({}, { layout: 'table', table: 'L', log: { order: 'id', undone: [] } }),
  ).not.toContain('Taken back')
})

test('what the schema does not tell, and what does not matter', () => {
  const foreign = ['table others', 'view theirs']
  expect(rendered({ compared: 1, foreign, traceless: [1] })).toMatchInlineSnapshot(`
    "app.db  recognised by its schema: 2 migrations applied; 1 object compared, none differs

      001  users
      002  emails

    Not part of these migrations, and left alone: table others, view theirs.
    001 leaves no trace in the schema: nothing shows that it ran."
  `)
  expect(rendered({ compared: 1, foreign: [], traceless: [1, 2] })).toContain(
    '\n\n001, 002 leave no trace in the schema: nothing shows that they ran.',
  )
})
